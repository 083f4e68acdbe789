/** The menu of a finding: what the keys of the list do, by name. */
import type * as React from 'react';
import { hasCellToRepeat, isClearable, isProvable } from '../../analysis/deeds';
import { canBeExpected } from '../../analysis/expected';
import { resolveCell } from '../../analysis/cells';
import { holderCell } from '../../analysis/findings';
import type { Finding } from '../../protocol/generated';
import { useHunt } from '../context';
import { openMenu, placeAt, type IMenuEntry } from '../parts/menu';
import { knownCells } from '../parts/rich';

/** Answers the wish for the menu of the row under the pointer. */
export function useFindingMenu(
  finding: Finding
): (event: React.MouseEvent<HTMLElement>) => void {
  const entries = useFindingEntries();
  return event => {
    event.preventDefault();
    event.stopPropagation();
    openMenu(entries(finding), placeAt(event, event.currentTarget));
  };
}

function useFindingEntries(): (finding: Finding) => (IMenuEntry | null)[] {
  const { model, trans } = useHunt();
  const goTo = useGoTo();
  const { copyFix, copyText } = useFindingCopies();
  const busy = model.canAct ? null : trans.__('The kernel takes no wish now');
  return finding => [
    {
      id: 'go-to-cell',
      label: trans.__('Go to Cell'),
      key: 'Enter',
      ...goTo(finding.cell)
    },
    {
      id: 'go-to-holder',
      label: trans.__('Go to Holder’s Cell'),
      ...goTo(holderCell(finding))
    },
    null,
    {
      id: 'clear',
      label: trans.__('Clear…'),
      key: 'Delete',
      execute: () => model.previewClear([finding.id]),
      whyNot: isClearable(finding)
        ? busy
        : trans.__('This cannot be cleared from here')
    },
    {
      id: 'copy-fix',
      label: trans.__('Copy Fix'),
      key: 'F',
      execute: () => copyFix(finding),
      whyNot: finding.fix === null ? trans.__('No fix in code is known') : null
    },
    {
      id: 'prove',
      label: trans.__('Prove It…'),
      key: 'P',
      execute: () =>
        model.planTest({ finding: finding.id, cell: null, before: null }),
      whyNot: !isProvable(finding)
        ? trans.__('Repeating a cell cannot tell more of it')
        : hasCellToRepeat(finding, model.runs)
          ? busy
          : trans.__('There is no cell to repeat')
    },
    {
      id: 'expect',
      label: trans.__('It’s Expected…'),
      key: 'E',
      execute: () => {
        model.marking = finding.id;
      },
      whyNot: canBeExpected(finding)
        ? null
        : trans.__('It is no leak or is expected already')
    },
    null,
    {
      id: 'copy-text',
      label: trans.__('Copy as Text'),
      key: 'Accel C',
      execute: () => copyText(finding)
    },
    {
      id: 'references',
      label: trans.__('What Refers to It'),
      execute: () => model.openObjects(finding.names[0]),
      whyNot:
        finding.kind === 'leftover-variable' && finding.names.length > 0
          ? busy
          : trans.__('It has no name of yours')
    }
  ];
}

/** What a row puts on the clipboard. */
export function useFindingCopies(): {
  copyFix: (finding: Finding) => void;
  copyText: (finding: Finding) => void;
} {
  const { trans, decimal, copy } = useHunt();
  return {
    copyFix: ({ fix }) => {
      copy(fix ?? '', trans.__('Fix copied'));
    },
    copyText: finding => {
      import(/* webpackChunkName: "report" */ '../../report/views')
        .then(({ findingText }) => {
          copy(findingText(finding, trans, decimal));
        })
        .catch(console.error);
    }
  };
}

/** The way to a cell, or why there is none. */
export function useGoTo(): (
  cell: Finding['cell']
) => Pick<IMenuEntry, 'execute' | 'whyNot'> {
  const { model, trans } = useHunt();
  return reference => {
    const cell = reference && resolveCell(reference, knownCells(model));
    return {
      execute: () => {
        if (cell) {
          model.goToCell(cell);
        }
      },
      whyNot:
        cell === null
          ? trans.__('No cell is known for it')
          : model.findCell(cell) === null
            ? trans.__('This cell was deleted')
            : null
    };
  };
}
