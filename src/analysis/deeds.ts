/** What can be done about a finding, and which of it comes first. */
import type { Finding } from '../protocol/generated';

/**
 * The one deed of a finding. All but `give-back` lead to the preview: they are
 * one way of clearing, named by what it does.
 */
export type Deed = 'clear' | 'unpin' | 'collect' | 'close' | 'give-back';

/** Whether the kernel side can clear a finding, exactly. */
export function isClearable({ remedy, group }: Finding): boolean {
  return remedy.action === 'clear' && group !== 'not-a-leak';
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
 * What the filled button does; null for a finding that is to be proved first,
 * or is expected: then no button stands out.
 */
export function filledDeed(finding: Finding): Deed | 'copy-fix' | null {
  const { label, group, fix } = finding;
  const deed = deedOf(finding);
  if (group === 'expected' || label === 'Growing' || label === 'Suspect') {
    return null;
  }
  const copyFirst = fix !== null && (label === 'Leak' || deed === null);
  return copyFirst ? 'copy-fix' : deed;
}
