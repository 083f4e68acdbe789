/** The line over a view that stands in the place of the list. */
import * as React from 'react';
import { backIcon } from '../../icons';
import { IconButton } from './atoms';
import { useHunt } from '../context';

/**
 * A back arrow and a title.
 *
 * #### Notes
 * The title takes the focus when the view opens, so that the keyboard and a
 * screen reader go on where the eye does.
 */
export function BackLine(props: {
  title: string;
  aside?: string;

  /** Buttons at its end. */
  tools?: React.ReactNode;
}): JSX.Element {
  const { model, trans } = useHunt();
  const title = React.useRef<HTMLHeadingElement>(null);
  React.useEffect(() => title.current?.focus(), []);
  return (
    <div className="lh-back">
      <IconButton
        icon={backIcon}
        label={trans.__('Back to the list')}
        onClick={() => model.back()}
      />
      <h3 className="lh-back-title" ref={title} tabIndex={-1}>
        {props.title}
      </h3>
      {props.aside && <span className="lh-muted">{props.aside}</span>}
      {props.tools}
    </div>
  );
}
