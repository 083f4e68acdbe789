/**
 * Findings in the order in which a user decides: grouped by what may be done,
 * inside a group by the bytes that clearing frees.
 */
import type {
  CellRef,
  Finding,
  Group,
  Holder,
  PartId,
  Report
} from '../protocol/generated';
import { richTokens } from './richtext';

/** The groups in the order of the list; what is expected has a list of its own. */
export const GROUPS: readonly Group[] = ['safe', 'check', 'not-a-leak'];

/** One group of the list. */
export interface IFindingGroup {
  group: Group;

  /** Findings with a row of their own, the largest first. */
  findings: Finding[];

  /** Those below the threshold, summed in one line. */
  small: Finding[];

  /** What the small ones free, each alone. */
  smallBytes: number;

  /** What clearing the whole group frees, or holds if it cannot be cleared. */
  bytes: number;

  /** The part of `bytes` that no row frees alone. */
  onlyTogether: number;
}

/** Runs in a row: the first and the last one, and the execution counts of all. */
export interface ISpan {
  first: number | null;
  last: number | null;
  counts: ReadonlySet<number>;
}

/** Which findings are listed; one of the three at a time, `null` lists all. */
export interface IFindingFilter {
  /** Of this part of the memory. */
  part: PartId | null;

  /** Born in this cell. */
  cell: CellRef | null;

  /** Born in these runs. */
  span: ISpan | null;
}

/** Lists all findings. */
export const NO_FILTER: IFindingFilter = { part: null, cell: null, span: null };

/** Whether a finding is listed. */
export function isListed(
  finding: Finding,
  { part, cell, span }: IFindingFilter
): boolean {
  return (
    (part === null || finding.part === part) &&
    isOfCell(finding, cell) &&
    (span === null || span.counts.has(finding.cell?.execution_count ?? -1))
  );
}

/**
 * Groups the findings of a report; groups without findings are left out.
 *
 * @param minFinding - In bytes; a finding that frees less gets no row.
 * @param filter - Which findings are listed.
 *
 * #### Notes
 * The sums of the first two groups are those of the report, measured over the
 * union, so that the header and the heads of the groups say the same. Of one
 * part, cell or span no union was measured: there the sum is of the rows.
 */
export function groupFindings(
  report: Report,
  minFinding: number,
  filter: IFindingFilter = NO_FILTER
): IFindingGroup[] {
  const listed = report.findings.filter(finding => isListed(finding, filter));
  const { part, cell, span } = filter;
  const whole = part === null && cell === null && span === null;
  return GROUPS.map(group =>
    oneGroup(report, listed, group, minFinding, whole)
  ).filter(({ findings, small }) => findings.length + small.length > 0);
}

/** Whether a finding was born in a cell; `null` is any cell. */
export function isOfCell(finding: Finding, cell: CellRef | null): boolean {
  const born = finding.cell;
  return (
    cell === null ||
    (born !== null &&
      (cell.cell_id === null || born.cell_id === null
        ? born.execution_count === cell.execution_count
        : born.cell_id === cell.cell_id))
  );
}

/**
 * The cell whose output, error or code still holds what a finding is about;
 * `null` where the chain names none.
 */
export function holderCell(finding: Finding): CellRef | null {
  for (const { label, note } of finding.chain) {
    const text = `${label} ${note}`;
    const count =
      /(?<![\w.])Out\[(\d+)\]/.exec(text)?.[1] ??
      richTokens(text).flatMap(token =>
        token.kind === 'cell' ? [token.count] : []
      )[0];
    if (count !== undefined) {
      return { cell_id: null, execution_count: Number(count) };
    }
  }
  return null;
}

/** The rows of the list from top to bottom: what the arrow keys walk through. */
export function rowIds(groups: readonly IFindingGroup[]): string[] {
  return groups.flatMap(group => group.findings.map(finding => finding.id));
}

/** A piece of a chain: a step, or how many are folded away here. */
export type ChainPiece = { step: Holder } | { folded: number };

/** A chain of so many steps is shown whole. */
const WHOLE_CHAIN = 6;

/**
 * Folds the middle of a chain longer than six steps.
 *
 * #### Notes
 * What is stuck is why the chain is shown: it and its neighbours always stay.
 */
export function foldChain(chain: readonly Holder[]): ChainPiece[] {
  const stuck = chain.findIndex(holder => holder.stuck);
  const pieces: ChainPiece[] = [];
  chain.forEach((step, index) => {
    const last = pieces[pieces.length - 1];
    if (
      chain.length <= WHOLE_CHAIN ||
      index < 2 ||
      index >= chain.length - 2 ||
      (stuck >= 0 && Math.abs(index - stuck) <= 1)
    ) {
      pieces.push({ step });
    } else if (last && 'folded' in last) {
      last.folded += 1;
    } else {
      pieces.push({ folded: 1 });
    }
  });
  return pieces;
}

/** The bytes of a row: what clearing frees; for what is no leak, what it holds. */
export function shownBytes(finding: Finding): number {
  return finding.group === 'not-a-leak' ? finding.bytes : finding.frees;
}

/**
 * Whether a finding has a row of its own.
 *
 * #### Notes
 * One that frees nothing alone may still hold much: it keeps its row.
 */
export function hasRow(finding: Finding, minFinding: number): boolean {
  return Math.max(finding.frees, finding.bytes) >= minFinding;
}

function oneGroup(
  report: Report,
  listed: readonly Finding[],
  group: Group,
  minFinding: number,
  whole: boolean
): IFindingGroup {
  const all = listed
    .filter(finding => finding.group === group)
    .sort(
      (a, b) => shownBytes(b) - shownBytes(a) || a.title.localeCompare(b.title)
    );
  const small = all.filter(finding => !hasRow(finding, minFinding));
  const bytes =
    whole && group === 'safe'
      ? report.safe_bytes
      : whole && group === 'check'
        ? report.check_bytes
        : total(all);
  return {
    group,
    findings: all.filter(finding => !small.includes(finding)),
    small,
    smallBytes: total(small),
    bytes,
    onlyTogether: whole && group === 'safe' ? report.only_together : 0
  };
}

function total(findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => sum + shownBytes(finding), 0);
}
