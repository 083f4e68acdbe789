/** What undo would bring back, and what that takes, before anything is cleared. */
import * as React from 'react';
import { formatBytes, formatDuration } from '../../analysis/format';
import { undoPossible, undoUntil, unsavedWords } from '../../analysis/undo';
import type { Totals, Unsaved } from '../../protocol/generated';
import { useHunt } from '../context';
import { Rich } from '../parts/rich';

/**
 * The section Undo of a preview.
 *
 * @param totals - Those of the ticked items.
 * @param save - Whether what can be brought back is to be saved.
 */
export function UndoSection(props: {
  totals: Totals;
  save: boolean;
  onSave: (save: boolean) => void;
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { totals, save, onSave } = props;
  const { bytes, seconds, free_disk, refused, unsaved } = totals.undo;
  const id = React.useId();
  const size = (amount: number) => formatBytes(amount, { decimal });
  const now = Date.now() / 1000;
  const possible = undoPossible(totals);
  return (
    <section className="lh-section" aria-label={trans.__('Undo')}>
      <h3>{trans.__('Undo')}</h3>
      {possible ? (
        <>
          <label className="lh-save" htmlFor={id}>
            <input
              id={id}
              type="checkbox"
              className="lh-checkbox"
              checked={save}
              disabled={model.pending?.what === 'clear'}
              onChange={() => onSave(!save)}
            />
            <span>
              {save
                ? trans.__('Undo until %1', undoUntil(totals, now))
                : trans.__('Save to disk first')}
            </span>
          </label>
          <p className="lh-muted">
            {!save
              ? trans.__('Not saved: this cannot be undone.')
              : free_disk === null
                ? trans.__(
                    'Needs %1 of disk, about %2.',
                    size(bytes),
                    formatDuration(seconds)
                  )
                : trans.__(
                    'Needs %1 of disk (%2 free), about %3.',
                    size(bytes),
                    size(free_disk),
                    formatDuration(seconds)
                  )}
          </p>
        </>
      ) : (
        <p>
          <Rich text={refused ?? trans.__('Cannot be undone.')} />
        </p>
      )}
      {unsaved.length > 0 && (
        <>
          {possible && save && <p>{trans.__('Not saved:')}</p>}
          <UnsavedList unsaved={unsaved} />
        </>
      )}
    </section>
  );
}

/** What does not come back: why, and which cell makes it again. */
export function UnsavedList(props: {
  unsaved: readonly Unsaved[];
}): JSX.Element {
  const { trans } = useHunt();
  return (
    <ul className="lh-unsaved">
      {props.unsaved.map((one, index) => (
        <li key={index}>
          <Rich text={unsavedWords(one, trans)} />
        </li>
      ))}
    </ul>
  );
}
