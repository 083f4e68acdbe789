/** Before the first check has ended: how far it is, or why there is none. */
import * as React from 'react';
import { clockIcon, infoIcon } from '../icons';
import { Button, WishButton } from './parts/atoms';
import { Box, Buttons } from './parts/box';
import { useHunt } from './context';
import { objectsWords, Progress } from './parts/progress';

/** Nothing is known yet of what the kernel holds. */
export function Looking(): JSX.Element {
  const { model, trans } = useHunt();
  const { looking, pending, running, settings } = model;
  const asked = pending?.what === 'check';
  const byItself = settings.checkAfterCell.when === 'idle';
  const idle = looking === 'stopped' || !byItself;
  return (
    <>
      {asked ? (
        <FirstCheck />
      ) : running !== null ? (
        <Box icon={clockIcon} title={trans.__('Not checked yet')}>
          <p>{trans.__('What it leaves is listed when the cell ends.')}</p>
        </Box>
      ) : idle ? (
        <NotChecked />
      ) : (
        <FirstCheck />
      )}
      {model.runs.length === 0 && (
        <p className="lh-empty-text lh-mod-below">
          {trans.__(
            'Cells that ran before watching began have no record, so the chart begins with the next run. What they left behind will be listed.'
          )}
        </p>
      )}
    </>
  );
}

function FirstCheck(): JSX.Element {
  const { model, trans } = useHunt();
  const { looking, pending } = model;
  const asked = pending?.what === 'check';
  const told = asked ? pending.progress : looking;
  const far = told === 'stopped' ? null : told;
  const title = trans.__('Looking at what is there…');
  return (
    <Box icon={clockIcon} title={title}>
      <Progress
        label={title}
        far={far}
        words={far ? objectsWords(far, trans) : ''}
      />
      {(asked || far) && (
        <Buttons>
          <Button
            label={trans.__('Stop')}
            onClick={() => (asked ? model.cancel() : model.stopLooking())}
          />
        </Buttons>
      )}
    </Box>
  );
}

function NotChecked(): JSX.Element {
  const { model, trans } = useHunt();
  const stopped = model.looking === 'stopped';
  return (
    <Box
      icon={infoIcon}
      title={stopped ? trans.__('Stopped') : trans.__('Not checked yet')}
    >
      <p>
        {stopped
          ? trans.__('Nothing was checked. The next cell begins a new check.')
          : trans.__('By your settings a check runs only when you ask for it.')}
      </p>
      <Buttons>
        <WishButton
          filled
          label={trans.__('Check now')}
          onClick={() => model.checkNow()}
        />
      </Buttons>
    </Box>
  );
}
