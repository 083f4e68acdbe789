/** One-line notices over the list: what waits, what was refused, what is unfinished. */
import * as React from 'react';
import {
  formatCount,
  formatDuration,
  formatTimeOfDay
} from '../analysis/format';
import { checkIcon, infoIcon, questionIcon, warningIcon } from '../icons';
import type { Check, Report } from '../protocol/generated';
import { Icon, WishButton } from './parts/atoms';
import { Box, Buttons } from './parts/box';
import { useHunt } from './context';
import { LONG_CHECK } from './more';
import { Pending } from './pending';
import { Refused } from './refused';
import { Rich } from './parts/rich';

/** All notices that apply now, the most urgent first. */
export function Notes(): JSX.Element {
  const { report } = useHunt().model;
  return (
    <>
      <Refused />
      <Pending />
      {report && !report.complete && <Unfinished report={report} />}
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
        <WishButton
          filled
          label={trans.__('Check with %1 s', LONG_CHECK)}
          onClick={() => model.checkNow(LONG_CHECK)}
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
