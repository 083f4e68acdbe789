import {
  FINDINGS,
  GIB,
  MIB,
  REPORT,
  RUNS,
  gib,
  run
} from '../../panel/__tests__/fake';
import type { Holder } from '../../protocol/generated';
import type { INotebookCell } from '../../tokens';
import {
  cellRows,
  countCells,
  foldRows,
  resolveCell,
  sortRows
} from '../cells';
import { splitName } from '../ellipsis';
import { foldChain, groupFindings, rowIds } from '../findings';
import { plainText, richTokens } from '../richtext';

const MINIMUM = 10 * MIB;

describe('splitName', () => {
  it('should keep the last eight characters', () => {
    expect(splitName('customer_2025_v3_final')).toEqual({
      head: 'customer_2025_',
      tail: 'v3_final'
    });
  });

  it('should not cut a character in two', () => {
    expect(splitName('a🙂bcdefg🙂').tail).toBe('🙂bcdefg🙂');
  });
});

describe('richTokens', () => {
  const shape = (sentence: string) =>
    richTokens(sentence).map(token => `${token.kind}:${token.text}`);

  it('should find cells and code', () => {
    expect(shape('Shown by [14]. `del merged` in [15] freed nothing.')).toEqual(
      [
        'text:Shown by ',
        'cell:[14]',
        'text:. ',
        'code:del merged',
        'text: in ',
        'cell:[15]',
        'text: freed nothing.'
      ]
    );
  });

  it('should not take an index for a cell', () => {
    expect(shape('Out[14] and `x[3]`, f(a)[1] and [x]')).toEqual([
      'text:Out[14] and ',
      'code:x[3]',
      'text:, f(a)[1] and [x]'
    ]);
  });

  it('should leave markup and an odd back-quote as they are', () => {
    expect(shape('<script>alert(1)</script> ` [1]')).toEqual([
      'text:<script>alert(1)</script> ` ',
      'cell:[1]'
    ]);
  });

  it('should leave out empty code', () => {
    expect(shape('a `` b')).toEqual(['text:a ', 'text: b']);
  });
});

describe('plainText', () => {
  it('should lose the marks', () => {
    expect(plainText('Nothing reads `Out[14]` or [3].')).toBe(
      'Nothing reads Out[14] or [3].'
    );
  });
});

describe('groupFindings', () => {
  const groups = groupFindings(REPORT, MINIMUM);

  it('should order groups by what may be done, rows by what they free', () => {
    const lines = groups.map(
      ({ group, findings, small }) =>
        `${group}: ${findings.map(f => f.id).join(' ')} (${small.length})`
    );
    expect(lines).toEqual(['safe: f1 f2 f3 f4 f5 (0)', 'check: f6 (2)']);
  });

  it('should take the sums from the report', () => {
    expect(groups.map(group => group.bytes)).toEqual([
      REPORT.safe_bytes,
      REPORT.check_bytes
    ]);
    expect(groups[1].smallBytes).toBe(8 * MIB);
  });

  it('should keep the row of what frees nothing but holds much', () => {
    const held = { ...FINDINGS[0], frees: 0, bytes: GIB };
    const [only] = groupFindings({ ...REPORT, findings: [held] }, MINIMUM);
    expect(only.findings).toEqual([held]);
  });

  it('should say what is held by what is not a leak', () => {
    const note = {
      ...FINDINGS[0],
      group: 'not-a-leak' as const,
      frees: 0,
      bytes: GIB
    };
    const [only] = groupFindings({ ...REPORT, findings: [note] }, MINIMUM);
    expect(only.bytes).toBe(GIB);
  });

  it('should list the rows from top to bottom', () => {
    expect(rowIds(groups)).toEqual(['f1', 'f2', 'f3', 'f4', 'f5', 'f6']);
  });
});

describe('foldChain', () => {
  const chain = (count: number, stuck = -1): Holder[] =>
    Array.from({ length: count }, (_, index) => ({
      role: 'link',
      label: String(index),
      note: '',
      bytes: null,
      stuck: index === stuck
    }));
  const shape = (holders: Holder[]) =>
    foldChain(holders)
      .map(piece => ('step' in piece ? piece.step.label : `(${piece.folded})`))
      .join(' ');

  it('should leave six steps as they are', () => {
    expect(shape(chain(6))).toBe('0 1 2 3 4 5');
  });

  it('should fold the middle of a longer chain', () => {
    expect(shape(chain(9))).toBe('0 1 (5) 7 8');
  });

  it('should keep what is stuck', () => {
    expect(shape(chain(11, 5))).toBe('0 1 (2) 4 5 6 (2) 9 10');
  });
});

describe('cellRows', () => {
  const cell = (count: number, edited = false): INotebookCell => ({
    id: `cell-${count}`,
    firstLine: '',
    executionCount: count,
    edited
  });
  const runs = [
    run(1, 'a = 1', 0, 1, 2, 1),
    run(2, 'b = 2', 1, 3, 3, 0.5),
    run(3, 'c = 3', 3, 3, 3, 0)
  ];
  const bare = { ...REPORT, cells: [], findings: [] };

  it('should keep the order of the notebook', () => {
    const rows = cellRows(runs, bare, [cell(3), cell(1), cell(2, true)]);
    expect(rows.map(row => `${row.source} ${row.tags.join()}`)).toEqual([
      'c = 3 ',
      'a = 1 ',
      'b = 2 edited'
    ]);
  });

  it('should put a deleted cell behind the one it ran after', () => {
    const rows = cellRows(runs, bare, [cell(1), cell(3)]);
    expect(countCells(runs, bare)).toBe(rows.length);
    expect(rows.map(row => `${row.source} ${row.tags.join()}`)).toEqual([
      'a = 1 ',
      'b = 2 deleted',
      'c = 3 '
    ]);
  });

  it('should roll up the runs of one cell', () => {
    const again = run(4, 'a = 1', 3, 3.5, 4, 0.25, { cell_id: 'cell-1' });
    const [row] = cellRows([...runs, again], bare, [cell(1), cell(2), cell(3)]);
    expect(row).toMatchObject({
      change: gib(0.5),
      peak: gib(4),
      rise: gib(1),
      held: gib(1.25),
      runs: 2,
      changes: [gib(1), gib(0.5)]
    });
  });

  it('should not guess what a cell holds before the check', () => {
    const rows = cellRows(runs, null, [cell(1), cell(2), cell(3)]);
    expect(rows.map(row => row.held)).toEqual([null, null, null]);
  });

  it('should take the colour of the finding that is most of it', () => {
    const rows = cellRows(RUNS, REPORT, []);
    expect(countCells(RUNS, REPORT)).toBe(rows.length);
    const parts = Object.fromEntries(rows.map(row => [row.key, row.part]));
    expect([parts['cell-14'], parts['cell-4'], parts['cell-2']]).toEqual([
      'history',
      'leftover',
      'variables'
    ]);
  });

  it('should tell a failed run', () => {
    const rows = cellRows(RUNS, REPORT, []);
    expect(rows.find(row => row.key === 'cell-19')?.tags).toContain('failed');
  });

  it('should know cells without an id by their count', () => {
    const plain = runs.map(record => ({ ...record, cell_id: null }));
    const rows = cellRows(plain, bare, [cell(2)]);
    expect(rows.map(row => `${row.key} ${row.tags.join()}`)).toEqual([
      '[1] deleted',
      '[2] ',
      '[3] deleted'
    ]);
  });
});

describe('resolveCell', () => {
  it('should find the cell of a run by its count', () => {
    const named = { cell_id: null, execution_count: 14 };
    expect(resolveCell(named, RUNS).cell_id).toBe('cell-14');
  });

  it('should not guess', () => {
    const named = { cell_id: null, execution_count: 99 };
    expect(resolveCell(named, RUNS)).toEqual(named);
  });
});

describe('foldRows', () => {
  it('should fold cells that neither changed, rose nor hold anything', () => {
    const { shown, folded } = foldRows(cellRows(RUNS, REPORT, []), MINIMUM);
    expect(folded.map(row => row.ref.execution_count)).toEqual([3, 15, 20]);
    expect(shown.length).toBe(RUNS.length - 3);
  });
});

describe('sortRows', () => {
  const rows = cellRows(RUNS, REPORT, []);
  const counts = (column: 'cell' | 'held' | 'peak', descending: boolean) =>
    sortRows(rows, { column, descending }).map(row => row.ref.execution_count);

  it('should sort by held memory', () => {
    expect(counts('held', true).slice(0, 3)).toEqual([14, 4, 9]);
  });

  it('should put what is not known last either way', () => {
    expect(counts('peak', true).pop()).toBe(31);
    expect(counts('peak', false).pop()).toBe(31);
  });

  it('should turn the order of the notebook round', () => {
    expect(counts('cell', true)[0]).toBe(31);
  });
});
