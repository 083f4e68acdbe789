/** The tab Variables: what each name holds, alone and with others, and who reads it. */
import * as React from 'react';
import {
  choiceOf,
  filterVariables,
  sortVariables,
  type IVariableFilter,
  type IVariableSort
} from '../../analysis/variables';
import {
  columnUnit,
  formatCount,
  formatTimeOfDay
} from '../../analysis/format';
import type { Inventory, Variable } from '../../protocol/generated';
import { useHunt } from '../context';
import { useRowWindow } from '../parts/rowwindow';
import { Rich } from '../parts/rich';
import { SortTable, TableFilter } from '../parts/table';
import { VariableChoice } from './choice';
import { VariableRow } from './row';

const LARGEST: IVariableSort = { column: 'frees', descending: true };

/** The list with its filters, or why there is none yet. */
export function Variables(): JSX.Element {
  const { model, trans } = useHunt();
  const { known, refusal } = model.inventory;
  if (known !== null) {
    return <VariableList inventory={known} />;
  }
  return (
    <p className="lh-cells-foot">
      {refusal === null ? (
        model.running ? (
          trans.__('The variables are looked at when the cell ends.')
        ) : (
          trans.__('Looking at the variables…')
        )
      ) : (
        <Rich text={refusal} />
      )}
    </p>
  );
}

function VariableList(props: { inventory: Inventory }): JSX.Element {
  const { trans } = useHunt();
  const { variables } = props.inventory;
  const [filter, setFilter] = React.useState<IVariableFilter>({
    text: '',
    unread: false
  });
  const [sort, setSort] = React.useState(LARGEST);
  const rows = React.useMemo(
    () => sortVariables(filterVariables(variables, filter), sort),
    [variables, filter, sort]
  );
  const unread = variables.filter(variable => variable.unread).length;
  return (
    <>
      <TableFilter
        placeholder={trans._n(
          'Filter %2 variable',
          'Filter %2 variables',
          variables.length,
          formatCount(variables.length)
        )}
        name={trans.__('Name or type of a variable')}
        text={filter.text}
        onText={text => setFilter({ ...filter, text })}
        chip={trans.__('Not read again %1', formatCount(unread))}
        title={trans.__('Only variables that no cell reads again')}
        pressed={filter.unread}
        onPress={only => setFilter({ ...filter, unread: only })}
      />
      {rows.length > 0 ? (
        <VariableTable
          rows={rows}
          variables={variables}
          sort={sort}
          onSort={setSort}
        />
      ) : (
        variables.length > 0 && (
          <p className="lh-cells-foot">
            {trans.__('No variable passes the filter.')}
          </p>
        )
      )}
      <Foot inventory={props.inventory} />
    </>
  );
}

function VariableTable(props: {
  rows: readonly Variable[];

  /** All of them: the unit and the bars do not change with the filter. */
  variables: readonly Variable[];
  sort: IVariableSort;
  onSort: (sort: IVariableSort) => void;
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { rows, variables, sort, onSort } = props;
  const near = useRowWindow(rows.length);
  const largest = largestOf(variables);
  const unit = columnUnit(largest, decimal);
  const findings = new Map(
    (model.report?.findings ?? []).map(finding => [finding.id, finding])
  );
  return (
    <SortTable
      className="lh-table lh-cells lh-variables"
      columns={[
        { column: 'name', label: trans.__('Name'), rising: true },
        { column: 'frees', label: trans.__('Frees') },
        { column: 'shared', label: trans.__('Shared') },
        { column: 'made', label: trans.__('Made in') },
        { column: 'read', label: trans.__('Last read') }
      ]}
      sort={sort}
      onSort={onSort}
      rows={rows}
      near={near}
      row={(variable, index) => (
        <VariableRow
          key={variable.name}
          variable={variable}
          index={index}
          finding={findings.get(variable.finding ?? '') ?? null}
          unit={unit}
          largest={largest}
        />
      )}
    />
  );
}

/** What the numbers are of, and what has no row. */
function Foot(props: { inventory: Inventory }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { refusal } = model.inventory;
  const { inventory } = props;
  const { at, complete, variables, small, left_out } = inventory;
  return (
    <p className="lh-cells-foot">
      {variables.length === 0
        ? trans.__('No variable holds 1 KiB or more.')
        : trans.__(
            'Values in %1, of %2.',
            columnUnit(largestOf(variables), decimal),
            formatTimeOfDay(at)
          )}{' '}
      {small > 0 &&
        variables.length > 0 &&
        trans._n(
          '%2 smaller variable is not listed.',
          '%2 smaller variables are not listed.',
          small,
          formatCount(small)
        )}{' '}
      {left_out > 0 &&
        trans._n(
          'There was no time for %2 variable.',
          'There was no time for %2 variables.',
          left_out,
          formatCount(left_out)
        )}{' '}
      {!complete &&
        trans.__(
          'Not every object was looked at: sizes are at least these.'
        )}{' '}
      {refusal !== null && <Rich text={refusal} />}
    </p>
  );
}

/** The foot of the panel while variables are ticked. */
export function VariableBar(): JSX.Element | null {
  const { model } = useHunt();
  const { inventory, chosenVariables } = model;
  const choice = choiceOf(inventory.known?.variables ?? [], chosenVariables);
  return choice.chosen.length > 0 ? <VariableChoice choice={choice} /> : null;
}

/** The largest number in the table, in bytes. */
function largestOf(variables: readonly Variable[]): number {
  return variables.reduce(
    (most, { frees, shared }) => Math.max(most, frees, shared),
    0
  );
}
