/** What the user called expected, beside what is found now. */
import type { Expected, Finding, Report } from '../protocol/generated';

/** One row of the list of what is expected. */
export interface IExpectedRow {
  readonly mark: Expected;

  /** What it is now; `null` while it is not found. */
  readonly finding: Finding | null;
}

/** What is expected, the largest first. */
export function expectedRows(
  marks: readonly Expected[],
  report: Report | null
): IExpectedRow[] {
  const findings = report?.findings ?? [];
  return marks
    .map(mark => ({
      mark,
      finding:
        findings.find(({ fingerprint }) => fingerprint === mark.fingerprint) ??
        null
    }))
    .sort((a, b) => b.mark.bytes - a.mark.bytes);
}

/** Findings that are not expected: what the panel lists and counts. */
export function unexpected(report: Report | null): Finding[] {
  return (report?.findings ?? []).filter(({ group }) => group !== 'expected');
}

/** Whether it makes sense to call a finding expected. */
export function canBeExpected({ group }: Finding): boolean {
  return group === 'safe' || group === 'check';
}

/**
 * A finding as it is remembered.
 *
 * @param at - Seconds since the epoch.
 */
export function markOf(finding: Finding, reason: string, at: number): Expected {
  const { fingerprint, kind, frees } = finding;
  const line = reason.replace(/\s+/g, ' ').trim();
  return { fingerprint, kind, bytes: frees, reason: line, at };
}
