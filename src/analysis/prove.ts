/** A growth test in numbers for the eye: its parts, and the chart of what was counted. */
import type { Growth, Plan, Proof, Proving } from '../protocol/generated';
import { formatBytes, formatCount, MINUS } from './format';

/** One part of the progress: a batch, and how much of it is done. */
export interface ITestPart {
  readonly runs: number;

  /** Between 0 and 1. */
  readonly done: number;
}

/** The parts of a test, the warm-up first. @param step - Null before the first run. */
export function testParts(
  plan: Pick<Plan, 'warm_up' | 'batches'>,
  step: Proving | null
): ITestPart[] {
  return [plan.warm_up, ...plan.batches].map((runs, batch) => ({
    runs,
    done:
      step === null || batch > step.batch
        ? 0
        : batch < step.batch
          ? 1
          : (step.run - 1) / runs
  }));
}

/** Runs that have ended. */
export function runsDone(parts: readonly ITestPart[]): number {
  return parts.reduce(
    (sum, { runs, done }) => sum + Math.round(runs * done),
    0
  );
}

/** After how many runs counts are taken, 0 after the warm-up. */
export function countedAt(batches: readonly number[]): number[] {
  const ends = [0];
  batches.forEach(batch => ends.push(ends[ends.length - 1] + batch));
  return ends;
}

/** A chart of counts, in shares of its width and height from the top left. */
export interface IGrowthChart {
  readonly points: readonly { x: number; y: number }[];
  readonly ticks: readonly { x: number; run: number }[];
  readonly top: number;
  readonly bottom: number;
}

/**
 * The chart of one series. It begins at 0 unless all of it is far away.
 *
 * @param runs - After how many runs each count was taken, or will be.
 */
export function growthChart(
  counts: readonly number[],
  runs: readonly number[]
): IGrowthChart {
  const last = Math.max(runs[runs.length - 1] ?? 1, 1);
  const most = Math.max(...counts, 0);
  const least = Math.min(...counts);
  // A growth of a little on much would look flat.
  const bottom = least > most / 2 && most > least ? least : 0;
  const top = most > bottom ? most : bottom + 1;
  return {
    points: counts.map((count, index) => ({
      x: (runs[index] ?? last) / last,
      y: 1 - (count - bottom) / (top - bottom)
    })),
    ticks: runs.map(run => ({ x: run / last, run })),
    top,
    bottom
  };
}

/** A count in the unit of its series. */
export function countWords(
  { sort }: Pick<Growth, 'sort'>,
  count: number,
  decimal: boolean
): string {
  return sort === 'bytes'
    ? formatBytes(count, { decimal })
    : formatCount(count);
}

/** Growth in a run: `+5`, `+0.2`, `+38.6 MiB`. */
export function rateWords(
  { sort }: Pick<Growth, 'sort'>,
  rate: number,
  decimal: boolean
): string {
  if (sort === 'bytes') {
    return formatBytes(Math.round(rate), { signed: true, decimal });
  }
  const size = Math.abs(rate);
  const whole = Math.abs(size - Math.round(size)) <= 0.05;
  const text = whole ? formatCount(Math.round(size)) : size.toFixed(1);
  return (rate < 0 ? MINUS : text === '0' ? '' : '+') + text;
}

/** The series that decided; null where nothing grows. */
export function decisive(proof: Proof): Growth | null {
  return proof.growths[0] ?? null;
}
