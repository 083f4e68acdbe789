/** What the list is filtered to, as a chip that takes the filter off. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IFindingFilter } from '../analysis/findings';
import { closeIcon } from '../icons';
import { partWord } from '../sheet/words';
import { Icon } from './parts/atoms';
import { useHunt } from './context';

/** Nothing where all findings are listed. */
export function Filter(): JSX.Element | null {
  const { model, trans } = useHunt();
  const { part } = model.filter;
  const word = filterWord(model.filter, trans);
  if (word === null) {
    return null;
  }
  return (
    <div className="lh-filter">
      <button
        type="button"
        className="lh-filter-chip"
        title={trans.__('List all findings')}
        aria-label={trans.__('%1: list all findings', word)}
        onClick={() => model.filterByCell(null)}
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

/** What the list is filtered to; `null` where it is not. */
function filterWord(
  { part, cell, span }: IFindingFilter,
  trans: TranslationBundle
): string | null {
  if (part !== null) {
    return partWord(part, trans);
  }
  if (cell !== null) {
    return trans.__('From cell [%1]', cell.execution_count ?? ' ');
  }
  if (span === null) {
    return null;
  }
  return span.first === span.last
    ? trans.__('From [%1]', span.first ?? ' ')
    : trans.__('From [%1] to [%2]', span.first ?? ' ', span.last ?? ' ');
}
