/**
 * Findings in the order in which a user decides: grouped by what may be done,
 * inside a group by the bytes that clearing frees.
 */
import type {
  Finding,
  Group,
  Holder,
  PartId,
  Report
} from '../protocol/generated';

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

/**
 * Groups the findings of a report; groups without findings are left out.
 *
 * @param minFinding - In bytes; a finding that frees less gets no row.
 * @param part - Lists only the findings of this part of the memory.
 *
 * #### Notes
 * The sums of the first two groups are those of the report, measured over the
 * union, so that the header and the heads of the groups say the same. Of one
 * part no union was measured: there the sum is of the rows.
 */
export function groupFindings(
  report: Report,
  minFinding: number,
  part: PartId | null = null
): IFindingGroup[] {
  return GROUPS.map(group => oneGroup(report, group, minFinding, part)).filter(
    ({ findings, small }) => findings.length + small.length > 0
  );
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
  group: Group,
  minFinding: number,
  part: PartId | null
): IFindingGroup {
  const all = report.findings
    .filter(finding => finding.group === group)
    .filter(finding => part === null || finding.part === part)
    .sort(
      (a, b) => shownBytes(b) - shownBytes(a) || a.title.localeCompare(b.title)
    );
  const small = all.filter(finding => !hasRow(finding, minFinding));
  const whole = part === null;
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
