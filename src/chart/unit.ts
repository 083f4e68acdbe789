/** How high the chart is, and the unit that its numbers have. */
import { columnUnit } from '../analysis/format';
import type { CellRun } from '../protocol/generated';

/** A limit so far above the memory would press the steps flat: it is left out. */
const FAR_LIMIT = 2.5;

/** The unit of the numbers at the axis. */
export function chartUnit(
  runs: readonly CellRun[],
  limit: number | null,
  decimal: boolean
): string {
  return columnUnit(chartTop(runs, limit).top, decimal);
}

/** The highest point of the chart, and the limit where it is near enough to show. */
export function chartTop(
  runs: readonly CellRun[],
  limit: number | null
): { top: number; shown: number | null } {
  const highest = runs.reduce(
    (most, run) => Math.max(most, run.rss_after, run.peak ?? 0),
    1
  );
  const shown = limit !== null && limit <= highest * FAR_LIMIT ? limit : null;
  return { top: Math.max(highest, shown ?? 0), shown };
}
