/** One row of the table of cells. */
import * as React from 'react';
import type { CellTag, ICellRow } from '../../analysis/cells';
import {
  formatBytes,
  formatColumn,
  formatDuration,
  NBSP
} from '../../analysis/format';
import { useHunt } from '../context';
import { CellSource } from './source';
import { exactWords } from '../parts/exact';

/** The peak of a cell, with `≥` where it was only sampled. */
export function peakInColumn(row: ICellRow, unit: string): string {
  const peak = formatColumn(row.peak, unit);
  return row.peak === null || row.peakExact ? peak : `\u2265${NBSP}${peak}`;
}

/**
 * A cell and its numbers.
 *
 * @param widest - The most bytes that any row holds: the bars share one scale.
 */
export function CellTableRow(props: {
  row: ICellRow;

  /** Place among all rows, also those not drawn. */
  index: number;
  unit: string;
  widest: number;

  /** Whether there is a column of what was made in all. */
  made: boolean;

  /** Whether the user asked for this very cell: its row takes the keyboard. */
  shown: boolean;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { row, index, unit, widest, made, shown } = props;
  const line = React.useRef<HTMLTableRowElement>(null);
  React.useEffect(() => {
    if (shown) {
      line.current?.querySelector('button')?.focus();
    }
  }, [shown]);
  const tagWords: Record<CellTag, string> = {
    deleted: trans.__('deleted'),
    edited: trans.__('edited'),
    failed: trans.__('failed')
  };
  const changes = row.changes
    .map(bytes => formatBytes(bytes, { signed: true, decimal }))
    .join(', ');
  return (
    <tr
      ref={line}
      className={`${row.tags.includes('deleted') ? 'lh-mod-deleted' : ''} ${
        shown ? 'lh-mod-shown' : ''
      }`}
      aria-current={shown || undefined}
      // The head is the first row.
      aria-rowindex={index + 2}
    >
      <th scope="row" className="lh-col-cell">
        <div className="lh-cell">
          <CellSource cell={row.ref} source={row.source} />
          {row.tags.map(tag => (
            <span key={tag} className={`lh-tag lh-mod-${tag}`}>
              {trans.__('· %1', tagWords[tag])}
            </span>
          ))}
          {row.runs > 1 && (
            <span className="lh-tag lh-mod-repeated" title={changes}>
              {trans.__('· ×%1', row.runs)}
            </span>
          )}
        </div>
      </th>
      <td
        className="lh-col-change"
        title={
          row.runs > 1
            ? trans.__('Last of %1 runs: %2', row.runs, changes)
            : exactWords(row.change, trans)
        }
      >
        {formatColumn(row.change, unit, true)}
      </td>
      <td
        className="lh-col-peak"
        title={row.peak === null ? undefined : exactWords(row.peak, trans)}
      >
        {peakInColumn(row, unit)}
      </td>
      <td className="lh-col-runs">{row.runs}</td>
      <td className="lh-col-seconds">{formatDuration(row.seconds)}</td>
      {made && <td className="lh-col-made">{formatColumn(row.made, unit)}</td>}
      <td
        className="lh-col-held"
        title={
          row.made !== null
            ? trans.__(
                'numpy made %1 in all',
                formatBytes(row.made, { decimal })
              )
            : row.held === null
              ? undefined
              : exactWords(row.held, trans)
        }
      >
        {formatColumn(row.held, unit)}
        {row.held !== null && row.held > 0 && (
          <span
            className={`lh-held lh-part-${row.part}`}
            style={{ width: `${((row.held / widest) * 100).toFixed(1)}%` }}
            aria-hidden="true"
          />
        )}
      </td>
    </tr>
  );
}
