/** How far a growth test is. */
import * as React from 'react';
import { countedAt, rateWords } from '../../analysis/prove';
import { formatDuration } from '../../analysis/format';
import type { Plan, Proving } from '../../protocol/generated';
import { BackLine } from '../parts/back';
import { useHunt } from '../context';
import { GrowthChart } from './chart';
import { Pending } from '../pending';
import { Rich } from '../parts/rich';
import { TestedCell, TestParts } from './parts';
import { StopFoot } from '../parts/stopfoot';

/** Progress, the strongest series so far, and a way to stop. */
export function TestRun(props: {
  plan: Plan;
  step: Proving | null;
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { plan, step } = props;
  const { pending } = model;
  const stopping = pending?.what !== 'test';
  const words =
    step === null
      ? trans.__('Beginning')
      : step.batch === 0
        ? trans.__('Warm-up: run %1', step.run)
        : step.batch > plan.batches.length
          ? trans.__('Finding the lines: run %1 of %2', step.run, step.of)
          : trans.__('Batch of %1: run %2', step.of, step.run);
  const strongest = step?.strongest ?? null;
  return (
    <>
      <BackLine title={trans.__('Prove it')} />
      <div className="lh-scroll">
        <div className="lh-test">
          <TestedCell cell={plan.cell} source={plan.source_line} />
          <TestParts plan={plan} step={step} words={words} />
          <p className="lh-test-line">
            <span>{words}</span>
            {step !== null && step.left > 0 && step.batch > 0 && (
              <span className="lh-muted">
                {trans.__('about %1 left', formatDuration(step.left))}
              </span>
            )}
          </p>
          {strongest && (
            <>
              <h4>
                <code className="lh-code">{strongest.name}</code>
              </h4>
              <GrowthChart growth={strongest} runs={countedAt(plan.batches)} />
            </>
          )}
          <p className="lh-muted">
            {strongest ? (
              <Rich
                text={trans.__(
                  'So far: %1 per run. A cell that you run ends the test.',
                  rateWords(strongest, strongest.rate, decimal)
                )}
              />
            ) : (
              trans.__('A cell that you run ends the test.')
            )}
          </p>
        </div>
        <Pending bare />
      </div>
      <StopFoot
        title={trans.__(
          'Stops when the run has ended; interrupt the kernel to end that too'
        )}
        stopping={stopping && trans.__('It stops when the run has ended')}
      />
    </>
  );
}
