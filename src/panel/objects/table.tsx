/** The tables of the view Objects: one row a class, one row an object. */
import * as React from 'react';
import { columnUnit, formatColumn, formatCount } from '../../analysis/format';
import type { Instances, ObjectTable, TypeRow } from '../../protocol/generated';
import { Name, Size } from '../parts/atoms';
import { useHunt } from '../context';
import { useRowWindow } from '../parts/rowwindow';
import { AllRows, NearRows, PlainHead } from '../parts/table';

/** Classes with how many objects they have, their bytes, and the change. */
export function ClassTable(props: {
  table: ObjectTable;

  /** What the names of the classes shown must have in them. */
  text: string;
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { table, text } = props;
  const wanted = text.trim().toLowerCase();
  const rows = table.rows.filter(row =>
    className(row).toLowerCase().includes(wanted)
  );
  const near = useRowWindow(rows.length);
  const changed = table.since !== null;
  const unit = columnUnit(Math.max(0, ...rows.map(row => row.bytes)), decimal);
  return (
    <>
      {rows.length > 0 && (
        <table className="lh-table lh-objects" aria-rowcount={rows.length + 1}>
          <PlainHead
            columns={[
              { column: 'class', label: trans.__('Class') },
              { column: 'count', label: trans.__('Count') },
              { column: 'size', label: unit },
              ...(changed
                ? [{ column: 'change', label: trans.__('Change') }]
                : [])
            ]}
          />
          <NearRows
            rows={rows}
            near={near}
            row={(row, index) => (
              <tr key={row.id} aria-rowindex={index + 2}>
                <th scope="row" className="lh-col-class">
                  <button
                    type="button"
                    className="lh-objects-open"
                    aria-label={className(row)}
                    aria-disabled={model.canAct ? undefined : true}
                    title={trans.__('Show its biggest objects')}
                    onClick={() => model.listInstances(row.id)}
                  >
                    <Name text={className(row)} />
                  </button>
                </th>
                <td className="lh-col-count">{formatCount(row.count)}</td>
                <td className="lh-col-size">{formatColumn(row.bytes, unit)}</td>
                {changed && (
                  <td
                    className="lh-col-change"
                    title={trans.__(
                      '%1 bytes',
                      signedCount(row.bytes_change ?? 0)
                    )}
                  >
                    {row.count_change ? signedCount(row.count_change) : '·'}
                  </td>
                )}
              </tr>
            )}
          />
        </table>
      )}
      <p className="lh-cells-foot">
        {rows.length === 0 && `${emptyWords()} `}
        {table.since !== null &&
          `${trans.__('Change since %1.', table.since)} `}
        {table.more > 0 &&
          `${trans._n(
            '%2 smaller class is not listed.',
            '%2 smaller classes are not listed.',
            table.more,
            formatCount(table.more)
          )} `}
        {table.left_out.length > 0 &&
          `${trans.__('Not counted: %1', table.left_out.join(' '))} `}
        {table.frozen > 0 &&
          trans._n(
            '%2 object is frozen out of the collector.',
            '%2 objects are frozen out of the collector.',
            table.frozen,
            formatCount(table.frozen)
          )}
      </p>
    </>
  );

  function emptyWords(): string {
    if (table.rows.length > 0) {
      return trans.__('No class has this in its name.');
    }
    switch (table.show) {
      case 'growing':
        return trans.__('No class has grown.');
      case 'unused':
        return trans.__(
          'Everything is held by something that a cell can still read.'
        );
      case 'unreachable':
        return trans.__('No garbage waits for a collection.');
      default:
        return trans.__('There is nothing to count.');
    }
  }
}

/** The biggest objects of a class. */
export function InstanceTable(props: { instances: Instances }): JSX.Element {
  const { model, trans } = useHunt();
  const { instances, complete } = props.instances;
  return (
    <>
      <table className="lh-table lh-objects">
        <PlainHead
          columns={[
            { column: 'class', label: trans.__('The biggest objects') },
            {
              column: 'own',
              label: <span className="lh-hidden">{trans.__('Size')}</span>
            }
          ]}
        />
        <AllRows>
          {instances.map(one => (
            <tr key={one.id}>
              <th scope="row" className="lh-col-class">
                <button
                  type="button"
                  className="lh-objects-open"
                  aria-label={one.label}
                  aria-disabled={model.canAct ? undefined : true}
                  title={trans.__('Show what refers to it')}
                  onClick={() => model.askReferences(one.id)}
                >
                  <Name text={one.label} />
                </button>
              </th>
              <td className="lh-col-own">
                <Size bytes={one.bytes} />
              </td>
            </tr>
          ))}
        </AllRows>
      </table>
      <p className="lh-cells-foot">
        {instances.length === 0 && trans.__('None is there any more.')}{' '}
        {!complete && trans.__('There was no time for all objects.')}
      </p>
    </>
  );
}

function className({ module, type }: TypeRow): string {
  return module === '' || module === 'builtins' ? type : `${module}.${type}`;
}

/** A count with its sign: `+90`, `−3`. */
function signedCount(count: number): string {
  const sign = count < 0 ? '\u2212' : '+';
  return sign + formatCount(Math.abs(count));
}
