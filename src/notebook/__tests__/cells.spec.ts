import type { Notebook } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { NotebookCells } from '../cells';

/** A cell model with the few members that are read. */
function cell(id: string, source: string, type = 'code') {
  return {
    id,
    type,
    isDirty: false,
    executionCount: null as number | null,
    source,
    sharedModel: { getSource: () => source }
  };
}

class FakeModel {
  contentChanged = new Signal<this, void>(this);
  constructor(public cells: ReturnType<typeof cell>[]) {}
}

class FakeNotebook {
  modelChanged = new Signal<this, void>(this);
  model: FakeModel | null = null;

  load(model: FakeModel): void {
    this.model = model;
    this.modelChanged.emit();
  }
}

describe('NotebookCells', () => {
  let notebook: FakeNotebook;
  let cells: NotebookCells;

  beforeEach(() => {
    jest.useFakeTimers();
    notebook = new FakeNotebook();
    cells = new NotebookCells(notebook as unknown as Notebook);
  });

  afterEach(() => {
    cells.dispose();
    jest.useRealTimers();
  });

  it('should be empty before the notebook is loaded', () => {
    expect([cells.cells, cells.sources]).toEqual([[], []]);
  });

  it('should list the code cells in order', () => {
    const ran = { ...cell('a', '\n  \n# load\ndf = 1'), executionCount: 2 };
    const edited = { ...cell('b', 'df'), executionCount: 3, isDirty: true };
    const text = cell('t', '# Title', 'markdown');
    const empty = { ...cell('c', ''), isDirty: true };
    notebook.load(new FakeModel([ran, text, edited, empty]));
    expect(cells.cells).toEqual([
      { id: 'a', firstLine: '# load', executionCount: 2, edited: false },
      { id: 'b', firstLine: 'df', executionCount: 3, edited: true },
      { id: 'c', firstLine: '', executionCount: null, edited: false }
    ]);
    expect(cells.sources).toEqual([
      { cell_id: 'a', source: '\n  \n# load\ndf = 1' },
      { cell_id: 'b', source: 'df' },
      { cell_id: 'c', source: '' }
    ]);
  });

  it('should look after a pause in the typing, or when told to', async () => {
    const model = new FakeModel([cell('a', 'x')]);
    notebook.load(model);
    let count = 0;
    cells.changed.connect(() => count++);
    model.cells = [cell('a', 'xy')];
    model.contentChanged.emit();
    await jest.advanceTimersByTimeAsync(400);
    model.contentChanged.emit();
    await jest.advanceTimersByTimeAsync(400);
    expect([count, cells.sources[0].source]).toEqual([0, 'x']);
    await jest.advanceTimersByTimeAsync(100);
    expect([count, cells.sources[0].source]).toEqual([1, 'xy']);
    model.cells = [cell('a', 'xyz')];
    cells.refresh();
    expect(cells.sources[0].source).toBe('xyz');
  });

  it('should keep the arrays when they would say the same', () => {
    notebook.load(new FakeModel([cell('a', 'x')]));
    const { sources } = cells;
    notebook.load(new FakeModel([{ ...cell('a', 'x'), executionCount: 1 }]));
    expect(cells.sources).toBe(sources);
    expect(cells.cells[0].executionCount).toBe(1);
  });

  it('should not follow a model that was replaced', async () => {
    const old = new FakeModel([cell('a', 'x')]);
    notebook.load(old);
    notebook.load(new FakeModel([cell('b', 'y')]));
    expect(cells.cells.map(({ id }) => id)).toEqual(['b']);
    let count = 0;
    cells.changed.connect(() => count++);
    old.cells = [];
    old.contentChanged.emit();
    await jest.advanceTimersByTimeAsync(1000);
    expect(count).toBe(0);
  });
});
