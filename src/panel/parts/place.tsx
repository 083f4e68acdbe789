/** A line of code by name. */
import * as React from 'react';
import type { Spot } from '../../protocol/generated';
import { useHunt } from '../context';
import { CellLink } from './rich';

/** What is needed to name a line. */
export type LinePlace = Pick<Spot, 'where' | 'source' | 'cell' | 'line'>;

/** The number of a cell as a link, that of the line, and its source; else a file. */
export function Place(props: { spot: LinePlace }): JSX.Element {
  const { trans } = useHunt();
  const { where, source, cell, line } = props.spot;
  return (
    <div
      className="lh-trace-place"
      title={source ? `${where}: ${source}` : where}
    >
      {cell ? (
        <>
          <CellLink cell={cell} />
          <span className="lh-muted lh-nowrap">
            {trans.__('line %1', line)}
          </span>
          <code className="lh-cell-source">{source}</code>
        </>
      ) : (
        <code className="lh-cell-source">{where}</code>
      )}
    </div>
  );
}
