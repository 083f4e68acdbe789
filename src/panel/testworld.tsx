/** What a run does to the world, and the agreement to what cannot be put back. */
import * as React from 'react';
import type { World as IWorld } from '../protocol/generated';
import { useHunt } from './context';
import { Mark } from './marks';

/** What is typed to run a cell whose changes stay. */
export const AGREED = 'OK';

/** Whether what was typed is an agreement. */
export function isAgreed(typed: string): boolean {
  return typed.trim().toUpperCase() === AGREED;
}

/** What stays changed first, then what is put back. */
export function World(props: { world: IWorld }): JSX.Element {
  const { trans } = useHunt();
  const { rebound, grown, changes, random } = props.world;
  return (
    <ul className="lh-marks">
      {changes.map(({ text, line }, index) => (
        <Mark
          key={index}
          warn
          text={line > 0 ? trans.__('Line %1. %2', line, text) : text}
        />
      ))}
      {rebound.length > 0 && (
        <Mark
          text={trans.__(
            'Names that it binds are put back: %1.',
            names(rebound)
          )}
        />
      )}
      {grown.length > 0 && (
        <Mark
          text={trans.__('What it adds is taken out again: %1.', names(grown))}
        />
      )}
      {random && (
        <Mark
          text={trans.__(
            'Random numbers go on afterwards as if it had not run.'
          )}
        />
      )}
      <Mark
        text={trans.__(
          'What it prints or shows is dropped; outputs and figures stay as they are.'
        )}
      />
    </ul>
  );
}

/** The field in which the user agrees to changes that stay. */
export function Agreement(props: {
  typed: string;
  onType: (typed: string) => void;
}): JSX.Element {
  const { trans } = useHunt();
  return (
    <label className="lh-test-agree">
      {trans.__('Type %1 to run it all the same', AGREED)}
      <input
        className="lh-input"
        type="text"
        value={props.typed}
        maxLength={8}
        onChange={event => props.onType(event.target.value)}
      />
    </label>
  );
}

/** Names as code, the first few. */
function names(all: readonly string[]): string {
  const shown = all.slice(0, 6).map(name => `\`${name}\``);
  return shown.join(', ') + (all.length > 6 ? ', …' : '');
}
