/** Sentences behind a check or a warning sign. */
import * as React from 'react';
import { checkIcon, warningIcon } from '../../icons';
import { Icon } from './atoms';
import { Rich } from './rich';

/** One sentence; a member of a list `lh-marks`. */
export function Mark(props: { text: string; warn?: boolean }): JSX.Element {
  return (
    <li>
      <Icon icon={props.warn ? warningIcon : checkIcon} />
      <span>
        <Rich text={props.text} />
      </span>
    </li>
  );
}

/** A section of warnings; nothing at all without one. */
export function Warnings(props: {
  title: string;
  texts: readonly string[];
}): JSX.Element | null {
  const { title, texts } = props;
  return texts.length === 0 ? null : (
    <section className="lh-section" aria-label={title}>
      <h3>{title}</h3>
      <ul className="lh-marks">
        {texts.map((text, index) => (
          <Mark key={index} warn text={text} />
        ))}
      </ul>
    </section>
  );
}
