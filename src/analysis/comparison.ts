/** The cells of before a restart beside the same cells of now. */
import { foldRows, type ICellRow } from './cells';
import { sortedBy } from './sorting';

/** A column of the comparison that the table can be sorted by. */
export type ComparedColumn = 'cell' | 'change' | 'peak';

/** One cell in both kernels. */
export interface IComparedRow {
  before: ICellRow;

  /** `null` until the cell has run in the new kernel. */
  now: ICellRow | null;

  /** Bytes that `now` changed more than `before`; `null` without both. */
  change: number | null;

  /** Bytes that the peak of `now` is higher; `null` without both. */
  peak: number | null;
}

/**
 * Pairs the cells of two kernels.
 *
 * @param past - The rows of the kernel before.
 * @param present - The rows of the kernel that runs.
 *
 * #### Notes
 * Cells are the same by their id: a count means another cell in every kernel.
 * A cell without an id has no partner, and is left out.
 */
export function compareRows(
  past: readonly ICellRow[],
  present: readonly ICellRow[]
): IComparedRow[] {
  const byId = new Map(present.map(row => [row.ref.cell_id, row]));
  return past
    .filter(({ ref }) => ref.cell_id !== null)
    .map(before => {
      const now = byId.get(before.ref.cell_id) ?? null;
      return {
        before,
        now,
        change: now && now.change - before.change,
        peak: difference(now?.peak ?? null, before.peak)
      };
    });
}

/** The rows in which one of the two kernels did something worth a row. */
export function tellingRows(
  rows: readonly IComparedRow[],
  threshold: number
): IComparedRow[] {
  return rows.filter(({ before, now }) => {
    const both = now ? [before, now] : [before];
    return foldRows(both, threshold).shown.length > 0;
  });
}

/** Sorts rows by the differences; cells not run yet come last either way. */
export function sortCompared(
  rows: readonly IComparedRow[],
  { column, descending }: { column: ComparedColumn; descending: boolean }
): IComparedRow[] {
  return sortedBy(
    rows,
    row => (column === 'cell' ? row.before.order : row[column]),
    descending,
    (a, b) => a.before.order - b.before.order
  );
}

function difference(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : now - before;
}
