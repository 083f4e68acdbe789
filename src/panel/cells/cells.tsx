/** The tab Cells: what each cell did to memory, as a table that sorts. */
import * as React from 'react';
import {
  filterRows,
  foldRows,
  holds,
  sameCell,
  sortRows,
  type ICellFilter,
  type ICellRow,
  type ICellSort
} from '../../analysis/cells';
import { columnUnit, formatColumn, formatCount } from '../../analysis/format';
import { LinkButton } from '../parts/atoms';
import { CellTableRow } from './row';
import { useHunt } from '../context';
import { PastRuns } from './past';
import { useRowWindow } from '../parts/rowwindow';
import { SortTable, TableFilter } from '../parts/table';
import { useCellRows } from './rows';

const NATURAL: ICellSort = { column: 'cell', descending: false };
const NO_FILTER: ICellFilter = { text: '', holding: false };

/** Fewer cells than this are seen at a glance. */
const MANY = 20;

/** The table with its foot, and the runs of before a restart. */
export function Cells(): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const [sort, setSort] = React.useState(NATURAL);
  const [unfolded, setUnfolded] = React.useState(false);
  const rows = useCellRows();
  const [filter, setFilter] = React.useState(NO_FILTER);
  const field = React.useRef<HTMLInputElement>(null);
  const filtered = filter.holding || filter.text.trim() !== '';
  const { shown, folded } = foldRows(rows, model.settings.minFinding);
  const listed = filtered ? filterRows(rows, filter) : unfolded ? rows : shown;
  const visible = sortRows(listed, sort);
  const made = rows.some(row => row.made !== null);
  const near = useRowWindow(visible.length);
  const target = model.shownCell;
  const isTarget = (row: ICellRow) =>
    target !== null && sameCell(row.ref, target);
  const at = visible.findIndex(isTarget);
  const hidden = at < 0 && rows.some(isTarget);
  React.useEffect(() => {
    if (hidden) {
      setUnfolded(true);
      setFilter(NO_FILTER);
    } else if (at >= 0) {
      near.reveal(at);
    }
    // Another order does not scroll back to it.
  }, [target, hidden]);
  const unit = columnUnit(
    Math.max(0, ...rows.map(row => Math.max(row.peak ?? 0, row.held ?? 0))),
    decimal
  );
  const widest = Math.max(1, ...rows.map(row => row.held ?? 0));
  return (
    <>
      {rows.length >= MANY && (
        <TableFilter
          placeholder={trans.__('Filter %1 cells', formatCount(rows.length))}
          name={trans.__('First line of a cell')}
          text={filter.text}
          onText={text => setFilter({ ...filter, text })}
          field={field}
          chip={trans.__('Holding %1', formatCount(rows.filter(holds).length))}
          title={trans.__('Only cells that hold memory now')}
          pressed={filter.holding}
          onPress={holding => setFilter({ ...filter, holding })}
        />
      )}
      {visible.length > 0 && (
        <SortTable
          className="lh-table lh-cells"
          columns={[
            { column: 'cell', label: trans.__('Cell'), rising: true },
            { column: 'change', label: trans.__('Change') },
            { column: 'peak', label: trans.__('Peak') },
            { column: 'runs', label: trans.__('Runs') },
            { column: 'seconds', label: trans.__('Time') },
            ...(made
              ? [{ column: 'made', label: trans.__('Made') } as const]
              : []),
            { column: 'held', label: trans.__('Held now') }
          ]}
          sort={sort}
          onSort={setSort}
          rows={visible}
          near={near}
          row={(row, index) => (
            <CellTableRow
              key={row.key}
              row={row}
              index={index}
              unit={unit}
              widest={widest}
              made={made}
              shown={isTarget(row)}
            />
          )}
        />
      )}
      <p className="lh-cells-foot">
        {rows.length === 0
          ? trans.__('No cell has run since watching began.')
          : sentence()}{' '}
        {filtered && (
          <LinkButton
            label={trans.__('Show all')}
            onClick={() => {
              // The button goes; the field beside it stays.
              field.current?.focus();
              setFilter(NO_FILTER);
            }}
          />
        )}
        {!filtered && folded.length > 0 && (
          <LinkButton
            label={
              unfolded
                ? trans.__('Show only cells that changed something')
                : trans._n(
                    'Show %1 cell that changed nothing',
                    'Show %1 cells that changed nothing',
                    folded.length
                  )
            }
            onClick={() => setUnfolded(!unfolded)}
          />
        )}
      </p>
      {model.pastRuns.length > 0 && <PastRuns />}
    </>
  );

  function sentence(): string {
    if (filtered) {
      return filter.holding
        ? trans._n(
            '%2 of %3 cells holds memory now.',
            '%2 of %3 cells hold memory now.',
            visible.length,
            formatCount(visible.length),
            formatCount(rows.length)
          )
        : trans._n(
            '%2 of %3 cells is listed.',
            '%2 of %3 cells are listed.',
            visible.length,
            formatCount(visible.length),
            formatCount(rows.length)
          );
    }
    if (rows.every(row => row.held === null)) {
      return trans.__(
        'Values in %1. What is held now is known after the next check.',
        unit
      );
    }
    const sum = rows.reduce((bytes, row) => bytes + (row.held ?? 0), 0);
    const rss = model.report?.memory.rss ?? null;
    if (rss === null || rss < sum) {
      return trans.__(
        'Values in %1. Held now adds up to %2.',
        unit,
        formatColumn(sum, unit)
      );
    }
    return trans.__(
      'Values in %1. Held now adds up to %2 of %3; the rest was there before the first cell, is shared by the libraries or is kept free.',
      unit,
      formatColumn(sum, unit),
      formatColumn(rss, unit)
    );
  }
}
