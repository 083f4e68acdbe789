/** Over a long table of cells: a field for their code, and the chip of those that hold memory. */
import * as React from 'react';
import { holds, type ICellFilter, type ICellRow } from '../analysis/cells';
import { formatCount } from '../analysis/format';
import { useHunt } from './context';

/** Which of the rows are listed. */
export function CellFilters(props: {
  rows: readonly ICellRow[];
  filter: ICellFilter;
  onFilter: (filter: ICellFilter) => void;
}): JSX.Element {
  const { trans } = useHunt();
  const { rows, filter, onFilter } = props;
  return (
    <div className="lh-variables-tools">
      <input
        type="search"
        className="lh-objects-text"
        placeholder={trans.__('Filter %1 cells', formatCount(rows.length))}
        aria-label={trans.__('First line of a cell')}
        value={filter.text}
        onChange={event => onFilter({ ...filter, text: event.target.value })}
      />
      <button
        type="button"
        className="lh-objects-filter"
        aria-pressed={filter.holding}
        title={trans.__('Only cells that hold memory now')}
        onClick={() => onFilter({ ...filter, holding: !filter.holding })}
      >
        {trans.__('Holding %1', formatCount(rows.filter(holds).length))}
      </button>
    </div>
  );
}
