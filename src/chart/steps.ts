/** The steps of the chart: which runs they stand for, and where they stand on the page. */
import type { CellRun } from '../protocol/generated';

/** One step of the chart: a run, or several where there is no room for each. */
export interface IStep {
  /** The run that the step stands for: of several, the one with the largest peak. */
  run: CellRun;

  /** Where the step begins and ends: in runs, run 1 is from 0.5 to 1.5; or in seconds. */
  from: number;
  to: number;

  /** Memory after the last run of the step. */
  after: number;

  /** Number of its last run. */
  last: number;

  /** The largest peak of the step; null when none is known. */
  peak: number | null;

  /** Runs merged into the step. */
  runs: number;
}

/** Room around the plot, in CSS pixels: labels of the axes stand in it. */
export const MARGIN = { left: 30, right: 4, top: 8, bottom: 18 };

/** The least width of a step in CSS pixels: below it runs are merged. */
export const LEAST_STEP = 1.5;

/** One step a run, or as many as fit; of merged runs the largest peak is kept. */
export function mergeRuns(runs: readonly CellRun[], room: number): IStep[] {
  const size = Math.max(Math.ceil(runs.length / Math.max(room, 1)), 1);
  const steps: IStep[] = [];
  for (let at = 0; at < runs.length; at += size) {
    const merged = runs.slice(at, at + size);
    steps.push(joined(merged, at + 0.5, at + merged.length + 0.5));
  }
  return steps;
}

/** One step of some runs in a row; the one with the largest peak stands for all. */
export function joined(
  runs: readonly CellRun[],
  from: number,
  to: number
): IStep {
  const top = runs.reduce((best, run) =>
    (run.peak ?? run.rss_after) > (best.peak ?? best.rss_after) ? run : best
  );
  return {
    run: top,
    from,
    to,
    after: runs[runs.length - 1].rss_after,
    last: runs[runs.length - 1].run,
    peak: top.peak,
    runs: runs.length
  };
}

/** The step under a point of the chart, by its distance from the left edge. */
export function stepAt(
  steps: readonly IStep[],
  x: number,
  width: number
): number | null {
  const share = (x - MARGIN.left) / (width - MARGIN.left - MARGIN.right);
  if (steps.length === 0 || share < 0 || share > 1) {
    return null;
  }
  const first = steps[0].from;
  const at = first + share * (steps[steps.length - 1].to - first);
  const index = steps.findIndex(step => at < step.to);
  return index < 0 ? steps.length - 1 : index;
}

/** Where a step stands in the chart, in CSS pixels from the left edge. */
export function stepBox(
  steps: readonly IStep[],
  index: number,
  width: number
): { left: number; width: number } {
  const first = steps[0].from;
  const runs = steps[steps.length - 1].to - first;
  const scale = (width - MARGIN.left - MARGIN.right) / runs;
  const { from, to } = steps[index];
  return {
    left: MARGIN.left + (from - first) * scale,
    width: (to - from) * scale
  };
}

/** Where some steps stand, from one to another in either direction. */
export function spanBox(
  steps: readonly IStep[],
  from: number,
  to: number,
  width: number
): { left: number; width: number } {
  const first = stepBox(steps, Math.min(from, to), width);
  const last = stepBox(steps, Math.max(from, to), width);
  return { left: first.left, width: last.left + last.width - first.left };
}

/** The runs from one step to another in either direction. */
export function runsBetween(
  runs: readonly CellRun[],
  steps: readonly IStep[],
  from: number,
  to: number
): CellRun[] {
  const before = steps[Math.min(from, to) - 1]?.last ?? 0;
  const { last } = steps[Math.max(from, to)];
  return runs.filter(({ run }) => run > before && run <= last);
}
