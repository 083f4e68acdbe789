/** One variable as a row of the table. */
import * as React from 'react';
import { formatColumn, MISSING, NBSP } from '../../analysis/format';
import type { Finding, Variable } from '../../protocol/generated';
import { Name } from '../parts/atoms';
import { useHunt } from '../context';
import { Chip } from '../findings/finding';
import { exactWords } from '../parts/exact';
import { CellLink } from '../parts/rich';
import { useVariableMenu } from './menu';

/** Characters of a name that has room for a chip beside it: from 300 px on, and from 380. */
const BRIEF = 4;
const SHORT = 8;

/**
 * A variable and its numbers.
 *
 * @param largest - The most bytes that any row frees: the bars share one scale.
 */
export function VariableRow(props: {
  variable: Variable;

  /** Place among all rows, also those not drawn. */
  index: number;
  finding: Finding | null;
  unit: string;
  largest: number;
}): JSX.Element {
  const { model, trans } = useHunt();
  const { variable, index, finding, unit, largest } = props;
  const { name, type, shape, frees, exact, shared } = variable;
  const chosen = model.chosenVariables.has(name);
  const openRowMenu = useVariableMenu(variable);
  const toggle = () => {
    const names = new Set(model.chosenVariables);
    if (!names.delete(name)) {
      names.add(name);
    }
    model.chooseVariables(names);
  };
  const openFinding = () => {
    if (finding) {
      model.tab = 'findings';
      model.openFinding = finding.id;
    }
  };
  return (
    <tr
      className={chosen ? 'lh-mod-selected' : ''}
      // The head is the first row.
      aria-rowindex={index + 2}
      onContextMenu={openRowMenu}
    >
      <th scope="row" className="lh-col-name">
        <div className="lh-variable" onClick={toggle}>
          <input
            type="checkbox"
            className="lh-checkbox"
            checked={chosen}
            aria-label={trans.__('Select %1', name)}
            onChange={toggle}
            onClick={event => event.stopPropagation()}
          />
          <div
            className={`lh-variable-words ${
              name.length <= BRIEF ? 'lh-mod-brief' : ''
            } ${name.length <= SHORT ? 'lh-mod-short' : ''}`}
          >
            <Name text={name} />
            {finding && (
              <button
                type="button"
                className="lh-variable-finding"
                title={trans.__('Show this finding')}
                onClick={event => {
                  event.stopPropagation();
                  openFinding();
                }}
              >
                <Chip label={finding.label} />
              </button>
            )}
            <div className="lh-variable-type" title={`${type} ${shape}`}>
              {type} {shape}
            </div>
          </div>
        </div>
      </th>
      <td className="lh-col-frees" title={exactWords(frees, trans)}>
        {exact
          ? formatColumn(frees, unit)
          : `\u2265${NBSP}${formatColumn(frees, unit)}`}
        {frees > 0 && (
          <span
            className={`lh-held lh-part-${finding?.part ?? 'variables'}`}
            style={{ width: `${((frees / largest) * 100).toFixed(1)}%` }}
            aria-hidden="true"
          />
        )}
      </td>
      <td className="lh-col-shared" title={exactWords(shared, trans)}>
        {shared > 0 ? formatColumn(shared, unit) : MISSING}
      </td>
      <td className="lh-col-made">
        <Count count={variable.made_in} />
      </td>
      <td className="lh-col-read">
        <LastRead variable={variable} />
      </td>
    </tr>
  );
}

/** `[7]`, `never`, or `[31] ?` when it cannot be told. */
function LastRead(props: { variable: Variable }): JSX.Element {
  const { trans } = useHunt();
  const { variable } = props;
  switch (variable.read) {
    case 'never':
      return <span className="lh-muted">{trans.__('never')}</span>;
    case 'yes':
      return <Count count={variable.last_read} />;
    case 'perhaps':
      return (
        <span
          title={trans.__(
            'This cell can read it without naming it: cannot tell'
          )}
        >
          <Count count={variable.last_read} /> ?
        </span>
      );
  }
}

function Count(props: { count: number | null }): JSX.Element {
  const { count } = props;
  return count === null ? (
    <>{MISSING}</>
  ) : (
    <CellLink cell={{ cell_id: null, execution_count: count }} />
  );
}
