/** The rows of the tab Cells. */
import * as React from 'react';
import { cellRows, type ICellRow } from '../../analysis/cells';
import { useHunt } from '../context';

/** The rows of the notebook as it stands. */
export function useCellRows(): ICellRow[] {
  const { model } = useHunt();
  const { runs, report, cells } = model;
  return React.useMemo(
    () => cellRows(runs, report, cells),
    [runs, report, cells]
  );
}
