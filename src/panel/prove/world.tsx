/** What a run does to the world, and the agreement to what cannot be put back. */
import * as React from 'react';
import { warningIcon } from '../../icons';
import type { World as IWorld } from '../../protocol/generated';
import { Box } from '../parts/box';
import { useHunt } from '../context';
import { Mark } from '../parts/marks';

/** What is typed to run a cell whose changes stay. */
export const AGREED = 'OK';

/** Whether what was typed is an agreement. */
export function isAgreed(typed: string): boolean {
  return typed.trim().toUpperCase() === AGREED;
}

/** What stays changed first, then what is put back. */
function World(props: { world: IWorld }): JSX.Element {
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
function Agreement(props: {
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

/**
 * What running the cell again would do, and the OK that it needs; once the
 * kernel has run something else since, only that.
 */
export function RunsBox(props: {
  stale: boolean;
  title: string;
  world: IWorld;
  typed: string;
  onType: (text: string) => void;
}): JSX.Element {
  const { trans } = useHunt();
  const { stale, title, world, typed, onType } = props;
  return stale ? (
    <Box
      icon={warningIcon}
      tone="warn"
      title={trans.__('Changed since the plan: look again')}
    >
      <p>{trans.__('The kernel ran something after this was made.')}</p>
    </Box>
  ) : (
    <Box icon={warningIcon} tone="warn" title={title}>
      <World world={world} />
      {world.changes.length > 0 && <Agreement typed={typed} onType={onType} />}
    </Box>
  );
}
