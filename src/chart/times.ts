/** The chart by the clock: steps as long as they took, and round times at the axis. */
import { formatTimeOfDay } from '../analysis/format';
import type { CellRun } from '../protocol/generated';
import { joined, type IStep } from './steps';

/** Time between two labels, in seconds: what a clock counts in. */
const ROUND = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600,
  43200, 86400
];

/** Room that a time takes at the axis, in CSS pixels. */
const LABEL = 64;

/**
 * A step from the start of each run to the start of the next; runs that would
 * begin in the same step are one.
 *
 * @param room - How many steps have room.
 */
export function timeSteps(runs: readonly CellRun[], room: number): IStep[] {
  const first = runs[0];
  const last = runs[runs.length - 1];
  if (first === undefined) {
    return [];
  }
  const end = Math.max(last.started + last.seconds, first.started + 1);
  const least = (end - first.started) / Math.max(room, 1);
  const groups: CellRun[][] = [];
  for (const run of runs) {
    const group = groups[groups.length - 1];
    if (group !== undefined && run.started - group[0].started < least) {
      group.push(run);
    } else {
      groups.push([run]);
    }
  }
  return groups.map((group, index) =>
    joined(
      group,
      group[0].started,
      // The last run may have taken no time, and is to be seen all the same.
      groups[index + 1]?.[0].started ?? Math.max(end, group[0].started + least)
    )
  );
}

/** Round times at the axis, and how they are written. */
export function timeTicks(
  first: number,
  last: number,
  width: number
): { at: number[]; text: string[] } {
  const most = Math.max(Math.floor(width / LABEL), 1);
  const step =
    ROUND.find(size => (last - first) / size <= most) ??
    Math.ceil((last - first) / most / 86400) * 86400;
  // Round in local time.
  const shift = new Date(first * 1000).getTimezoneOffset() * 60;
  const at: number[] = [];
  for (
    let time = Math.ceil((first - shift) / step) * step + shift;
    time <= last;
    time += step
  ) {
    at.push(time);
  }
  return { at, text: at.map(time => formatTimeOfDay(time, step < 60)) };
}
