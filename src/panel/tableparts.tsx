/** What the tables of the panel share: heads that sort, and room for rows not drawn. */
import * as React from 'react';

/** The order of a table. */
export interface ITableSort<T extends string> {
  column: T;
  descending: boolean;
}

/**
 * The head of a column; it sorts.
 *
 * @param rising - Whether the first click puts the smallest first.
 */
export function SortHead<T extends string>(props: {
  column: T;
  label: string;
  rising?: boolean;
  sort: ITableSort<T>;
  onSort: (sort: ITableSort<T>) => void;
}): JSX.Element {
  const { column, label, rising, sort, onSort } = props;
  const sorted = sort.column === column;
  const down = sorted && sort.descending;
  return (
    <th
      scope="col"
      className={`lh-col-${column}`}
      aria-sort={sorted ? (down ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        onClick={() =>
          onSort({ column, descending: sorted ? !sort.descending : !rising })
        }
      >
        {label}
        {sorted && <span aria-hidden="true">{down ? '▾' : '▴'}</span>}
      </button>
    </th>
  );
}

/** The place of rows that are not drawn. */
export function Gap(props: { height: number }): JSX.Element | null {
  return props.height > 0 ? (
    <tr aria-hidden="true" style={{ height: props.height }} />
  ) : null;
}
