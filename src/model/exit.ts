/**
 * The record of a kernel that ended by itself: kept here, because the kernel
 * can tell nothing any more. Pure functions.
 */
import type {
  HelloReply,
  Memory,
  Report,
  RunStarted,
  Sample
} from '../protocol/generated';
import type { IHuntState } from './state';

/** What was known when the kernel ended. */
export interface ILastExit {
  /** Whether nobody asked it to end. */
  readonly byItself: boolean;

  /** When it was noticed, in ms since the epoch. */
  readonly at: number;

  /** The cell that was running. */
  readonly running: RunStarted | null;
  readonly memory: Memory | null;

  /** Those of the cell that was running, the oldest first. */
  readonly samples: readonly Sample[];
  readonly report: Report | null;

  /** Processes killed for memory in the kernel's control group: before, and as the next kernel reads it. */
  readonly oomBefore: number | null;
  readonly oomAfter: number | null;
}

/**
 * Samples with one more.
 *
 * @param seconds - Older ones are dropped.
 */
export function withSample(
  samples: readonly Sample[],
  sample: Sample,
  seconds: number
): readonly Sample[] {
  const kept = samples.filter(({ at }) => at >= sample.at - seconds);
  return [...kept, sample];
}

/**
 * The record of the kernel that ends now.
 *
 * #### Notes
 * A kernel that the server starts again is first said to restart, as if the
 * user had asked for it, and then to do so by itself. A record that was made
 * already stays.
 */
export function exitOf(
  state: IHuntState,
  at: number,
  byItself: boolean
): ILastExit | null {
  const { running, memory, samples, report, oomKills, lastExit } = state;
  if (state.session === null) {
    return byItself && lastExit && state.kernel === 'restarting'
      ? { ...lastExit, byItself }
      : lastExit;
  }
  return {
    byItself,
    at,
    running,
    memory,
    samples,
    report,
    oomBefore: running?.oom_kills ?? oomKills,
    oomAfter: null
  };
}

/** The record when the next kernel has said hello. */
export function provenBy(
  exit: ILastExit | null,
  { oom_kills }: HelloReply
): ILastExit | null {
  return exit === null || exit.oomAfter !== null
    ? exit
    : { ...exit, oomAfter: oom_kills };
}
