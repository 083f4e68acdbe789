/** The menu of a variable. */
import type * as React from 'react';
import type { Variable } from '../../protocol/generated';
import { useHunt } from '../context';
import { useGoTo } from '../findings/menu';
import { openMenu, placeAt } from '../parts/menu';

/** Answers the wish for the menu of a row. */
export function useVariableMenu(
  variable: Variable
): (event: React.MouseEvent<HTMLElement>) => void {
  const { model, trans, copy } = useHunt();
  const goTo = useGoTo();
  const { name, made_in, last_read } = variable;
  const counted = (execution_count: number | null) =>
    goTo(execution_count === null ? null : { cell_id: null, execution_count });
  return event => {
    event.preventDefault();
    event.stopPropagation();
    const opener =
      event.currentTarget.querySelector<HTMLElement>('.lh-checkbox');
    openMenu(
      [
        {
          id: 'clear',
          label: trans.__('Clear…'),
          execute: () => model.previewClear([`name:${name}`]),
          whyNot: model.canAct ? null : trans.__('The kernel takes no wish now')
        },
        {
          id: 'go-to-maker',
          label: trans.__('Go to the Cell That Made It'),
          ...counted(made_in)
        },
        {
          id: 'go-to-reader',
          label: trans.__('Go to Last Reader'),
          ...counted(last_read)
        },
        {
          id: 'copy-name',
          label: trans.__('Copy Name'),
          execute: () => {
            copy(name);
          }
        }
      ],
      placeAt(event, opener)
    );
  };
}
