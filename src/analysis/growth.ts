/** How fast the memory of a running cell grows, told only while it does so steadily. */
import type { Memory, Sample } from '../protocol/generated';
import { usedBytes } from './usage';

/** Looked at are the last so many seconds. */
const SPAN = 5;

/** Sampling twice a second leaves a little less than that between first and last. */
const NEARLY = 4;

/** A limit that is farther away is no news, in seconds. */
const SOON = 120;

/** The time to the limit is told in steps of so many seconds. */
const STEP = 5;

/** Growth, and when it reaches the limit if it goes on. */
export interface IGrowth {
  /** Bytes per second. */
  rate: number;

  /** In seconds. */
  left: number;
}

/**
 * The growth of the last seconds, null where it is not steady or the limit is far.
 *
 * @param samples - Those of the running cell, the oldest first.
 */
export function growthOf(
  samples: readonly Sample[],
  memory: Memory
): IGrowth | null {
  const last = samples[samples.length - 1];
  if (last === undefined || memory.limit === null) {
    return null;
  }
  const recent = samples.filter(({ at }) => at >= last.at - SPAN);
  const span = last.at - recent[0].at;
  const used = recent.map(sample => usedBytes(memory, sample));
  const rises = used.slice(1).every((bytes, index) => bytes > used[index]);
  if (span < NEARLY || !rises) {
    return null;
  }
  const now = used[used.length - 1];
  const rate = (now - used[0]) / span;
  const left = Math.max(memory.limit - now, 0) / rate;
  return left < SOON ? { rate, left } : null;
}

/** The seconds to the limit, rounded: the words stand still while the estimate trembles. */
export function secondsLeft({ left }: IGrowth): number {
  return Math.max(Math.round(left / STEP), 1) * STEP;
}
