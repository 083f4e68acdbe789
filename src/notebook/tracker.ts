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
    _notebooks.forEach(panel => this._add(panel));
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

  get(panel: NotebookPanel): IHuntModel | null {
    const hunt = this._hunts.get(panel.content);
    return hunt === undefined || hunt.isDisposed ? null : hunt.model;
  }

  /** To be called right before the request of a notebook's cell is sent. */
  willExecute(notebook: Notebook): void {
    this._hunts.get(notebook)?.willExecute();
  }

  private _add(panel: NotebookPanel): void {
    if (!this._hunts.has(panel.content)) {
      this._hunts.set(panel.content, this._create(panel));
    }
  }

  private _onWidgetAdded(_: INotebookTracker, panel: NotebookPanel): void {
    this._add(panel);
  }

  /** A notebook becomes the current one before it is told to be added. */
  private _onCurrentChanged(): void {
    const panel = this._notebooks.currentWidget;
    if (panel !== null) {
      this._add(panel);
    }
    this._currentChanged.emit(this.current);
  }

  private _hunts = new WeakMap<Notebook, NotebookHunt>();
  private _currentChanged = new Signal<this, IHuntModel | null>(this);
}
