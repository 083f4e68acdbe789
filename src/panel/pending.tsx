/** What was asked and is under way: in every view the same. */
import * as React from 'react';
import { formatBytes } from '../analysis/format';
import { clockIcon } from '../icons';
import type { IFar, WishKind } from '../tokens';
import { Button } from './parts/atoms';
import { Box, Buttons } from './parts/box';
import { useHunt } from './context';
import { objectsWords, Progress } from './parts/progress';
import { Rich } from './parts/rich';

/**
 * A wish that waits for the running cell, or that takes long.
 *
 * @param bare - Whether the view around it has the button that takes it back.
 */
export function Pending(props: { bare?: boolean }): JSX.Element | null {
  const { pending, report } = useHunt().model;
  const cancel = props.bare ? null : <Cancel />;
  if (pending === null) {
    return null;
  }
  const { what, waits, progress } = pending;
  if (waits) {
    return <Waiting what={what}>{cancel}</Waiting>;
  }
  if ((what === 'test' || what === 'trace') && cancel !== null) {
    return <Testing what={what} />;
  }
  if (progress === null) {
    return null;
  }
  switch (what) {
    case 'clear':
    case 'undo':
      return (
        <Moving what={what} far={progress}>
          {cancel}
        </Moving>
      );
    case 'preview':
      return <Checking what={what} far={progress} />;
    case 'check':
      // Without a report the list itself tells it.
      return report && <Checking what={what} far={progress} />;
    default:
      return null;
  }
}

function Waiting(props: {
  what: WishKind;
  children: React.ReactNode;
}): JSX.Element {
  const { model, trans } = useHunt();
  const words: Record<WishKind, [title: string, deed: string]> = {
    check: [
      trans.__('The check waits'),
      trans.__('It will check when the cell ends.')
    ],
    preview: [
      trans.__('The preview waits'),
      trans.__('It will look when the cell ends.')
    ],
    clear: [
      trans.__('Clearing waits'),
      trans.__('It will clear when the cell ends.')
    ],
    undo: [
      trans.__('Undo waits'),
      trans.__('It will bring back when the cell ends.')
    ],
    'give-back': [
      trans.__('Giving back waits'),
      trans.__('It will give memory back when the cell ends.')
    ],
    objects: [
      trans.__('The question waits'),
      trans.__('It will look when the cell ends.')
    ],
    collect: [
      trans.__('Collecting waits'),
      trans.__('It will collect when the cell ends.')
    ],
    stop: [
      trans.__('The end of watching waits'),
      trans.__('Watching ends when the cell ends.')
    ],
    plan: [
      trans.__('The plan waits'),
      trans.__('It will look when the cell ends.')
    ],
    test: [
      trans.__('The test waits'),
      trans.__('It will begin when the cell ends.')
    ],
    'trace-plan': [
      trans.__('The plan waits'),
      trans.__('It will look when the cell ends.')
    ],
    trace: [
      trans.__('The trace waits'),
      trans.__('It will begin when the cell ends.')
    ],
    export: [
      trans.__('Saving waits'),
      trans.__('It will save when the cell ends.')
    ]
  };
  const [title, deed] = words[props.what];
  const count = model.running?.execution_count ?? null;
  return (
    <Box icon={clockIcon} title={title}>
      <p>
        <Rich
          text={
            count === null
              ? trans.__('The kernel is busy.')
              : trans.__('The kernel is running [%1].', count)
          }
        />{' '}
        {deed}
      </p>
      {props.children}
    </Box>
  );
}

/** A test or a trace that runs while another view is on screen. */
function Testing(props: { what: 'test' | 'trace' }): JSX.Element {
  const { model, trans } = useHunt();
  return (
    <Box
      icon={clockIcon}
      title={
        props.what === 'test'
          ? trans.__('A test runs')
          : trans.__('A trace runs')
      }
    >
      <p>
        {trans.__('Its result comes here. Stopping keeps what was measured.')}
      </p>
      <Buttons>
        <Button label={trans.__('Stop')} onClick={() => model.cancel()} />
      </Buttons>
    </Box>
  );
}

/** Bytes on their way to the disk or back. */
function Moving(props: {
  what: 'clear' | 'undo';
  far: IFar;
  children: React.ReactNode;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { what, far } = props;
  const title =
    what === 'clear' ? trans.__('Saving for undo') : trans.__('Bringing back');
  const words = trans.__(
    '%1 of %2',
    formatBytes(far.done, { decimal }),
    formatBytes(far.total, { decimal })
  );
  return (
    <Box icon={clockIcon} title={title}>
      <Progress
        label={title}
        far={far}
        words={
          what === 'clear'
            ? trans.__('%1. Nothing is cleared before all is saved.', words)
            : words
        }
      />
      {props.children}
    </Box>
  );
}

/** Objects that are looked at, for a check or a preview that takes long. */
function Checking(props: {
  what: 'check' | 'preview';
  far: IFar;
}): JSX.Element {
  const { model, trans } = useHunt();
  const { what, far } = props;
  const title =
    what === 'check'
      ? trans.__('Checking…')
      : trans.__('Looking at what would go…');
  return (
    <Box icon={clockIcon} title={title}>
      <Progress label={title} far={far} words={objectsWords(far, trans)} />
      <Buttons>
        <Button small label={trans.__('Stop')} onClick={() => model.cancel()} />
      </Buttons>
    </Box>
  );
}

function Cancel(): JSX.Element {
  const { model, trans } = useHunt();
  return (
    <Buttons>
      <Button label={trans.__('Cancel')} onClick={() => model.cancel()} />
    </Buttons>
  );
}
