/** The runs of before a restart: kept to compare with, but gone. */
import * as React from 'react';
import { formatTimeOfDay } from '../../analysis/format';
import { LinkButton } from '../parts/atoms';
import { useHunt } from '../context';
import { Comparison, GoneTable } from '../ondemand';

/** What the cells did in the kernel before: to compare with, or to forget. */
export function PastRuns(): JSX.Element {
  const { model, trans } = useHunt();
  const { pastRuns, comparing } = model;
  const first = pastRuns[0];
  const last = pastRuns[pastRuns.length - 1];
  return (
    <section className="lh-past" aria-label={trans.__('Run before')}>
      <header className="lh-group-head">
        <h3>{trans.__('Run before')}</h3>
        <span className="lh-group-count">
          {trans.__(
            '%1 to %2',
            formatTimeOfDay(first.started, false),
            formatTimeOfDay(last.started + last.seconds, false)
          )}
        </span>
        {/* Without an id no cell is known again. */}
        {pastRuns.some(run => run.cell_id !== null) && (
          <LinkButton
            label={comparing ? trans.__('Back') : trans.__('Compare')}
            onClick={() => {
              // As soon as a cell runs, the comparison stands in this tab.
              model.tab = 'cells';
              model.comparing = !comparing;
            }}
          />
        )}
        <LinkButton
          label={trans.__('Forget')}
          onClick={() => model.forgetPast()}
        />
      </header>
      <React.Suspense fallback={null}>
        {comparing ? (
          <Comparison runs={pastRuns} />
        ) : (
          <GoneTable runs={pastRuns} />
        )}
      </React.Suspense>
    </section>
  );
}
