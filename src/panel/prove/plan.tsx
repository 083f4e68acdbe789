/** What a growth test would do, before anything runs. */
import * as React from 'react';
import { formatBytes, formatDuration } from '../../analysis/format';
import type { Planned } from '../../protocol/generated';
import { Button, WishButton } from '../parts/atoms';
import { BackLine } from '../parts/back';
import { useHunt } from '../context';
import { Pending } from '../pending';
import { Refused } from '../refused';
import { TestedCell, TestParts } from './parts';
import { AGREED, isAgreed, RunsBox } from './world';

/** The plan, and the button that runs it. */
export function TestPlan(props: { told: Planned }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { plan } = props.told;
  const { changes } = plan.world;
  const [typed, setTyped] = React.useState('');
  const [lines, setLines] = React.useState(true);
  const agreed = isAgreed(typed);
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
          <label className="lh-test-lines">
            <input
              type="checkbox"
              className="lh-checkbox"
              checked={lines}
              onChange={event => setLines(event.target.checked)}
            />
            {trans.__('Also find the lines of a leak (2 more runs, slower)')}
          </label>
        </div>
        <RunsBox
          stale={model.testStale}
          title={trans.__('This cell really runs')}
          world={plan.world}
          typed={typed}
          onType={setTyped}
        />
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
        <Run agreed={agreed} needed={changes.length > 0} lines={lines} />
      </div>
    </>
  );
}

function Run(props: {
  agreed: boolean;
  needed: boolean;
  lines: boolean;
}): JSX.Element {
  const { model, trans } = useHunt();
  const { agreed, needed, lines } = props;
  const { test, testStale } = model;
  if (testStale) {
    return (
      <WishButton
        filled
        label={trans.__('Look again')}
        onClick={() => test && model.planTest(test.subject)}
      />
    );
  }
  return (
    <WishButton
      filled
      label={trans.__('Run the test')}
      disabled={
        needed &&
        !agreed &&
        trans.__('Type %1 first: each run changes what stays', AGREED)
      }
      onClick={() => model.runTest(agreed, lines)}
    />
  );
}
