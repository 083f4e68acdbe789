import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookModel, Notebook } from '@jupyterlab/notebook';
import { Debouncer } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Disposable } from '../disposable';
import type { Source } from '../protocol/generated';
import type { INotebookCell } from '../tokens';

/** Pause in the typing after which the cells are looked at again, in ms. */
const PAUSE = 500;

/** The code cells of a notebook, as far as anyone here needs them. */
export interface INotebookCells {
  /** Emitted when `cells` or `sources` changed. */
  readonly changed: ISignal<this, void>;

  /** For the views; another array whenever it changed. */
  readonly cells: readonly INotebookCell[];

  /** For the kernel side; another array whenever it changed. */
  readonly sources: readonly Source[];

  /** Looks now, not after the pause. */
  refresh(): void;
}

/** Follows the code cells of a notebook widget. */
export class NotebookCells extends Disposable implements INotebookCells {
  constructor(private _notebook: Notebook) {
    super();
    _notebook.modelChanged.connect(this._onModelChanged, this);
    this._onModelChanged();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get cells(): readonly INotebookCell[] {
    return this._cells;
  }

  get sources(): readonly Source[] {
    return this._sources;
  }

  refresh(): void {
    const models = codeCells(this._model);
    const cells = keep(this._cells, models.map(describe));
    const sources = keep(
      this._sources,
      models.map(model => ({
        cell_id: model.id,
        source: model.sharedModel.getSource()
      }))
    );
    if (cells !== this._cells || sources !== this._sources) {
      this._cells = cells;
      this._sources = sources;
      this._changed.emit();
    }
  }

  dispose(): void {
    super.dispose();
    this._debouncer.dispose();
  }

  private _onModelChanged(): void {
    this._model?.contentChanged.disconnect(this._onContentChanged, this);
    this._model = this._notebook.model;
    this._model?.contentChanged.connect(this._onContentChanged, this);
    this.refresh();
  }

  private _onContentChanged(): void {
    // A disposed debouncer rejects: nobody asks any more.
    this._debouncer.invoke().catch(() => undefined);
  }

  private _model: INotebookModel | null = null;
  private _cells: readonly INotebookCell[] = [];
  private _sources: readonly Source[] = [];
  private _changed = new Signal<this, void>(this);
  private _debouncer = new Debouncer(() => this.refresh(), PAUSE);
}

function codeCells(model: INotebookModel | null): ICodeCellModel[] {
  return Array.from(model?.cells ?? []).filter(
    (cell): cell is ICodeCellModel => cell.type === 'code'
  );
}

function describe(cell: ICodeCellModel): INotebookCell {
  const source = cell.sharedModel.getSource();
  return {
    id: cell.id,
    firstLine: /^.*\S.*$/m.exec(source)?.[0] ?? '',
    executionCount: cell.executionCount,
    edited: cell.executionCount !== null && cell.isDirty
  };
}

/** The old array if the new one says the same, so that identity tells. */
function keep<T extends object>(
  old: readonly T[],
  news: readonly T[]
): readonly T[] {
  const same = (a: T, b: T) =>
    (Object.keys(a) as (keyof T)[]).every(key => a[key] === b[key]);
  return old.length === news.length &&
    news.every((item, index) => same(item, old[index]))
    ? old
    : news;
}
