import type {
  INotebookTracker,
  Notebook,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IHuntModel, IHuntTracker } from '../tokens';
import type { NotebookHunt } from './hunt';

/**
 * Keeps one hunt for each open notebook.
 *
 * #### Notes
 * Hunts are held by their notebook only and dispose themselves with it.
 */
export class HuntTracker implements IHuntTracker {
  /**
   * @param create - begins the hunt of a notebook.
   */
  constructor(
    private _notebooks: INotebookTracker,
    private _create: (panel: NotebookPanel) => NotebookHunt
  ) {
    _notebooks.forEach(panel => this.get(panel));
    _notebooks.widgetAdded.connect(this._onWidgetAdded, this);
    _notebooks.currentChanged.connect(this._onCurrentChanged, this);
  }

  get current(): IHuntModel | null {
    const panel = this._notebooks.currentWidget;
    return panel === null ? null : this.get(panel);
  }

  get currentChanged(): ISignal<this, IHuntModel | null> {
    return this._currentChanged;
  }

  /** A notebook may be current before it is announced as added. */
  get(panel: NotebookPanel): IHuntModel | null {
    if (panel.isDisposed) {
      return null;
    }
    let hunt = this._hunts.get(panel.content);
    if (hunt === undefined) {
      hunt = this._create(panel);
      this._hunts.set(panel.content, hunt);
    }
    return hunt.model;
  }

  /** To be called right before the request of a notebook's cell is sent. */
  willExecute(notebook: Notebook): void {
    this._hunts.get(notebook)?.willExecute();
  }

  private _onWidgetAdded(_: INotebookTracker, panel: NotebookPanel): void {
    this.get(panel);
    if (panel === this._notebooks.currentWidget) {
      this._currentChanged.emit(this.current);
    }
  }

  private _onCurrentChanged(): void {
    this._currentChanged.emit(this.current);
  }

  private _hunts = new WeakMap<Notebook, NotebookHunt>();
  private _currentChanged = new Signal<this, IHuntModel | null>(this);
}
