/** The lines under all cells of a notebook. */
import type { CellRun, Finding } from '../protocol/generated';
import type { IHuntModel, KernelState } from '../tokens';
import { unexpected } from './expected';
import type { ICellLine, ILineRules } from './cellline';
import { cellLine, pastLine } from './cellline';
import type { ICellRow } from './cells';
import { unplacedRows } from './cells';
import { hasRow } from './findings';

/** What the lines are made from; when none of it changed, none of them did. */
export type CellLineFacts = Pick<
  IHuntModel,
  'pastRuns' | 'report' | 'restartedAt' | 'runs' | 'settings' | 'state'
> & { readonly limit: number | null };

/** In these states what was recorded is still worth a look. */
const SHOWN: ReadonlySet<KernelState> = new Set<KernelState>([
  'starting',
  'watching',
  'restarting',
  'dead'
]);

/**
 * The lines by the id of their cell; cells with nothing to say are left out.
 *
 * #### Notes
 * Runs without an id came from elsewhere, such as a console on the same
 * kernel, and belong to no cell of the notebook. In which order the cells
 * stand, and which are gone, is the notebook's and not looked at here.
 */
export function cellLines(facts: CellLineFacts): Map<string, ICellLine> {
  const { pastRuns, report, runs, settings, limit } = facts;
  const lines = new Map<string, ICellLine>();
  if (settings.cellLine === 'off' || !SHOWN.has(facts.state)) {
    return lines;
  }
  const rules: ILineRules = { settings, limit };
  const add = (row: ICellRow, line: ICellLine | null) => {
    const { cell_id } = row.ref;
    if (cell_id !== null && line !== null) {
      lines.set(cell_id, line);
    }
  };
  const how = facts.restartedAt === null ? 'stopped' : 'restarted';
  for (const row of unplacedRows(pastRuns, null)) {
    add(row, pastLine(row, how, rules));
  }
  const all = unexpected(report);
  const own = byCell(all.filter(one => hasRow(one, settings.minFinding)));
  const last = lastRuns(runs);
  for (const row of unplacedRows(runs, report)) {
    const id = row.ref.cell_id ?? '';
    lines.delete(id);
    add(
      row,
      cellLine(row, last.get(id) ?? null, own.get(id) ?? [], all, rules)
    );
  }
  return lines;
}

function byCell(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const id = finding.cell?.cell_id;
    const due = finding.group === 'safe' || finding.group === 'check';
    if (id && due) {
      groups.set(id, [...(groups.get(id) ?? []), finding]);
    }
  }
  return groups;
}

function lastRuns(runs: readonly CellRun[]): Map<string, CellRun> {
  return new Map(
    runs
      .filter(({ cell_id }) => cell_id !== null)
      .map(run => [run.cell_id as string, run])
  );
}
