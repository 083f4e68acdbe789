/** What a growth test would do, before anything runs. */
import * as React from 'react';
import { formatBytes, formatDuration } from '../analysis/format';
import { warningIcon } from '../icons';
import type { Planned } from '../protocol/generated';
import { Button } from './atoms';
import { BackLine } from './back';
import { Box } from './box';
import { useHunt } from './context';
import { Mark } from './marks';
import { Pending, Refused } from './pending';
import { TestedCell, TestParts } from './testparts';

/** What is typed to run a cell whose changes stay. */
export const AGREED = 'OK';

/** The plan, and the button that runs it. */
export function TestPlan(props: { told: Planned }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { plan } = props.told;
  const { changes } = plan.world;
  const [typed, setTyped] = React.useState('');
  const agreed = typed.trim().toUpperCase() === AGREED;
  const time =
    plan.seconds === null
      ? trans.__('at most %1', formatDuration(plan.max_seconds))
      : trans.__('about %1', formatDuration(plan.seconds));
  return (
    <>
      <BackLine title={trans.__('Prove it')} />
      <div className="lh-scroll">
        <Refused />
        <div className="lh-test">
          <TestedCell cell={plan.cell} source={plan.source_line} />
          <p>
            {trans.__(
              'Runs this cell again in batches and counts what stays. The verdict comes from counts, not from bytes.'
            )}
          </p>
          <TestParts plan={plan} step={null} words={trans.__('Not begun')} />
          <p className="lh-muted">
            {trans.__(
              'At most %1 runs, %2. Stops early when nothing grows.',
              plan.runs,
              time
            )}
          </p>
        </div>
        {model.testStale ? (
          <Box
            icon={warningIcon}
            tone="warn"
            title={trans.__('Changed since the plan: look again')}
          >
            <p>{trans.__('The kernel ran something after this was made.')}</p>
          </Box>
        ) : (
          <Box
            icon={warningIcon}
            tone="warn"
            title={trans.__('This cell really runs')}
          >
            <World told={props.told} />
            {changes.length > 0 && (
              <label className="lh-test-agree">
                {trans.__('Type %1 to run it all the same', AGREED)}
                <input
                  className="lh-input"
                  type="text"
                  value={typed}
                  maxLength={8}
                  onChange={event => setTyped(event.target.value)}
                />
              </label>
            )}
          </Box>
        )}
        <Pending />
      </div>
      <div className="lh-foot">
        <span className="lh-foot-words">
          {trans.__(
            'Stops at %1 of memory; %2 used now.',
            formatBytes(plan.stop_bytes, { decimal }),
            formatBytes(plan.memory, { decimal })
          )}
        </span>
        <Button label={trans.__('Cancel')} onClick={() => model.back()} />
        <Run agreed={agreed} needed={changes.length > 0} />
      </div>
    </>
  );
}

/** What the cell does to the world: what stays changed first, then what is put back. */
function World(props: { told: Planned }): JSX.Element {
  const { trans } = useHunt();
  const { rebound, grown, changes, random } = props.told.plan.world;
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

function Run(props: { agreed: boolean; needed: boolean }): JSX.Element {
  const { model, trans } = useHunt();
  const { agreed, needed } = props;
  const { test, testStale } = model;
  if (testStale) {
    return (
      <Button
        filled
        label={trans.__('Look again')}
        disabled={!model.canAct && trans.__('The kernel takes no wish now')}
        onClick={() => test && model.planTest(test.subject)}
      />
    );
  }
  return (
    <Button
      filled
      label={trans.__('Run the test')}
      disabled={
        needed && !agreed
          ? trans.__('Type %1 first: each run changes what stays', AGREED)
          : !model.canAct && trans.__('The kernel takes no wish now')
      }
      onClick={() => model.runTest(agreed)}
    />
  );
}

/** Names as code, the first few. */
function names(all: readonly string[]): string {
  const shown = all.slice(0, 6).map(name => `\`${name}\``);
  return shown.join(', ') + (all.length > 6 ? ', …' : '');
}
