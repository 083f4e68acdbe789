/** The smallest pieces of the panel: sizes, names, icons and buttons. */
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { splitName } from '../../analysis/ellipsis';
import { formatReceipt, sizeParts, NBSP } from '../../analysis/format';
import { useHunt } from '../context';
import { exactWords } from './exact';

/** An icon beside a text that says the same; the lab's own takes long to draw again. */
export const Icon = React.memo(
  (props: { icon: LabIcon; className?: string }): JSX.Element => {
    return (
      <props.icon.react
        tag="span"
        className={`lh-icon ${props.className ?? ''}`}
        aria-hidden="true"
      />
    );
  }
);

/** A size with its unit in muted weight and the bytes in the tooltip. */
export function Size(props: {
  bytes: number | null;
  signed?: boolean;
  receipt?: boolean;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { bytes, signed, receipt } = props;
  const options = { signed, decimal };
  const parts = receipt
    ? splitReceipt(formatReceipt(bytes, options))
    : sizeParts(bytes, options);
  return (
    <span
      className="lh-size"
      title={bytes === null ? undefined : exactWords(bytes, trans)}
    >
      <span className="lh-size-number">{parts.text}</span>
      {parts.unit && <span className="lh-unit">{NBSP + parts.unit}</span>}
    </span>
  );
}

/** A name in code font, shortened in its middle where the width ends. */
export function Name(props: { text: string; id?: string }): JSX.Element {
  const { head, tail } = splitName(props.text);
  return (
    <span className="lh-codename" title={props.text} id={props.id}>
      {head && <span className="lh-codename-head">{head}</span>}
      <span className="lh-codename-tail">{tail}</span>
    </span>
  );
}

/** What a button with words says and does. */
interface IButton {
  label: string;
  onClick: () => void;
  filled?: boolean;

  /** Low enough for a row of a table. */
  small?: boolean;
  icon?: LabIcon;

  /** Why it cannot be pressed; it stays in reach, so that the reason can be read. */
  disabled?: string | false;
  title?: string;
}

/** A button with words; at most one on a card is filled. */
export function Button(props: IButton): JSX.Element {
  const { disabled } = props;
  return (
    <button
      type="button"
      className={`lh-button ${props.filled ? 'lh-mod-filled' : ''} ${
        props.small ? 'lh-mod-small' : ''
      }`}
      aria-disabled={disabled ? true : undefined}
      title={disabled || props.title}
      onClick={disabled ? undefined : props.onClick}
    >
      {props.icon && <Icon icon={props.icon} />}
      {props.label}
    </button>
  );
}

/** A button for what the kernel does: it waits until the kernel takes a wish. */
export function WishButton(props: IButton): JSX.Element {
  const { model, trans } = useHunt();
  const busy = !model.canAct && trans.__('The kernel takes no wish now');
  return <Button {...props} disabled={props.disabled || busy} />;
}

/** A button that looks like a link. */
export function LinkButton(props: {
  label: string;
  onClick: () => void;
}): JSX.Element {
  return (
    <button type="button" className="lh-link" onClick={props.onClick}>
      {props.label}
    </button>
  );
}

/** A button that is an icon; the label is read out and shown as tooltip. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  disabled?: string | false;
  className?: string;
}): JSX.Element {
  const { disabled } = props;
  return (
    <button
      type="button"
      className={`lh-iconbutton ${props.className ?? ''}`}
      aria-label={props.label}
      aria-disabled={disabled ? true : undefined}
      title={disabled || props.label}
      onClick={disabled ? undefined : props.onClick}
    >
      <Icon icon={props.icon} />
    </button>
  );
}

function splitReceipt(text: string): { text: string; unit: string } {
  const [number, unit = ''] = text.split(NBSP);
  return { text: number, unit };
}
