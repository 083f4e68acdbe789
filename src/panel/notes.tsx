/** One-line notices over the list: what waits, what was refused, what is unfinished. */
import * as React from 'react';
import {
  formatCount,
  formatDuration,
  formatTimeOfDay
} from '../analysis/format';
import {
  checkIcon,
  clockIcon,
  infoIcon,
  questionIcon,
  warningIcon
} from '../icons';
import type { Check, Report } from '../protocol/generated';
import { Button, Icon } from './atoms';
import { Box, Buttons } from './box';
import { useHunt } from './context';
import { LONG_CHECK } from './more';
import { objectsWords, Pending, Refused } from './pending';
import { Progress } from './progress';
import { Rich } from './rich';

/** All notices that apply now, the most urgent first. */
export function Notes(): JSX.Element {
  const { model, trans } = useHunt();
  const { report, running } = model;
  return (
    <>
      <Refused />
      <Pending />
      {report && !report.complete && <Unfinished report={report} />}
      {report && running && (
        <p className="lh-note">
          <Rich
            text={
              report.after?.execution_count
                ? trans.__(
                    'Findings below are from after [%1]. They are checked again when the cell ends.',
                    report.after.execution_count
                  )
                : trans.__(
                    'Findings below are from %1. They are checked again when the cell ends.',
                    formatTimeOfDay(report.at)
                  )
            }
          />
        </p>
      )}
    </>
  );
}

/** A check that stopped at its budget. */
function Unfinished(props: { report: Report }): JSX.Element {
  const { model, trans } = useHunt();
  const { report } = props;
  return (
    <Box
      icon={warningIcon}
      tone="warn"
      title={trans.__('The last check did not finish')}
    >
      <p>
        {trans.__(
          'It stopped after %1, having seen %2 objects. What it found is listed; the numbers are from %3.',
          formatDuration(report.seconds),
          formatCount(report.objects),
          formatTimeOfDay(report.at)
        )}
      </p>
      <Buttons>
        <Button
          filled
          label={trans.__('Check with %1 s', LONG_CHECK)}
          disabled={!model.canAct && trans.__('The kernel takes no wish now')}
          onClick={() => model.checkNow(LONG_CHECK)}
        />
      </Buttons>
    </Box>
  );
}

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
        <Button
          filled
          label={trans.__('Check now')}
          disabled={!model.canAct && trans.__('The kernel takes no wish now')}
          onClick={() => model.checkNow()}
        />
      </Buttons>
    </Box>
  );
}

/** Nothing was found, and what was looked at to say so. */
export function Clean(props: { report: Report }): JSX.Element {
  const { trans } = useHunt();
  const { report } = props;
  const at = formatTimeOfDay(report.at);
  const count = report.after?.execution_count ?? null;
  const duration = formatDuration(report.seconds);
  // Without the list of checks, "nothing" would claim more than is known.
  const sure = report.complete && report.checks.some(check => check.done);
  return (
    <Box
      icon={sure ? checkIcon : infoIcon}
      tone={sure ? 'good' : 'plain'}
      title={sure ? trans.__('Nothing left behind') : trans.__('Nothing found')}
    >
      <p>
        <Rich
          text={
            count === null
              ? trans.__('Checked %1, in %2:', at, duration)
              : trans.__('Checked %1 after [%2], in %3:', at, count, duration)
          }
        />
      </p>
      <Checks checks={report.checks} />
    </Box>
  );
}

/** What was looked at, and what could not be. */
export function Checks(props: { checks: readonly Check[] }): JSX.Element {
  return (
    <ul className="lh-marks">
      {props.checks.map((check, index) => (
        <li key={index}>
          <Icon icon={check.done ? checkIcon : questionIcon} />
          <span>
            <Rich text={check.text} />
          </span>
        </li>
      ))}
    </ul>
  );
}
