import * as React from 'react';
import type { CellRef } from '../../protocol/generated';
import { CellLink } from '../parts/rich';

/** What stands for a cell in a table: the way to it and its first line. */
export function CellSource(props: {
  cell: CellRef;
  source: string;
}): JSX.Element {
  const { cell, source } = props;
  return (
    <>
      <CellLink cell={cell} />
      <code className="lh-cell-source" title={source}>
        {source}
      </code>
    </>
  );
}
