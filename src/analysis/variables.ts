/** The rows of the tab Variables: which are listed, in which order, and what is said of those ticked. */
import type { Variable } from '../protocol/generated';
import { sortedBy } from './sorting';

/** A column that the table can be sorted by. */
export type VariableColumn = 'name' | 'frees' | 'shared' | 'read' | 'made';

/** The order of the table. */
export interface IVariableSort {
  column: VariableColumn;
  descending: boolean;
}

/** Which variables are listed. */
export interface IVariableFilter {
  /** What the name or the type must have in it, in any case. */
  text: string;

  /** Only those that no cell reads again. */
  unread: boolean;
}

/** The variables that pass a filter. */
export function filterVariables(
  variables: readonly Variable[],
  { text, unread }: IVariableFilter
): Variable[] {
  const wanted = text.trim().toLowerCase();
  return variables.filter(
    variable =>
      (!unread || variable.unread) &&
      (variable.name.toLowerCase().includes(wanted) ||
        variable.type.toLowerCase().includes(wanted))
  );
}

/** Sorts variables; cells that are not known come last either way, equals by name. */
export function sortVariables(
  variables: readonly Variable[],
  { column, descending }: IVariableSort
): Variable[] {
  const byName = (a: Variable, b: Variable) => (a.name < b.name ? -1 : 1);
  if (column === 'name') {
    const sorted = [...variables].sort(byName);
    return descending ? sorted.reverse() : sorted;
  }
  return sortedBy(
    variables,
    variable => valueOf(variable, column),
    descending,
    byName
  );
}

function valueOf(
  variable: Variable,
  column: Exclude<VariableColumn, 'name'>
): number | null {
  switch (column) {
    case 'frees':
      return variable.frees;
    case 'shared':
      return variable.shared;
    case 'read':
      return variable.last_read;
    case 'made':
      return variable.made_in;
  }
}

/** What is known of the ticked variables together. */
export interface IChoice {
  /** Those ticked, in the order of the list. */
  chosen: Variable[];

  /** What each frees alone, summed: the set frees at least that. */
  atLeast: number;

  /** What the set frees, where one of them was measured with just the others. */
  together: number | null;

  /** All that share memory with the only one ticked, itself first; empty without them. */
  group: string[];
}

/** What is known of these variables together. */
export function choiceOf(
  variables: readonly Variable[],
  names: ReadonlySet<string>
): IChoice {
  const chosen = variables.filter(({ name }) => names.has(name));
  const measured = chosen.find(
    ({ shared_with, together }) =>
      together !== null &&
      shared_with.length + 1 === chosen.length &&
      shared_with.every(name => names.has(name))
  );
  const only = chosen.length === 1 ? chosen[0] : null;
  return {
    chosen,
    atLeast: chosen.reduce((sum, { frees }) => sum + frees, 0),
    together: measured?.together ?? null,
    group:
      only !== null && only.together !== null
        ? [only.name, ...only.shared_with]
        : []
  };
}

/** Where nearly all of what a variable holds is shared, the rest is its own small objects. */
const NEARLY = 0.99;

/** How much of what a variable holds is shared. */
export function sharing({ frees, shared }: Variable): 'none' | 'some' | 'all' {
  if (shared === 0) {
    return 'none';
  }
  return shared >= (frees + shared) * NEARLY ? 'all' : 'some';
}
