/** A notebook with just the members that the lines under its cells use. */
import type { Notebook } from '@jupyterlab/notebook';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';

/** A cell; one that is not built yet has no foot. */
export class FakeCell extends Panel {
  constructor(id: string, type = 'code', built = true) {
    super();
    this.model = { id, type };
    if (built) {
      this.build();
    }
  }

  readonly model: { id: string; type: string };

  get ready(): Promise<void> {
    return this._ready.promise;
  }

  get footer(): Widget | undefined {
    return this.widgets.find(child => child.hasClass('jp-CellFooter'));
  }

  build(): void {
    const footer = new Widget();
    footer.addClass('jp-CellFooter');
    this.addWidget(new Widget());
    this.addWidget(footer);
    this._ready.resolve();
  }

  private _ready = new PromiseDelegate<void>();
}

/** A notebook on the page; a moved cell is another widget, as in the lab. */
export class FakeNotebook extends Panel {
  readonly modelChanged = new Signal<this, void>(this);
  model: { cells: { changed: Signal<FakeNotebook, void> } } | null = null;

  load(cells: readonly FakeCell[]): void {
    this.model = { cells: { changed: new Signal<FakeNotebook, void>(this) } };
    cells.forEach(cell => this.addWidget(cell));
    this.modelChanged.emit();
  }

  /** Puts a new widget for a cell at another place. */
  move(cell: FakeCell, index: number): FakeCell {
    const moved = new FakeCell(cell.model.id);
    this.insertWidget(index, moved);
    this.model?.cells.changed.emit();
    cell.dispose();
    this.model?.cells.changed.emit();
    return moved;
  }

  cast(): Notebook {
    return this as unknown as Notebook;
  }
}
