/** Which cell is traced. */
import * as React from 'react';
import type { ITraceSubject } from '../../model/tracing';
import type { CellRef } from '../../protocol/generated';
import { useHunt } from '../context';

/**
 * A list of the cells that have run.
 *
 * @param cell - The cell of the plan on screen, if there is one.
 */
export function CellChoice(props: {
  subject: ITraceSubject;
  cell?: CellRef;
}): JSX.Element {
  const { model, trans } = useHunt();
  const ran = new Set(model.runs.map(({ cell_id }) => cell_id));
  const cells = model.cells.filter(({ id }) => ran.has(id));
  const chosen = props.cell?.cell_id ?? props.subject.cell?.cell_id ?? '';
  if (cells.length === 0) {
    return (
      <p>
        {trans.__(
          'No cell of this notebook has run yet: run one, then it can be traced.'
        )}
      </p>
    );
  }
  return (
    <label className="lh-trace-choice">
      {trans.__('Cell')}
      <select
        className="lh-input"
        value={cells.some(({ id }) => id === chosen) ? chosen : ''}
        aria-disabled={model.canAct ? undefined : true}
        onChange={({ target }) => {
          if (target.value !== '') {
            const cell = { cell_id: target.value, execution_count: null };
            model.planTrace({ finding: null, cell });
          }
        }}
      >
        <option value="">{trans.__('Choose a cell')}</option>
        {cells.map(({ id, executionCount, firstLine }) => (
          <option key={id} value={id}>
            {`[${executionCount ?? ' '}] ${firstLine.slice(0, 60)}`}
          </option>
        ))}
      </select>
    </label>
  );
}
