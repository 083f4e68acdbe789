/** What the cells do now, beside what they did before the restart. */
import * as React from 'react';
import { cellRows, type ICellRow } from '../../analysis/cells';
import {
  compareRows,
  sortCompared,
  tellingRows,
  type ComparedColumn,
  type IComparedRow
} from '../../analysis/comparison';
import { columnUnit, formatColumn, NBSP } from '../../analysis/format';
import type { CellRun } from '../../protocol/generated';
import { peakInColumn } from './row';
import { useHunt } from '../context';
import { CellSource } from './source';
import { useRowWindow } from '../parts/rowwindow';
import { SortTable, type ITableSort } from '../parts/table';
import { useCellRows } from './rows';

const NATURAL: ITableSort<ComparedColumn> = {
  column: 'cell',
  descending: false
};

/** Change and peak of each cell: before → now, and the difference below. */
export function Comparison(props: { runs: readonly CellRun[] }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const [sort, setSort] = React.useState(NATURAL);
  const { runs } = props;
  const { cells, settings } = model;
  const past = React.useMemo(() => cellRows(runs, null, cells), [runs, cells]);
  const present = useCellRows();
  const rows = React.useMemo(
    () => tellingRows(compareRows(past, present), settings.minFinding),
    [past, present, settings.minFinding]
  );
  const visible = sortCompared(rows, sort);
  const near = useRowWindow(visible.length);
  const largest = (row: ICellRow | null) =>
    row ? Math.max(row.peak ?? 0, Math.abs(row.change)) : 0;
  const unit = columnUnit(
    rows.reduce(
      (bytes, { before, now }) =>
        Math.max(bytes, largest(before), largest(now)),
      0
    ),
    decimal
  );
  return (
    <>
      {visible.length > 0 && (
        <SortTable
          className="lh-table lh-cells lh-mod-compared"
          columns={[
            { column: 'cell', label: trans.__('Cell'), rising: true },
            { column: 'change', label: trans.__('Change') },
            { column: 'peak', label: trans.__('Peak') }
          ]}
          sort={sort}
          onSort={setSort}
          rows={visible}
          near={near}
          row={(row, index) => (
            <ComparedRow
              key={row.before.key}
              row={row}
              index={index}
              unit={unit}
            />
          )}
        />
      )}
      <p className="lh-cells-foot">
        {visible.length > 0
          ? trans.__(
              'Values in %1: before the restart → now, and the difference below.',
              unit
            )
          : trans.__('No cell changed anything worth comparing.')}
      </p>
    </>
  );
}

function ComparedRow(props: {
  row: IComparedRow;

  /** Place among all rows, also those not drawn. */
  index: number;
  unit: string;
}): JSX.Element {
  const { model, trans } = useHunt();
  const { row, index, unit } = props;
  const { before, now } = row;
  const pair = (words: (row: ICellRow) => string) => (
    <>
      <span className="lh-compared">{words(before)} </span>
      <span className="lh-compared">
        <span className="lh-muted">→</span>{' '}
        {now ? words(now) : formatColumn(null, unit)}
      </span>
    </>
  );
  return (
    // The head is the first row.
    <tr aria-rowindex={index + 2}>
      <th scope="row" className="lh-col-cell">
        <div className="lh-cell">
          <CellSource
            cell={(now ?? before).ref}
            source={(now ?? before).source}
          />
        </div>
      </th>
      <td className="lh-col-change">
        {pair(({ change }) => formatColumn(change, unit, true))}
        <div className={now ? 'lh-difference' : 'lh-muted'}>
          {now ? formatColumn(row.change, unit, true) : waiting()}
        </div>
      </td>
      <td className="lh-col-peak">
        {pair(one => peakInColumn(one, unit))}
        <div className="lh-difference">
          {now ? formatColumn(row.peak, unit, true) : NBSP}
        </div>
      </td>
    </tr>
  );

  function waiting(): string {
    if (before.tags.includes('deleted')) {
      return trans.__('deleted');
    }
    return model.running?.cell_id === before.ref.cell_id
      ? trans.__('running')
      : trans.__('not run yet');
  }
}
