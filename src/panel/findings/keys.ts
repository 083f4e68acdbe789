/** The keyboard in the list of findings: one row is reached by Tab, the arrows do the rest. */
import * as React from 'react';
import { hasCellToRepeat, isClearable, isProvable } from '../../analysis/deeds';
import { canBeExpected } from '../../analysis/expected';
import type { Finding } from '../../protocol/generated';
import { useHunt } from '../context';
import { useFindingCopies } from './menu';

/** What the list needs to be walked through. */
export interface IListKeys {
  ref: React.RefObject<HTMLDivElement>;

  /** Id of the row that Tab reaches. */
  active: string | null;
  onFocus: (id: string) => void;
  onKeyDown: (event: React.KeyboardEvent) => void;
}

/**
 * Keeps track of the active row and answers its keys.
 *
 * @param ids - The rows from top to bottom.
 */
export function useListKeys(
  ids: readonly string[],
  findings: readonly Finding[]
): IListKeys {
  const { model } = useHunt();
  const { copyFix, copyText } = useFindingCopies();
  const ref = React.useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = React.useState<string | null>(null);
  const active = wanted !== null && ids.includes(wanted) ? wanted : ids[0];

  const go = (index: number) => {
    const id = ids[Math.min(Math.max(index, 0), ids.length - 1)];
    ref.current
      ?.querySelector<HTMLElement>(`[data-finding="${CSS.escape(id)}"]`)
      ?.focus();
  };

  /** Answers a key for a row; false leaves it to the page. */
  const answer = (key: string, finding: Finding, onRow: boolean): boolean => {
    const at = ids.indexOf(finding.id);
    const clearable = isClearable(finding);
    switch (key) {
      case 'ArrowDown':
        go(at + 1);
        return true;
      case 'ArrowUp':
        go(at - 1);
        return true;
      case 'Home':
        go(0);
        return true;
      case 'End':
        go(ids.length - 1);
        return true;
      case 'ArrowRight':
        model.openFinding = finding.id;
        return true;
      case 'ArrowLeft':
        // What has the focus may be in the part that closes.
        go(at);
        model.openFinding = null;
        return true;
      case 'Delete':
        if (clearable && model.canAct) {
          model.previewClear([finding.id]);
        }
        return true;
      case 'f':
      case 'F':
        if (finding.fix !== null) {
          copyFix(finding);
        }
        return true;
      case 'p':
      case 'P':
        if (
          model.canAct &&
          isProvable(finding) &&
          hasCellToRepeat(finding, model.runs)
        ) {
          model.planTest({ finding: finding.id, cell: null, before: null });
        }
        return true;
      case 'e':
      case 'E':
        if (canBeExpected(finding)) {
          model.marking = finding.id;
        }
        return true;
      case ' ':
        if (onRow && clearable) {
          model.toggle(finding.id);
        }
        return onRow;
      case 'Enter':
        if (onRow && finding.cell) {
          model.goToCell(finding.cell);
        }
        return onRow;
      default:
        return false;
    }
  };

  return {
    ref,
    active: active ?? null,
    onFocus: setWanted,
    onKeyDown: event => {
      const row = (event.target as HTMLElement).closest<HTMLElement>(
        '[data-finding]'
      );
      const finding = findings.find(({ id }) => id === row?.dataset.finding);
      if (event.ctrlKey || event.metaKey || event.altKey) {
        // With a text selected the same keys copy that.
        const copies =
          finding !== undefined &&
          event.key.toLowerCase() === 'c' &&
          !event.altKey &&
          event.target === row &&
          window.getSelection()?.isCollapsed !== false;
        if (copies) {
          copyText(finding);
          event.preventDefault();
        }
        return;
      }
      if (finding && answer(event.key, finding, event.target === row)) {
        event.preventDefault();
        event.stopPropagation();
      }
    }
  };
}
