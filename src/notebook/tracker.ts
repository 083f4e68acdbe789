import type {
  INotebookTracker,
  Notebook,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { IHuntModel, IHuntTracker } from '../tokens';
import type { NotebookHunt } from './hunt';

/** Begins the hunt of a notebook. */
export type HuntFactory = (panel: NotebookPanel) => NotebookHunt;

/**
 * Keeps one hunt for each open notebook.
 *
 * #### Notes
 * A hunt disposes itself with its notebook, and is let go of then: the lab
 * itself may keep a closed notebook.
 * What a hunt is made with is loaded with the first notebook.
 */
export class HuntTracker implements IHuntTracker {
  /**
   * @param _load - gets what begins the hunt of a notebook.
   */
  constructor(
    private _notebooks: INotebookTracker,
    private _load: () => Promise<HuntFactory>
  ) {
    _notebooks.forEach(panel => this._begin(panel));
    _notebooks.widgetAdded.connect(this._onWidgetAdded, this);
    _notebooks.currentChanged.connect(this._onCurrentChanged, this);
  }

  get current(): IHuntModel | null {
    return this._kept === null ? this.front : this.get(this._kept);
  }

  get front(): IHuntModel | null {
    const panel = this._notebooks.currentWidget;
    return panel === null ? null : this.get(panel);
  }

  get isKept(): boolean {
    return this._kept !== null;
  }

  keep(kept: boolean): void {
    if (kept !== this.isKept) {
      this._kept = kept ? this._notebooks.currentWidget : null;
      this._currentChanged.emit(this.current);
    }
  }

  bring(model: IHuntModel): void {
    if (model !== this.current) {
      this.keep(false);
    }
  }

  get currentChanged(): ISignal<this, IHuntModel | null> {
    return this._currentChanged;
  }

  /** A notebook may be current before it is announced as added. */
  get(panel: NotebookPanel): IHuntModel | null {
    if (panel.isDisposed || this._create === null) {
      return null;
    }
    let hunt = this._hunts.get(panel.content);
    if (hunt === undefined) {
      hunt = this._create(panel);
      this._hunts.set(panel.content, hunt);
      panel.disposed.connect(this._onPanelDisposed, this);
    }
    return hunt.model;
  }

  async ready(panel: NotebookPanel): Promise<IHuntModel | null> {
    await this._loaded();
    return this.get(panel);
  }

  /** To be called right before the request of a notebook's cell is sent. */
  willExecute(notebook: Notebook): void {
    this._hunts.get(notebook)?.willExecute();
  }

  private _onWidgetAdded(_: INotebookTracker, panel: NotebookPanel): void {
    this._begin(panel);
  }

  private _begin(panel: NotebookPanel): void {
    const announce = (model: IHuntModel | null) => {
      if (model !== null && panel === this._notebooks.currentWidget) {
        this._currentChanged.emit(this.current);
      }
    };
    this.ready(panel)
      .then(announce)
      .catch(reason =>
        console.error('Leak Hunter: a notebook is not watched', reason)
      );
  }

  /** Loads once; after a failure the next notebook tries again. */
  private async _loaded(): Promise<void> {
    this._loading ??= this._load();
    try {
      this._create = await this._loading;
    } catch (reason) {
      this._loading = null;
      throw reason;
    }
  }

  private _onPanelDisposed(panel: NotebookPanel): void {
    this._hunts.delete(panel.content);
    if (this._kept?.isDisposed) {
      this.keep(false);
    }
  }

  private _onCurrentChanged(): void {
    this._currentChanged.emit(this.current);
  }

  private _kept: NotebookPanel | null = null;
  private _create: HuntFactory | null = null;
  private _loading: Promise<HuntFactory> | null = null;
  private _hunts = new WeakMap<Notebook, NotebookHunt>();
  private _currentChanged = new Signal<this, IHuntModel | null>(this);
}
