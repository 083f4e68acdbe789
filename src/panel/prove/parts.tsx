/** The cell that is tested, and the parts of the test. */
import * as React from 'react';
import { runsDone, testParts } from '../../analysis/prove';
import type { CellRef, Plan, Proving } from '../../protocol/generated';
import { useHunt } from '../context';
import { CellLink } from '../parts/rich';

/** The cell with its first line. */
export function TestedCell(props: {
  cell: CellRef;
  source: string;
}): JSX.Element {
  return (
    <p className="lh-test-cell">
      <CellLink cell={props.cell} />{' '}
      <code className="lh-cell-source" title={props.source}>
        {props.source}
      </code>
    </p>
  );
}

/** One bar a batch, the warm-up first; filled as far as it is. */
export function TestParts(props: {
  plan: Plan;

  /** Null before the first run. */
  step: Proving | null;

  /** Says how far it is. */
  words: string;
}): JSX.Element {
  const { trans } = useHunt();
  const { plan, step, words } = props;
  const parts = testParts(plan, step);
  return (
    <div
      className="lh-test-parts"
      role="progressbar"
      aria-label={trans.__('Runs of the test')}
      aria-valuemin={0}
      aria-valuemax={plan.runs}
      aria-valuenow={runsDone(parts)}
      aria-valuetext={words}
    >
      {parts.map(({ runs, done }, index) => (
        <div
          key={index}
          className={`lh-test-part ${
            step?.batch === index ? 'lh-mod-current' : ''
          }`}
        >
          <div className="lh-test-bar">
            <div style={{ width: `${(done * 100).toFixed(1)}%` }} />
          </div>
          {index === 0 ? trans.__('warm-up %1', runs) : runs}
        </div>
      ))}
    </div>
  );
}
