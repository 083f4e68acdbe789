/** The records of a notebook as files for other programs. */
import type { CellRun } from '../protocol/generated';
import type { IHuntModel } from '../tokens';

/** A file to be saved. */
export interface IRecordFile {
  name: string;
  type: string;
  text: string;
}

/** What can be written: all that is known, or the runs as a table. */
export type RecordFormat = 'json' | 'csv';

/** What is exported. */
export type RecordFacts = Pick<
  IHuntModel,
  'notebookName' | 'memory' | 'missing' | 'runs' | 'pastRuns' | 'report'
>;

/** The columns of the table, in the order of a run. */
const COLUMNS = [
  'run',
  'execution_count',
  'cell_id',
  'source_line',
  'started',
  'seconds',
  'rss_before',
  'rss_after',
  'peak',
  'peak_exact',
  'held',
  'made',
  'error'
] as const;

/**
 * The file.
 *
 * #### Notes
 * Sizes are bytes, times are seconds since the epoch. `gone` says that the
 * kernel of the run has ended.
 */
export function recordFile(
  facts: RecordFacts,
  format: RecordFormat
): IRecordFile {
  const stem = facts.notebookName.replace(/\.ipynb$/, '');
  const name = `${stem}-memory.${format}`;
  if (format === 'csv') {
    return { name, type: 'text/csv', text: table(facts) };
  }
  const { notebookName, memory, missing, runs, pastRuns, report } = facts;
  const document = {
    notebook: notebookName,
    memory,
    missing,
    runs,
    past_runs: pastRuns,
    report
  };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  return { name, type: 'application/json', text };
}

function table({ runs, pastRuns }: RecordFacts): string {
  const row = (run: CellRun, gone: boolean) =>
    [...COLUMNS.map(column => run[column]), gone].map(field).join(',');
  return [
    [...COLUMNS, 'gone'].join(','),
    ...pastRuns.map(run => row(run, true)),
    ...runs.map(run => row(run, false)),
    ''
  ].join('\r\n');
}

/**
 * One value. A text that a spreadsheet would take for a formula begins with a
 * quote.
 */
function field(value: string | number | boolean | null): string {
  if (typeof value !== 'string') {
    return value === null ? '' : String(value);
  }
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
