/** What can be done about a finding, and which of it comes first. */
import type { CellRun, Finding, Kind, Label } from '../protocol/generated';

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

/** Verdicts that a growth test can bear out or refute. */
const TESTED = new Set<Label>([
  'Leftover',
  'Hidden',
  'Pinned',
  'Growing',
  'Suspect',
  'Leak'
]);

/** Whether repeating a cell can tell more of a finding. */
export function isProvable({ kind, label, group }: Finding): boolean {
  return (
    group !== 'expected' &&
    group !== 'not-a-leak' &&
    (TESTED.has(label) || FILLED.has(kind))
  );
}

/** Whether a cell is known to repeat for it: one that fills it, or the one that made it. */
export function hasCellToRepeat(
  { kind, names, cell }: Finding,
  runs: readonly CellRun[]
): boolean {
  const roots = FILLED.has(kind)
    ? names.map(name => /^[^.[]*/.exec(name)![0])
    : [];
  const fills = ({ read, bound, error }: CellRun) =>
    error === null &&
    roots.some(root => read.includes(root)) &&
    !roots.some(root => bound.includes(root));
  const makes = ({ cell_id, execution_count }: CellRun) =>
    cell !== null &&
    (cell.cell_id === null
      ? cell.execution_count === execution_count
      : cell.cell_id === cell_id);
  return runs.some(run => fills(run) || makes(run));
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
 *
 * @param repeatable - Whether there is a cell to repeat for a proof.
 */
export function filledDeed(
  finding: Finding,
  repeatable: boolean
): Deed | 'copy-fix' | 'prove' | null {
  const { label, group, fix } = finding;
  const deed = deedOf(finding);
  if (group === 'expected') {
    return null;
  }
  if (repeatable && (label === 'Growing' || label === 'Suspect')) {
    return isProvable(finding) ? 'prove' : null;
  }
  const copyFirst = fix !== null && (label === 'Leak' || deed === null);
  return copyFirst ? 'copy-fix' : deed;
}
