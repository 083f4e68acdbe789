/** What the list is filtered to, as a chip that takes the filter off. */
import * as React from 'react';
import { closeIcon } from '../icons';
import { partWord } from '../sheet/words';
import { Icon } from './atoms';
import { useHunt } from './context';

/** Nothing where all findings are listed. */
export function Filter(): JSX.Element | null {
  const { model, trans } = useHunt();
  const { partFilter: part, cellFilter: cell } = model;
  if (part === null && cell === null) {
    return null;
  }
  const word =
    part === null
      ? trans.__('From cell [%1]', cell?.execution_count ?? ' ')
      : partWord(part, trans);
  return (
    <div className="lh-filter">
      <button
        type="button"
        className="lh-filter-chip"
        title={trans.__('List all findings')}
        aria-label={trans.__('%1: list all findings', word)}
        onClick={event => {
          // The chip goes; the keyboard stays at the list.
          event.currentTarget
            .closest('.lh-Panel')
            ?.querySelector<HTMLElement>('.lh-tab[aria-selected="true"]')
            ?.focus();
          model.filterByCell(null);
        }}
      >
        {part !== null && (
          <span
            className={`lh-swatch lh-fill lh-part-${part}`}
            aria-hidden="true"
          />
        )}
        {word}
        <Icon icon={closeIcon} />
      </button>
    </div>
  );
}
