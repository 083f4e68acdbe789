/** A framed notice: one icon, one sentence in bold, what it means and what to do. */
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Icon } from './atoms';

/** How a notice is meant; the icon and the words say it too. */
export type BoxTone = 'plain' | 'good' | 'warn' | 'error';

/** A notice in the flow of the panel. */
export function Box(props: {
  icon: LabIcon;
  title: string;
  tone?: BoxTone;
  children?: React.ReactNode;
}): JSX.Element {
  return (
    <section
      className={`lh-box lh-mod-${props.tone ?? 'plain'}`}
      aria-label={props.title}
    >
      <h3 className="lh-box-title">
        <Icon icon={props.icon} />
        {props.title}
      </h3>
      {props.children}
    </section>
  );
}

/** The buttons at the end of a card; they wrap where it is narrow. */
export function Buttons(props: { children: React.ReactNode }): JSX.Element {
  return <div className="lh-buttons">{props.children}</div>;
}

/** A whole panel without content: what to do first. */
export function Empty(props: {
  icon: LabIcon;
  title: string;
  text: string;
  children?: React.ReactNode;
}): JSX.Element {
  return (
    <section className="lh-empty" aria-label={props.title}>
      <Icon icon={props.icon} className="lh-empty-icon" />
      <h3 className="lh-empty-title">{props.title}</h3>
      <p className="lh-empty-text">{props.text}</p>
      {props.children}
    </section>
  );
}
