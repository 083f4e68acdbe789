/** What can be done about a finding, and which of it comes first. */
import type { Finding, Kind } from '../protocol/generated';

/**
 * The one deed of a finding. All but `give-back` lead to the preview: they are
 * one way of clearing, named by what it does.
 */
export type Deed = 'clear' | 'unpin' | 'collect' | 'close' | 'give-back';

/** Whether the kernel side can clear a finding, exactly. */
export function isClearable({ remedy, group }: Finding): boolean {
  return remedy.action === 'clear' && group !== 'not-a-leak';
}

/** Findings that one cell makes and another one may fill. */
const FILLED = new Set<Kind>([
  'accumulator',
  'container-holds',
  'cache',
  'closure',
  'module-namespace',
  'registry',
  'figure',
  'native-leak'
]);

/** Whether repeating a cell can tell more of a finding. */
export function isProvable({ kind, label, group }: Finding): boolean {
  return (
    group !== 'expected' &&
    group !== 'not-a-leak' &&
    (label === 'Growing' || label === 'Suspect' || FILLED.has(kind))
  );
}

/** Whether a trace of a cell can tell where a finding was allocated. */
export function isTraceable({ cell, group, label }: Finding): boolean {
  return cell !== null && group !== 'not-a-leak' && label !== 'Open';
}

/** The deed of a finding; null when only its code can be changed. */
export function deedOf(finding: Finding): Deed | null {
  if (finding.label === 'Kept free') {
    return 'give-back';
  }
  if (!isClearable(finding)) {
    return null;
  }
  switch (finding.label) {
    case 'Pinned':
      return 'unpin';
    case 'Garbage':
      return 'collect';
    case 'Open':
      return 'close';
    default:
      return 'clear';
  }
}

/**
 * What the filled button does; null for a finding that is expected: then no
 * button stands out. What grows, or is suspect, is to be proved first.
 */
export function filledDeed(
  finding: Finding
): Deed | 'copy-fix' | 'prove' | null {
  const { label, group, fix } = finding;
  const deed = deedOf(finding);
  if (group === 'expected') {
    return null;
  }
  if (label === 'Growing' || label === 'Suspect') {
    return isProvable(finding) ? 'prove' : null;
  }
  const copyFirst = fix !== null && (label === 'Leak' || deed === null);
  return copyFirst ? 'copy-fix' : deed;
}
