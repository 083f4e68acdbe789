/** One item of a preview: what happens to it, where, and whether it can be undone. */
import * as React from 'react';
import { formatBytes } from '../../analysis/format';
import type { Lost } from '../../analysis/preview';
import { downIcon, forwardIcon, linkIcon, warningIcon } from '../../icons';
import type { PreviewItem } from '../../protocol/generated';
import { Icon, Name, Size } from '../parts/atoms';
import { useHunt } from '../context';
import { Rich } from '../parts/rich';

/** What an item holds together with another. */
export interface IShared {
  bytes: number;
  partner: string;
}

/** A row with a checkbox. */
export function PreviewRow(props: {
  item: PreviewItem;
  shared: IShared | null;

  /** What undo does not bring back. */
  lost?: Lost;
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { item, shared, lost } = props;
  const id = React.useId();
  const ticked = model.ticked.has(item.id);
  return (
    <li
      className={`lh-finding lh-mod-whole lh-part-${item.part} ${
        ticked ? 'lh-mod-selected' : ''
      }`}
    >
      <label className="lh-finding-head" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          className="lh-checkbox"
          checked={ticked}
          aria-describedby={`${id}-does`}
          // Once it is on its way, the set is what it was.
          disabled={model.pending?.what === 'clear'}
          onChange={() => model.tick(item.id)}
        />
        <Name text={item.title} />
        <span className="lh-finding-bytes">
          <Size bytes={item.frees} />
        </span>
      </label>
      <div className="lh-finding-reason" id={`${id}-does`}>
        <p className="lh-muted">
          <Rich text={item.does} />
        </p>
        {shared && (
          <p className="lh-mark">
            <Icon icon={linkIcon} />
            <span>
              <Rich
                text={trans.__(
                  'shares %1 with `%2`: frees it only together',
                  formatBytes(shared.bytes, { decimal }),
                  shared.partner
                )}
              />
            </span>
          </p>
        )}
        {lost && (
          <p className="lh-mark">
            <Icon icon={warningIcon} />
            <span>
              {lost === 'part'
                ? trans.__('Can be undone in part')
                : trans.__('Cannot be undone')}
            </span>
          </p>
        )}
      </div>
      <Slots item={item} />
    </li>
  );
}

/** The places that are emptied, listed on demand. */
function Slots(props: { item: PreviewItem }): JSX.Element | null {
  const { trans } = useHunt();
  const { slots, title } = props.item;
  const [open, setOpen] = React.useState(false);
  const id = React.useId();
  if (slots.length === 0 || (slots.length === 1 && slots[0] === title)) {
    return null;
  }
  return (
    <div className="lh-slots">
      <button
        type="button"
        className="lh-link"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={trans._n(
          '%1 place of %2 is emptied',
          '%1 places of %2 are emptied',
          slots.length,
          title
        )}
        onClick={() => setOpen(!open)}
      >
        <Icon icon={open ? downIcon : forwardIcon} />
        {trans._n('%1 place', '%1 places', slots.length)}
      </button>
      {open && (
        <ul id={id}>
          {slots.map((slot, index) => (
            <li key={index}>
              <code className="lh-code">{slot}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
