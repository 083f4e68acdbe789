import type { NotebookPanel } from '@jupyterlab/notebook';
import { revealCell } from '../reveal';

/** A cell of 50 px; the lab has built it or not. */
class FakeCell {
  constructor(
    readonly id: string,
    public isHidden = false
  ) {
    Object.defineProperty(this.node, 'offsetHeight', { value: 50 });
  }

  readonly node = document.createElement('div');
  readonly model = { id: this.id };
  readonly isDisposed = false;
  isBuilt = false;

  get dataset(): DOMStringMap {
    return this.node.dataset;
  }

  isPlaceholder(): boolean {
    return !this.isBuilt;
  }
}

class FakeNotebook {
  constructor(readonly windowingMode: string) {
    // The lab builds from the top.
    this.build(0, 2);
  }

  readonly widgets = Array.from(
    { length: 30 },
    (_, at) => new FakeCell(`${at}`)
  );
  readonly outerNode = { clientHeight: 200 };
  readonly notebookConfig = { windowingMode: this.windowingMode };
  activeCellIndex = 0;
  mode = 'edit';
  scrolled: [index: number, built: boolean][] = [];

  readonly layout = {
    widgets: [] as FakeCell[],
    insertWidget: (place: number, cell: FakeCell) => {
      cell.isBuilt = true;
      this.layout.widgets.splice(place, 0, cell);
    }
  };

  build(from: number, to: number): void {
    for (let at = from; at < to; at++) {
      this.widgets[at].dataset.windowedListIndex = `${at}`;
      this.layout.insertWidget(at, this.widgets[at]);
    }
  }

  deselectAll(): void {
    // Nothing is selected.
  }

  async scrollToItem(index: number): Promise<void> {
    this.scrolled.push([index, this.widgets[index].isBuilt]);
  }

  get built(): number[] {
    return this.layout.widgets.map(({ id }) => Number(id));
  }
}

async function reveal(notebook: FakeNotebook, id: string): Promise<void> {
  await revealCell({ content: notebook } as unknown as NotebookPanel, id);
}

describe('revealCell', () => {
  it.each(['defer', 'contentVisibility'])(
    'should build the cell and what is seen around it first in the mode %s',
    async mode => {
      const notebook = new FakeNotebook(mode);
      await reveal(notebook, '20');
      expect(notebook.built).toEqual([0, 1, 18, 19, 20, 21, 22]);
      expect(notebook.scrolled).toEqual([[20, true]]);
      expect([notebook.activeCellIndex, notebook.mode]).toEqual([
        20,
        'command'
      ]);
    }
  );

  it('should keep the order of the cells, whichever came first', async () => {
    const notebook = new FakeNotebook('defer');
    await reveal(notebook, '20');
    await reveal(notebook, '10');
    await reveal(notebook, '29');
    expect(notebook.built).toEqual([
      ...[0, 1, 8, 9, 10, 11, 12, 18, 19, 20, 21, 22, 27, 28, 29]
    ]);
  });

  it('should pass over cells that are folded away', async () => {
    const notebook = new FakeNotebook('defer');
    notebook.widgets[19].isHidden = true;
    await reveal(notebook, '20');
    expect(notebook.built).toEqual([0, 1, 17, 18, 20, 21, 22]);
  });

  it('should leave it to a lab that draws what it scrolls to', async () => {
    const notebook = new FakeNotebook('full');
    await reveal(notebook, '20');
    expect(notebook.built).toEqual([0, 1]);
    expect(notebook.scrolled).toEqual([[20, false]]);
  });

  it('should do nothing for a cell that is gone', async () => {
    const notebook = new FakeNotebook('defer');
    await reveal(notebook, 'gone');
    expect(notebook.scrolled).toEqual([]);
    expect(notebook.activeCellIndex).toBe(0);
  });
});
