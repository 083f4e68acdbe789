import type { Variable } from '../../protocol/generated';
import {
  choiceOf,
  filterVariables,
  sharing,
  sortVariables,
  type IVariableSort
} from '../variables';

function variable(name: string, more: Partial<Variable> = {}): Variable {
  return {
    name,
    type: 'ndarray',
    shape: '',
    frees: 0,
    exact: true,
    shared: 0,
    shared_with: [],
    shared_more: false,
    together: null,
    read: 'never',
    last_read: null,
    unread: false,
    made_in: null,
    finding: null,
    ...more
  };
}

const X = variable('X', {
  shared: 94,
  shared_with: ['X_train', 'X_test'],
  together: 94
});
const ROWS = [
  variable('df', { type: 'DataFrame', frees: 110, last_read: 17 }),
  X,
  variable('old', { frees: 98, unread: true }),
  variable('X_train', { shared: 94, shared_with: ['X', 'X_test'] }),
  variable('X_test', { shared: 94, shared_with: ['X', 'X_train'] })
];
const names = (rows: readonly Variable[]) => rows.map(({ name }) => name);

describe('#filterVariables()', () => {
  it('should look for the text in names and types', () => {
    const found = (text: string) =>
      names(filterVariables(ROWS, { text, unread: false }));
    expect(found(' x_t')).toEqual(['X_train', 'X_test']);
    expect(found('dataframe')).toEqual(['df']);
    expect(found('')).toEqual(names(ROWS));
  });

  it('should keep those that no cell reads again', () => {
    expect(names(filterVariables(ROWS, { text: '', unread: true }))).toEqual([
      'old'
    ]);
  });
});

describe('#sortVariables()', () => {
  const sorted = (column: IVariableSort['column'], descending: boolean) =>
    names(sortVariables(ROWS, { column, descending })).join(' ');

  it('should put equals in the order of their names', () => {
    expect(sorted('frees', true)).toBe('df old X X_test X_train');
    expect(sorted('name', true)).toBe('old df X_train X_test X');
  });

  it('should put what is not known last either way', () => {
    expect(sorted('read', true)).toBe('df X X_test X_train old');
    expect(sorted('read', false)).toBe('df X X_test X_train old');
  });
});

describe('#choiceOf()', () => {
  it('should know who shares with a single one', () => {
    const choice = choiceOf(ROWS, new Set(['X']));
    expect(choice.group).toEqual(['X', 'X_train', 'X_test']);
    expect(choice.together).toBeNull();
  });

  it('should know what those that share free together', () => {
    const all = choiceOf(ROWS, new Set(['X', 'X_train', 'X_test']));
    expect([all.together, all.atLeast]).toEqual([94, 0]);
    const more = choiceOf(ROWS, new Set(['X', 'X_train', 'X_test', 'df']));
    expect([more.together, more.atLeast]).toEqual([null, 110]);
  });
});

describe('#sharing()', () => {
  it('should say how much is shared', () => {
    expect([
      sharing(variable('a', { frees: 5 })),
      sharing(variable('a', { frees: 50, shared: 50 })),
      sharing(variable('a', { frees: 1, shared: 5000 }))
    ]).toEqual(['none', 'some', 'all']);
  });
});
