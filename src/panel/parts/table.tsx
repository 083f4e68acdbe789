/** What the tables of the panel share: heads that sort, rows near the screen, a filter. */
import * as React from 'react';
import { useRowStop } from './rowstop';
import type { IRowWindow } from './rowwindow';

/** The order of a table. */
export interface ITableSort<T extends string> {
  column: T;
  descending: boolean;
}

/** A column that sorts. */
export interface IColumn<T extends string> {
  column: T;
  label: string;

  /** Whether the first click puts the smallest first. */
  rising?: boolean;
}

/** How a table is sorted, and what a click on a head asks for. */
interface ISorting<T extends string> {
  sort: ITableSort<T>;
  onSort: (sort: ITableSort<T>) => void;
}

/**
 * The head of a table that sorts.
 *
 * @param first - The head of a column before the others that does not sort.
 */
export function SortHead<T extends string>(
  props: ISorting<T> & { first?: JSX.Element; columns: readonly IColumn<T>[] }
): JSX.Element {
  const { first, columns, sort, onSort } = props;
  return (
    <thead>
      <tr>
        {first}
        {columns.map(({ column, label, rising = false }) => {
          const sorted = sort.column === column;
          const down = sorted && sort.descending;
          return (
            <th
              key={column}
              scope="col"
              className={`lh-col-${column}`}
              aria-sort={sorted ? (down ? 'descending' : 'ascending') : 'none'}
            >
              <button
                type="button"
                onClick={() =>
                  onSort({ column, descending: sorted ? !down : !rising })
                }
              >
                {label}
                {sorted && <span aria-hidden="true">{down ? '▾' : '▴'}</span>}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** The head of a table in one order. */
export function PlainHead(props: {
  columns: readonly { column: string; label: React.ReactNode }[];
}): JSX.Element {
  return (
    <thead>
      <tr>
        {props.columns.map(({ column, label }) => (
          <th key={column} scope="col" className={`lh-col-${column}`}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** A table that sorts, of which the rows near the screen are drawn. */
export function SortTable<T extends string, R>(
  props: ISorting<T> & {
    className: string;
    columns: readonly IColumn<T>[];
    rows: readonly R[];
    near: IRowWindow;

    /** Draws a row, given its place among all. */
    row: (row: R, index: number) => JSX.Element;
  }
): JSX.Element {
  const { className, columns, rows, near, row, sort, onSort } = props;
  return (
    // The head is the first row.
    <table className={className} aria-rowcount={rows.length + 1}>
      <SortHead columns={columns} sort={sort} onSort={onSort} />
      <NearRows rows={rows} near={near} row={row} />
    </table>
  );
}

/** The body of a table: the rows near the screen, and room for the others. */
export function NearRows<R>(props: {
  rows: readonly R[];
  near: IRowWindow;
  row: (row: R, index: number) => JSX.Element;
}): JSX.Element {
  const { rows, near, row } = props;
  const { first, end } = near;
  return (
    <tbody ref={near.ref} {...useRowStop(near.ref, near)}>
      <Gap height={near.before} />
      {rows.slice(first, end).map((one, index) => row(one, first + index))}
      <Gap height={near.after} />
    </tbody>
  );
}

/** The body of a table that is drawn whole. */
export function AllRows(props: { children: React.ReactNode }): JSX.Element {
  const ref = React.useRef<HTMLTableSectionElement>(null);
  return (
    <tbody ref={ref} {...useRowStop(ref)}>
      {props.children}
    </tbody>
  );
}

/** The place of rows that are not drawn. */
function Gap(props: { height: number }): JSX.Element | null {
  return props.height > 0 ? (
    <tr aria-hidden="true" style={{ height: props.height }} />
  ) : null;
}

/** A field for some text; Escape empties it before it leaves. */
export function TextFilter(props: {
  placeholder: string;

  /** What the field is for, for who does not see the table. */
  name: string;
  text: string;
  onText: (text: string) => void;
  field?: React.Ref<HTMLInputElement>;
}): JSX.Element {
  const { placeholder, name, text, onText } = props;
  return (
    <input
      ref={props.field}
      type="search"
      className="lh-objects-text"
      placeholder={placeholder}
      aria-label={name}
      value={text}
      onChange={event => onText(event.target.value)}
      onKeyDown={event => {
        if (event.key === 'Escape' && text !== '') {
          event.preventDefault();
          event.stopPropagation();
          onText('');
        }
      }}
    />
  );
}

/** Over a long table: a field for some text, and a chip that leaves out most rows. */
export function TableFilter(
  props: React.ComponentProps<typeof TextFilter> & {
    /** What stands on the chip, and what it does. */
    chip: string;
    title: string;
    pressed: boolean;
    onPress: (pressed: boolean) => void;
  }
): JSX.Element {
  const { chip, title, pressed, onPress, ...field } = props;
  return (
    <div className="lh-variables-tools">
      <TextFilter {...field} />
      <button
        type="button"
        className="lh-objects-filter"
        aria-pressed={pressed}
        title={title}
        onClick={() => onPress(!pressed)}
      >
        {chip}
      </button>
    </div>
  );
}
