/** Records that are missing: the kernel numbers its runs without gaps. */
import type { CellRef, CellRun } from '../protocol/generated';

/** Some runs in a row without a record. */
export interface ILostRuns {
  count: number;

  /** The run before them; null where they are the first. */
  after: CellRef | null;

  /** The run behind them. */
  before: CellRef;
}

/** The gaps in the records, from the first to the last. */
export function lostRuns(runs: readonly CellRun[]): ILostRuns[] {
  return runs.flatMap((run, index) => {
    const previous = runs[index - 1] ?? null;
    const count = run.run - (previous?.run ?? 0) - 1;
    return count > 0 ? [{ count, after: previous, before: run }] : [];
  });
}
