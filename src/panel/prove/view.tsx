/** A growth test in the place of the list: what it would do, how far it is, what it proved. */
import * as React from 'react';
import type { ITest } from '../../model/proving';
import { BackLine } from '../parts/back';
import { WishButton } from '../parts/atoms';
import { useHunt } from '../context';
import { Pending } from '../pending';
import { Refused } from '../refused';
import { ProofView } from './proof';
import { TestPlan } from './plan';
import { TestRun } from './run';

/** The view of one test. */
export function TestView(props: { test: ITest }): JSX.Element {
  const { trans } = useHunt();
  const { test } = props;
  const { plan, proof, request } = test;
  if (proof !== null) {
    return <ProofView proof={proof} />;
  }
  if (plan !== null) {
    return request === null ? (
      <TestPlan key={plan.test} told={plan} />
    ) : (
      <TestRun plan={plan.plan} step={test.step} />
    );
  }
  return (
    <>
      <BackLine title={trans.__('Prove it')} />
      <div className="lh-scroll">
        <Refused />
        <Asking test={test} />
        <Pending />
      </div>
    </>
  );
}

/** While the plan is made, or when it was refused. */
function Asking(props: { test: ITest }): JSX.Element | null {
  const { model, trans } = useHunt();
  const { pending } = model;
  if (pending?.what === 'plan') {
    return pending.waits ? null : (
      <p className="lh-note">{trans.__('Reading what the cell does…')}</p>
    );
  }
  return (
    <div className="lh-test">
      <WishButton
        label={trans.__('Look again')}
        onClick={() => model.planTest(props.test.subject)}
      />
    </div>
  );
}
