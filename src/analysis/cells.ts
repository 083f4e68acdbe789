/**
 * The rows of the tab Cells: what each cell of the notebook did to memory.
 *
 * The runs say what changed, the last report what is still held, the notebook
 * in which order the cells stand and which are gone or were edited since.
 */
import type {
  CellMemory,
  CellRef,
  CellRun,
  Finding,
  PartId,
  Report
} from '../protocol/generated';
import type { INotebookCell } from '../tokens';
import { unexpected } from './expected';
import { sortedBy } from './sorting';

/** What is to be said of a cell beside its numbers. */
export type CellTag = 'deleted' | 'edited' | 'failed';

/** One cell; the numbers are those of its last run. */
export interface ICellRow {
  /** Identifies the row from one update to the next. */
  key: string;
  ref: CellRef;

  /** First line of the source. */
  source: string;
  change: number;
  peak: number | null;
  peakExact: boolean;

  /** How far the peak rose above the memory before; null when not known. */
  rise: number | null;

  /** Bytes first seen after this cell and still alive; null when not checked yet. */
  held: number | null;

  /** All that numpy gave out in its runs, also what was freed; null when not counted. */
  made: number | null;

  /** The part of the memory that most of `held` belongs to. */
  part: PartId;

  /** The change of each run, the oldest first. */
  changes: number[];
  runs: number;
  seconds: number;
  tags: CellTag[];

  /** Place in the notebook; a deleted cell stands behind the one it ran after. */
  order: number;
}

/** A column that the table can be sorted by. */
export type CellColumn =
  'cell' | 'change' | 'peak' | 'held' | 'made' | 'runs' | 'seconds';

/** Which cells are listed. */
export interface ICellFilter {
  /** What the first line must have in it, in any case. */
  text: string;

  /** Only cells that hold memory now. */
  holding: boolean;
}

/** Whether a cell holds something now. */
export function holds(row: ICellRow): boolean {
  return (row.held ?? 0) > 0;
}

/** The rows that pass a filter. */
export function filterRows(
  rows: readonly ICellRow[],
  { text, holding }: ICellFilter
): ICellRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(
    row => (!holding || holds(row)) && row.source.toLowerCase().includes(wanted)
  );
}

/** The order of the table. */
export interface ICellSort {
  column: CellColumn;
  descending: boolean;
}

/**
 * The rows of all cells that ran, in the notebook's order.
 *
 * @param cells - The code cells of the notebook as it stands.
 */
export function cellRows(
  runs: readonly CellRun[],
  report: Report | null,
  cells: readonly INotebookCell[]
): ICellRow[] {
  const rows = unplacedRows(runs, report);
  place(rows, cells);
  return rows.sort((a, b) => a.order - b.order);
}

/** The rows in no order, for who knows their cells by id; as if none was edited. */
export function unplacedRows(
  runs: readonly CellRun[],
  report: Report | null
): ICellRow[] {
  const byKey = new Map<string, ICellRow>();
  for (const cell of report?.cells ?? []) {
    byKey.set(keyOf(cell), fromReport(cell));
  }
  for (const [key, ofCell] of groupRuns(runs)) {
    byKey.set(key, fromRuns(key, ofCell, byKey.get(key), report));
  }
  const rows = Array.from(byKey.values());
  for (const finding of unexpected(report)) {
    colour(rows, finding);
  }
  return rows;
}

/** How many rows there are, for less than making them. */
export function countCells(
  runs: readonly CellRun[],
  report: Report | null
): number {
  return new Set([...(report?.cells ?? []), ...runs].map(keyOf)).size;
}

/**
 * The cell behind a number in a sentence.
 *
 * #### Notes
 * A sentence knows a cell by the count of one of its runs; the notebook shows
 * the count of the last. The records of the runs join the two.
 */
export function resolveCell(ref: CellRef, runs: readonly CellRef[]): CellRef {
  if (ref.cell_id !== null) {
    return ref;
  }
  const run = firstByCount(runs).get(ref.execution_count);
  return { ...ref, cell_id: run?.cell_id ?? null };
}

/** The first run with each count, found once for all sentences about them. */
function firstByCount(
  runs: readonly CellRef[]
): ReadonlyMap<number | null, CellRef> {
  let found = byCount.get(runs);
  if (found === undefined) {
    const counted = runs.filter(run => run.execution_count !== null);
    found = new Map(
      counted.reverse().map(run => [run.execution_count, run] as const)
    );
    byCount.set(runs, found);
  }
  return found;
}

const byCount = new WeakMap<
  readonly CellRef[],
  ReadonlyMap<number | null, CellRef>
>();

/** Splits off the rows whose change, peak and held memory all stay below a threshold. */
export function foldRows(
  rows: readonly ICellRow[],
  threshold: number
): { shown: ICellRow[]; folded: ICellRow[] } {
  const quiet = (row: ICellRow) =>
    Math.abs(row.change) < threshold &&
    (row.rise ?? 0) < threshold &&
    (row.held ?? 0) < threshold;
  return {
    shown: rows.filter(row => !quiet(row)),
    folded: rows.filter(quiet)
  };
}

/** Sorts rows; values that are not known come last either way. */
export function sortRows(
  rows: readonly ICellRow[],
  { column, descending }: ICellSort
): ICellRow[] {
  return sortedBy(
    rows,
    row => (column === 'cell' ? row.order : row[column]),
    descending,
    (a, b) => a.order - b.order
  );
}

/** The key of a cell: its id, else the count of its run. */
function keyOf(ref: CellRef): string {
  return ref.cell_id ?? `[${ref.execution_count ?? ' '}]`;
}

function groupRuns(runs: readonly CellRun[]): Map<string, CellRun[]> {
  const groups = new Map<string, CellRun[]>();
  for (const run of runs) {
    const key = keyOf(run);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [run]);
    } else {
      group.push(run);
    }
  }
  return groups;
}

function fromReport(cell: CellMemory): ICellRow {
  return {
    key: keyOf(cell),
    ref: { cell_id: cell.cell_id, execution_count: cell.execution_count },
    source: cell.source_line,
    change: cell.delta,
    peak: cell.peak,
    peakExact: cell.peak_exact,
    rise: null,
    held: cell.held,
    made: null,
    part: 'variables',
    changes: [cell.delta],
    runs: cell.runs,
    seconds: cell.seconds,
    tags: cell.failed ? ['failed'] : [],
    order: 0
  };
}

function fromRuns(
  key: string,
  runs: readonly CellRun[],
  known: ICellRow | undefined,
  report: Report | null
): ICellRow {
  const last = runs[runs.length - 1];
  const checked = report !== null && runs[0].run <= report.after_run;
  const sum = runs.reduce((bytes, run) => bytes + run.held, 0);
  return {
    key,
    ref: { cell_id: last.cell_id, execution_count: last.execution_count },
    source: last.source_line,
    change: last.rss_after - last.rss_before,
    peak: last.peak,
    peakExact: last.peak_exact,
    rise: last.peak === null ? null : last.peak - last.rss_before,
    held: known?.held ?? (checked ? sum : null),
    made: madeBy(runs),
    part: 'variables',
    changes: runs.map(run => run.rss_after - run.rss_before),
    // Old records may have been dropped; the kernel's count knows of them.
    runs: Math.max(runs.length, known?.runs ?? 0),
    seconds: last.seconds,
    tags: last.error === null ? [] : ['failed'],
    order: 0
  };
}

function madeBy(runs: readonly CellRun[]): number | null {
  const counted = runs.flatMap(({ made }) => made ?? []);
  return counted.length > 0
    ? counted.reduce((sum, bytes) => sum + bytes, 0)
    : null;
}

/** Gives the row of a finding's cell the finding's colour; the largest comes first. */
function colour(rows: ICellRow[], finding: Finding): void {
  const { cell } = finding;
  const row = cell && rows.find(({ ref }) => sameCell(ref, cell));
  // Where a finding is the smaller half of what a cell holds, the rest decides.
  if (row && row.part === 'variables' && finding.bytes * 2 >= (row.held ?? 0)) {
    row.part = finding.part;
  }
}

/** Whether two references mean one cell. */
export function sameCell(a: CellRef, b: CellRef): boolean {
  return a.cell_id !== null && b.cell_id !== null
    ? a.cell_id === b.cell_id
    : a.execution_count === b.execution_count;
}

/** Sets the places and the tags that the notebook decides. */
function place(rows: ICellRow[], cells: readonly INotebookCell[]): void {
  const orders = new Map(cells.map(({ id }, index) => [id, index]));
  // Of several cells with one number the first is meant.
  const byCount = new Map(
    cells
      .map(({ executionCount }, index) => [executionCount, index] as const)
      .reverse()
  );
  const counts: { count: number; order: number }[] = [];
  const orphans: ICellRow[] = [];
  for (const row of rows) {
    const { cell_id, execution_count } = row.ref;
    const order =
      cell_id === null ? byCount.get(execution_count) : orders.get(cell_id);
    if (order === undefined) {
      orphans.push(row);
      continue;
    }
    row.order = order;
    counts.push({ count: execution_count ?? 0, order });
    if (cells[order].edited) {
      row.tags.unshift('edited');
    }
  }
  counts.sort((a, b) => b.count - a.count);
  for (const row of orphans) {
    const count = row.ref.execution_count ?? 0;
    const before = counts.find(one => one.count < count);
    // Between two cells; the count keeps several deleted cells in their order.
    row.order = (before?.order ?? -1) + count / (count + 1);
    row.tags.unshift('deleted');
  }
}
