import type { ISessionContext } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Disposable } from '../disposable';
import { INSTALL_COMMAND } from '../kernel/activation';
import { KernelWatcher } from '../kernel/watcher';
import type { INotebookDoor } from '../model/door';
import { HuntModel } from '../model/hunt';
import type { HuntSettings } from '../model/settings';
import type { CellRef, Expected } from '../protocol/generated';
import { NotebookCells } from './cells';
import { NotebookExpectations } from './expected';
import { CellRecords } from './records';
import { restartKernel } from './restart';
import { revealCell } from './reveal';

/**
 * All that belongs to one open notebook: its cells, its model and the watcher
 * of its kernel. It lives as long as the notebook's panel.
 */
export class NotebookHunt extends Disposable implements INotebookDoor {
  constructor(private _options: NotebookHunt.IOptions) {
    super();
    const { panel, settings, trans } = _options;
    this.model = new HuntModel({
      settings,
      notebook: this,
      installCommand: INSTALL_COMMAND
    });
    this._cells = new NotebookCells(panel.content);
    this._expected = new NotebookExpectations(panel.content);
    this._watcher = new KernelWatcher({
      context: panel.sessionContext,
      model: this.model,
      cells: this._cells,
      expected: this._expected,
      settings,
      trans
    });
    this._records = new CellRecords({
      notebook: panel.content,
      model: this.model
    });
    panel.context.pathChanged.connect(this._onPathChanged, this);
    panel.disposed.connect(this.dispose, this);
    this._onPathChanged();
  }

  readonly model: HuntModel;

  /** To be called right before a cell's request is sent. */
  willExecute(): void {
    this._watcher.willExecute();
  }

  restartKernel(): void {
    const { dialogs, panel } = this._options;
    restartKernel(panel.sessionContext, dialogs).catch(console.error);
  }

  interruptKernel(): void {
    const { session } = this._options.panel.sessionContext;
    session?.kernel?.interrupt().catch(console.error);
  }

  goToCell(ref: CellRef): void {
    const cell = this.model.findCell(ref);
    if (cell !== null) {
      this.focusNotebook();
      revealCell(this._options.panel, cell.id).catch(console.error);
    }
  }

  focusNotebook(): void {
    this._options.activate(this._options.panel);
  }

  cellAt(element: Element | null): CellRef | null {
    const { activeCell, widgets } = this._options.panel.content;
    const cell =
      element === null
        ? activeCell
        : widgets.find(({ node }) => node === element);
    return cell?.model.type === 'code'
      ? { cell_id: cell.model.id, execution_count: null }
      : null;
  }

  markExpected(mark: Expected): void {
    this._expected.mark(mark);
  }

  takeBack(fingerprint: string): void {
    this._expected.takeBack(fingerprint);
  }

  dispose(): void {
    super.dispose();
    this._watcher.dispose();
    this._cells.dispose();
    this._expected.dispose();
    this._records.dispose();
    this.model.dispose();
  }

  private _onPathChanged(): void {
    this.model.notebookPath = this._options.panel.context.path;
  }

  private _cells: NotebookCells;
  private _expected: NotebookExpectations;
  private _records: CellRecords;
  private _watcher: KernelWatcher;
}

export namespace NotebookHunt {
  export interface IOptions {
    panel: NotebookPanel;
    settings: HuntSettings;
    dialogs: ISessionContext.IDialogs;
    trans: TranslationBundle;

    /** Brings a notebook to the front and gives it the keyboard. */
    activate: (panel: NotebookPanel) => void;
  }
}
