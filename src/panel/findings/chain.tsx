/** The chain of holders, from where it starts down to the object. */
import * as React from 'react';
import { foldChain } from '../../analysis/findings';
import type { Holder } from '../../protocol/generated';
import { Size } from '../parts/atoms';
import { useHunt } from '../context';
import { Rich } from '../parts/rich';

/**
 * Rings are holders, the diamond is the object, and at most one link is marked.
 *
 * #### Notes
 * The middle of a chain longer than six steps is folded until asked for.
 */
export function Chain(props: { holders: readonly Holder[] }): JSX.Element {
  const { trans } = useHunt();
  const [unfolded, setUnfolded] = React.useState(false);
  const { holders } = props;
  if (holders.length === 0) {
    return (
      <p className="lh-muted">
        {trans.__('No holder found: native code or an object array keeps it.')}
      </p>
    );
  }
  const last = holders[holders.length - 1];
  const pieces = unfolded
    ? holders.map(step => ({ step }))
    : foldChain(holders);
  return (
    <ol className="lh-chain">
      {pieces.map((piece, index) =>
        'step' in piece ? (
          <ChainStep
            key={index}
            holder={piece.step}
            last={piece.step === last}
          />
        ) : (
          <li key={index} className="lh-chain-step lh-mod-link">
            <button
              type="button"
              className="lh-link"
              onClick={event => {
                // The button goes; the keyboard stays at the row.
                event.currentTarget
                  .closest<HTMLElement>('[data-finding]')
                  ?.focus();
                setUnfolded(true);
              }}
            >
              {trans._n('… %1 more', '… %1 more', piece.folded)}
            </button>
          </li>
        )
      )}
    </ol>
  );
}

function ChainStep(props: { holder: Holder; last: boolean }): JSX.Element {
  const { trans } = useHunt();
  const { label, note, bytes, role, stuck } = props.holder;
  const shape = props.last
    ? 'object'
    : role !== 'link'
      ? 'ring'
      : // With a size it is a thing on the way, such as a view; without, a name.
        bytes === null
        ? 'link'
        : 'way';
  return (
    <li
      className={`lh-chain-step lh-mod-${shape} ${stuck ? 'lh-mod-stuck' : ''}`}
    >
      <span className="lh-chain-label">
        <Rich text={label} />
      </span>
      {note && !stuck && (
        <span className="lh-chain-note">
          <Rich text={note} />
        </span>
      )}
      {bytes !== null && (
        <span className="lh-muted">
          <Size bytes={bytes} />
        </span>
      )}
      {stuck && (
        <span className="lh-chain-stuck">
          {note ? trans.__('· %1', note) : trans.__('· stuck here')}
        </span>
      )}
    </li>
  );
}
