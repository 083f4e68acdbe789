/** The lines and functions of a trace as tables; cells are links. */
import * as React from 'react';
import {
  columnUnit,
  formatColumn,
  formatCount,
  MISSING
} from '../../analysis/format';
import type {
  FunctionRow,
  LineRow,
  Spot,
  Trace
} from '../../protocol/generated';
import { LinkButton } from '../parts/atoms';
import { useHunt } from '../context';
import { Place } from '../parts/place';
import { CellLink } from '../parts/rich';
import { AllRows, SortHead, type ITableSort } from '../parts/table';

/** Lines, those that hold most first, and what Python did not see. */
export function LineTable(props: { trace: Trace }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { trace } = props;
  const { spots } = trace;
  const [sort, setSort] = React.useState<
    ITableSort<'held' | 'allocated' | 'runs'>
  >({ column: 'held', descending: true });
  const { shown, more } = useTelling(trace.lines, sizeOfLine);
  const rows = sorted(shown, row => row[sort.column] ?? -1, sort.descending);
  const unit = columnUnit(
    Math.max(Math.abs(trace.unseen), ...trace.lines.map(sizeOfLine)),
    decimal
  );
  return (
    <>
      <table className="lh-table lh-objects lh-trace">
        <SortHead
          first={<FirstHead label={trans.__('Line')} />}
          columns={[
            { column: 'held', label: trans.__('Held, %1', unit) },
            { column: 'allocated', label: trans.__('Allocated') },
            { column: 'runs', label: trans.__('Runs') }
          ]}
          sort={sort}
          onSort={setSort}
        />
        <AllRows>
          {rows.map(row => (
            <tr key={row.spot}>
              <th scope="row" className="lh-col-class">
                <Place spot={spots[row.spot]} />
                {row.inside !== null && <Inside spot={spots[row.inside]} />}
              </th>
              <td className="lh-col-held">{formatColumn(row.held, unit)}</td>
              <td className="lh-col-allocated">
                {formatColumn(row.allocated, unit)}
              </td>
              <td className="lh-col-runs">{counted(row.runs)}</td>
            </tr>
          ))}
          <tr className="lh-trace-unseen">
            <th scope="row" className="lh-col-class">
              {unseenWords()}
            </th>
            <td className="lh-col-held">
              {formatColumn(Math.abs(trace.unseen), unit)}
            </td>
            <td className="lh-col-allocated" />
            <td className="lh-col-runs" />
          </tr>
        </AllRows>
      </table>
      {more}
    </>
  );

  function unseenWords(): string {
    if (trace.unseen < 0) {
      return trans.__('Took no new memory: not touched, or used again');
    }
    return trace.native
      ? trans.__('Not seen by memray: code, or kept free')
      : trans.__('Not seen by Python: native code, or kept free');
  }
}

/** Of the biggest row; less says nothing. */
const TELLING = 0.001;

/**
 * The rows that say something, and the button that shows the others too, or no longer.
 *
 * @param size - What a row is measured by, in bytes.
 */
function useTelling<T>(
  rows: readonly T[],
  size: (row: T) => number
): { shown: readonly T[]; more: JSX.Element | null } {
  const { trans } = useHunt();
  const [all, setAll] = React.useState(false);
  const most = Math.max(0, ...rows.map(size));
  const telling = rows.filter(row => size(row) >= most * TELLING);
  const left = rows.length - telling.length;
  return {
    shown: all ? rows : telling,
    more:
      left === 0 ? null : (
        <p className="lh-cells-foot">
          <LinkButton
            label={
              all
                ? trans.__('Show only the larger rows')
                : trans._n('Show %1 smaller row', 'Show %1 smaller rows', left)
            }
            onClick={() => setAll(!all)}
          />
        </p>
      )
  };
}

/** Functions, with all that they called. */
export function FunctionTable(props: { trace: Trace }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { functions } = props.trace;
  const [sort, setSort] = React.useState<
    ITableSort<'own' | 'total' | 'allocated' | 'calls'>
  >({ column: 'total', descending: true });
  const { shown, more } = useTelling(functions, sizeOfFunction);
  const rows = sorted(shown, row => row[sort.column] ?? -1, sort.descending);
  const most = Math.max(0, ...functions.map(sizeOfFunction));
  const unit = columnUnit(most, decimal);
  return (
    <>
      <table className="lh-table lh-objects lh-trace">
        <SortHead
          first={<FirstHead label={trans.__('Function')} />}
          columns={[
            { column: 'own', label: trans.__('Own, %1', unit) },
            { column: 'total', label: trans.__('With calls') },
            { column: 'allocated', label: trans.__('Allocated') },
            { column: 'calls', label: trans.__('Calls') }
          ]}
          sort={sort}
          onSort={setSort}
        />
        <AllRows>
          {rows.map((row, index) => (
            <tr key={index}>
              <th scope="row" className="lh-col-class">
                <div className="lh-trace-place">
                  {row.cell && <CellLink cell={row.cell} />}
                  <code className="lh-cell-source" title={row.where}>
                    {row.name === row.where
                      ? trans.__('top of the cell')
                      : row.name}
                  </code>
                </div>
                {row.cell === null && row.name !== row.where && (
                  <div className="lh-trace-inside" title={row.where}>
                    {row.where}
                  </div>
                )}
              </th>
              <td className="lh-col-own">{formatColumn(row.own, unit)}</td>
              <td className="lh-col-total">{formatColumn(row.total, unit)}</td>
              <td className="lh-col-allocated">
                {formatColumn(row.allocated, unit)}
              </td>
              <td className="lh-col-calls">{counted(row.calls)}</td>
            </tr>
          ))}
        </AllRows>
      </table>
      {more}
    </>
  );
}

/** The head of the lines or functions; they are sorted by their numbers only. */
function FirstHead(props: { label: string }): JSX.Element {
  return (
    <th scope="col" className="lh-col-class">
      {props.label}
    </th>
  );
}

function Inside(props: { spot: Spot }): JSX.Element {
  const { trans } = useHunt();
  const { where, function: name } = props.spot;
  const words = name
    ? trans.__('in %1 (%2)', where, name)
    : trans.__('in %1', where);
  return (
    <div className="lh-trace-inside" title={words}>
      {words}
    </div>
  );
}

function counted(count: number | null): string {
  return count === null ? MISSING : formatCount(count);
}

function sizeOfLine({ held, allocated }: LineRow): number {
  return Math.max(held, allocated ?? 0);
}

function sizeOfFunction({ total, allocated }: FunctionRow): number {
  return Math.max(total, allocated ?? 0);
}

function sorted<T>(
  rows: readonly T[],
  value: (row: T) => number,
  descending: boolean
): T[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * (value(a) - value(b)));
}
