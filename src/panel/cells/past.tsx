/** The runs of before a restart: kept to compare with, but gone. */
import * as React from 'react';
import { cellRows, foldRows } from '../../analysis/cells';
import {
  columnUnit,
  formatColumn,
  formatTimeOfDay
} from '../../analysis/format';
import type { CellRun } from '../../protocol/generated';
import { LinkButton } from '../parts/atoms';
import { useHunt } from '../context';
import { Comparison } from '../ondemand';
import { CellLink } from '../parts/rich';
import { PlainHead } from '../parts/table';

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
      {comparing ? (
        <React.Suspense fallback={null}>
          <Comparison runs={pastRuns} />
        </React.Suspense>
      ) : (
        <GoneTable runs={pastRuns} />
      )}
    </section>
  );
}

/** Runs whose memory is gone with their kernel, the largest change first. */
export function GoneTable(props: { runs: readonly CellRun[] }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const rows = cellRows(props.runs, null, model.cells);
  const { shown } = foldRows(rows, model.settings.minFinding);
  const unit = columnUnit(
    Math.max(0, ...rows.map(row => row.peak ?? Math.abs(row.change))),
    decimal
  );
  return (
    <table className="lh-table lh-cells lh-mod-gone">
      <PlainHead
        columns={[
          { column: 'cell', label: trans.__('Cell') },
          { column: 'change', label: trans.__('Change') },
          { column: 'peak', label: trans.__('Peak') },
          { column: 'held', label: trans.__('Held now') }
        ]}
      />
      <tbody>
        {shown
          .sort((a, b) => b.change - a.change)
          .map(row => (
            <tr key={row.key}>
              <th scope="row" className="lh-col-cell">
                <div className="lh-cell">
                  <CellLink cell={row.ref} />
                  <code className="lh-cell-source" title={row.source}>
                    {row.source}
                  </code>
                </div>
              </th>
              <td className="lh-col-change">
                {formatColumn(row.change, unit, true)}
              </td>
              <td className="lh-col-peak">{formatColumn(row.peak, unit)}</td>
              <td className="lh-col-held">{trans.__('gone')}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
