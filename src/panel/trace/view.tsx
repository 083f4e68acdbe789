/** A trace in the place of the list: what would run, that it runs, what was measured. */
import * as React from 'react';
import type { ITrace } from '../../model/tracing';
import { WishButton } from '../parts/atoms';
import { BackLine } from '../parts/back';
import { useHunt } from '../context';
import { Pending } from '../pending';
import { Refused } from '../refused';
import { TestedCell } from '../prove/parts';
import { CellChoice } from './choice';
import { LinesView } from './lines';
import { TracePlan } from './plan';
import { TraceFound } from './found';
import { StopFoot } from '../parts/stopfoot';

/** The view of one trace. */
export function TraceView(props: { trace: ITrace }): JSX.Element {
  const { trace } = props;
  const { plan, request, found, lines } = trace;
  if (found !== null) {
    return <TraceFound key={found.id} trace={trace} found={found} />;
  }
  if (lines !== null) {
    return <LinesView trace={trace} profile={lines} />;
  }
  if (plan !== null) {
    return request === null ? (
      <TracePlan key={plan.trace} subject={trace.subject} told={plan} />
    ) : (
      <TraceRun trace={trace} />
    );
  }
  return <Asking trace={trace} />;
}

/** Before the plan: a cell is chosen, the kernel is asked, or it has refused. */
function Asking(props: { trace: ITrace }): JSX.Element {
  const { model, trans } = useHunt();
  const { subject } = props.trace;
  const { pending } = model;
  const asked = pending?.what === 'trace-plan';
  return (
    <>
      <BackLine title={trans.__('Trace')} />
      <div className="lh-scroll">
        <Refused />
        {asked && !pending.waits && (
          <p className="lh-note">{trans.__('Reading what the cell does…')}</p>
        )}
        {!asked && (
          <div className="lh-test">
            <CellChoice subject={subject} />
            {(subject.cell ?? subject.finding) !== null && (
              <WishButton
                label={trans.__('Look again')}
                onClick={() => model.planTrace(subject)}
              />
            )}
          </div>
        )}
        <Pending />
      </div>
    </>
  );
}

/** While the cell runs. */
function TraceRun(props: { trace: ITrace }): JSX.Element {
  const { model, trans } = useHunt();
  const { plan, stopping } = props.trace;
  return (
    <>
      <BackLine title={trans.__('Trace')} />
      <div className="lh-scroll">
        <div className="lh-test">
          {plan && (
            <TestedCell cell={plan.plan.cell} source={plan.plan.source_line} />
          )}
          <p role="status">
            {model.pending?.waits
              ? trans.__('It will begin when the running cell ends.')
              : trans.__('The cell runs and is measured…')}
          </p>
          <p className="lh-muted">{trans.__('Measuring slows it down.')}</p>
        </div>
        <Pending bare />
      </div>
      <StopFoot
        title={trans.__('Interrupts the kernel')}
        stopping={stopping && trans.__('The kernel was interrupted')}
      />
    </>
  );
}
