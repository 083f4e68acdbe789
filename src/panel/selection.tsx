/** The bar at the foot of the list: what is ticked, and what clearing it frees. */
import * as React from 'react';
import { formatAtLeast, formatBytes } from '../analysis/format';
import { closeIcon } from '../icons';
import { IconButton, LinkButton, WishButton } from './parts/atoms';
import { useHunt } from './context';

/** Appears with the first selection. */
export function SelectionBar(): JSX.Element | null {
  const { model, trans, decimal } = useHunt();
  const count = model.selection.size;
  if (count === 0) {
    return null;
  }
  const asking = model.pending?.what === 'preview';
  // The sum is of the set and so has to be asked for; the rows alone are a floor.
  const frees =
    model.selectionFrees === null
      ? trans.__(
          'frees %1…',
          formatAtLeast(model.selectionAtLeast, { decimal })
        )
      : trans.__('frees %1', formatBytes(model.selectionFrees, { decimal }));
  return (
    <div className="lh-foot" role="group" aria-label={trans.__('Selection')}>
      <div className="lh-foot-words">
        <p className="lh-foot-lead">{trans.__('%1 selected', count)}</p>
        <p className="lh-muted">{frees}</p>
      </div>
      <span className="lh-mod-wide">
        <LinkButton
          label={trans.__('Select none')}
          onClick={() => model.select([])}
        />
      </span>
      <span className="lh-mod-narrow">
        <IconButton
          icon={closeIcon}
          label={trans.__('Select none')}
          onClick={() => model.select([])}
        />
      </span>
      <WishButton
        filled
        label={trans.__('Preview…')}
        disabled={asking && trans.__('The preview is being made')}
        onClick={() => model.previewClear()}
      />
    </div>
  );
}
