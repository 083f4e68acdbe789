/** The table of runs whose kernel is gone. */
import * as React from 'react';
import { cellRows, foldRows } from '../../analysis/cells';
import { columnUnit, formatColumn } from '../../analysis/format';
import type { CellRun } from '../../protocol/generated';
import { useHunt } from '../context';
import { CellSource } from './source';
import { useRowWindow } from '../parts/rowwindow';
import { NearRows, PlainHead } from '../parts/table';

/** Runs whose memory is gone with their kernel, the largest change first. */
export function GoneTable(props: { runs: readonly CellRun[] }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const rows = cellRows(props.runs, null, model.cells);
  const { shown } = foldRows(rows, model.settings.minFinding);
  const sorted = shown.sort((a, b) => b.change - a.change);
  const near = useRowWindow(sorted.length);
  const unit = columnUnit(
    Math.max(0, ...rows.map(row => row.peak ?? Math.abs(row.change))),
    decimal
  );
  return (
    // The head is the first row.
    <table
      className="lh-table lh-cells lh-mod-gone"
      aria-rowcount={sorted.length + 1}
    >
      <PlainHead
        columns={[
          { column: 'cell', label: trans.__('Cell') },
          { column: 'change', label: trans.__('Change') },
          { column: 'peak', label: trans.__('Peak') },
          { column: 'held', label: trans.__('Held now') }
        ]}
      />
      <NearRows
        rows={sorted}
        near={near}
        row={(row, index) => (
          <tr key={row.key} aria-rowindex={index + 2}>
            <th scope="row" className="lh-col-cell">
              <div className="lh-cell">
                <CellSource cell={row.ref} source={row.source} />
              </div>
            </th>
            <td className="lh-col-change">
              {formatColumn(row.change, unit, true)}
            </td>
            <td className="lh-col-peak">{formatColumn(row.peak, unit)}</td>
            <td className="lh-col-held">{trans.__('gone')}</td>
          </tr>
        )}
      />
    </table>
  );
}
