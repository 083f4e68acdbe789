import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import { Disposable } from '../disposable';
import type { IHuntDoor, Wish } from '../model/door';
import type { HuntModel } from '../model/hunt';
import { ceased, replaced } from '../model/reduce';
import type { HuntSettings } from '../model/settings';
import { kernelSettings } from '../model/settings';
import type { INotebookCells } from '../notebook/cells';
import type { IExpectations } from '../notebook/expected';
import type { Accepted } from '../protocol/generated';
import type { KernelState } from '../tokens';
import { HuntClient } from './client';
import { isPython, languageOf } from './language';
import { KernelLife } from './life';

/**
 * Follows the kernels of one notebook: a new life begins with each kernel and
 * each restart, and ends with it. Everything asynchronous belongs to a life, so
 * an answer that comes too late finds its life disposed.
 */
export class KernelWatcher extends Disposable implements IHuntDoor {
  constructor(private _options: KernelWatcher.IOptions) {
    super();
    const { cells, context, expected, model, settings } = _options;
    context.kernelChanged.connect(this._onKernelChanged, this);
    context.statusChanged.connect(this._onStatusChanged, this);
    context.connectionStatusChanged.connect(this._onConnectionChanged, this);
    settings.changed.connect(this._onSettingsChanged, this);
    model.attentionChanged.connect(this._onAttentionChanged, this);
    cells.changed.connect(this._onCellsChanged, this);
    expected.changed.connect(this._onExpectedChanged, this);
    model.door = this;
    model.cells = cells.cells;
    model.expected = expected.list;
    this._setState('starting');
    this._setBlackBox();
    this._onKernelChanged();
    context.ready.then(() => this._onReady(), console.error);
  }

  /**
   * To be called right before a cell's request is sent.
   *
   * #### Notes
   * After a restart the first cell may come before any sign of life from the
   * kernel: an activation that is sent now is ahead of it in the queue.
   */
  willExecute(): void {
    this._renew();
    this._options.cells.refresh();
    this._life?.presentNotebook();
  }

  start(): void {
    this._started = true;
    this._stopped = false;
    if (!this._life?.isWatching) {
      this._end();
    }
    this._renew();
  }

  stop(): void {
    this._started = false;
    this._stopped = true;
  }

  async wish(wish: Wish): Promise<Accepted> {
    if (this._life === null) {
      throw new Error(this._options.trans.__('The kernel is not watched.'));
    }
    this._options.cells.refresh();
    return this._life.wish(wish);
  }

  dispose(): void {
    super.dispose();
    this._options.model.door = null;
    this._end();
  }

  /** Begins a life if there is a kernel to watch and none has begun. */
  private _renew(): void {
    const { context, model } = this._options;
    const kernel = context.session?.kernel ?? null;
    if (kernel === null || kernel.isDisposed || kernel.status === 'dead') {
      return;
    }
    if (this._life?.kernel !== kernel) {
      this._end();
      const language =
        this._languages.get(kernel) ?? languageOf(context, kernel);
      if (language === null) {
        this._learnLanguage(kernel);
        return;
      }
      model.store.update(state => ({ ...state, language }));
      if (!isPython(language)) {
        this._setState('not-python');
        return;
      }
      this._life = this._createLife(kernel);
    }
    if (this._wanted) {
      this._life.activate();
    } else if (!this._life.isWatching) {
      this._setState('asking');
    }
  }

  private _createLife(kernel: Kernel.IKernelConnection): KernelLife {
    const { cells, expected, model, settings, trans } = this._options;
    return new KernelLife({
      kernel,
      cells,
      expected,
      trans,
      store: model.store,
      client: new HuntClient(kernel, trans),
      clientId: this._clientId,
      attention: () => model.attention,
      settings: () => kernelSettings(settings.value)
    });
  }

  /** A kernel without a known specification is asked; a busy one answers late. */
  private _learnLanguage(kernel: Kernel.IKernelConnection): void {
    if (this._asked === kernel) {
      return;
    }
    this._asked = kernel;
    this._setState('starting');
    kernel.info.then(
      info => {
        if (
          !this.isDisposed &&
          this._options.context.session?.kernel === kernel
        ) {
          this._languages.set(kernel, info.language_info.name);
          this._renew();
        }
      },
      reason => console.warn('Leak Hunter: kernel without a language,', reason)
    );
  }

  private _end(): void {
    this._life?.dispose();
    this._life = null;
  }

  private _setState(kernel: KernelState): void {
    this._options.model.store.update(state => ({ ...state, kernel }));
  }

  private _onReady(): void {
    if (!this.isDisposed && !this._options.context.session?.kernel) {
      this._setState('none');
    }
  }

  /** Also emitted with one and the same kernel at the end of a restart. */
  private _onKernelChanged(): void {
    const { context, model } = this._options;
    const kernel = context.session?.kernel ?? null;
    if (kernel !== this._kernel) {
      this._kernel = kernel;
      this._wasConnected = kernel?.connectionStatus === 'connected';
      this._end();
      const next = kernel === null ? 'none' : 'starting';
      const now = Date.now();
      model.store.update(state => replaced(state, next, now));
    }
    this._renew();
  }

  private _onStatusChanged(_: ISessionContext, status: Kernel.Status): void {
    switch (status) {
      case 'restarting':
        this._cease('restarting', false);
        return;
      case 'autorestarting':
        this._cease('restarting', true);
        return;
      case 'dead':
        this._cease('dead', true);
        return;
      case 'starting':
      case 'idle':
      case 'busy':
        this._renew();
        return;
      default:
      // What is going on is not known; the next status tells.
    }
  }

  private _cease(kernel: 'restarting' | 'dead', byItself: boolean): void {
    this._end();
    this._diedByItself = byItself;
    if (this._options.model.state !== 'not-python') {
      const now = Date.now();
      this._options.model.store.update(state =>
        ceased(state, kernel, now, byItself)
      );
    }
  }

  private _onConnectionChanged(
    _: ISessionContext,
    status: Kernel.ConnectionStatus
  ): void {
    if (status !== 'connected') {
      return;
    }
    if (this._wasConnected) {
      this._life?.reconnect();
    }
    this._wasConnected = true;
    // Until the server hears the next kernel, the first words of that one can
    // be lost, and the lab calls it restarting for ever: being asked, it speaks
    // again.
    if (this._diedByItself && this._life === null) {
      this._renew();
    }
  }

  private _setBlackBox(): void {
    const { model, settings } = this._options;
    const { blackBox } = settings.value;
    model.store.update(state => ({ ...state, blackBox }));
  }

  private _onSettingsChanged(): void {
    this._setBlackBox();
    this._renew();
    this._life?.configure();
  }

  private _onAttentionChanged(): void {
    this._life?.tellAttention();
  }

  private _onCellsChanged(): void {
    const { cells, model } = this._options;
    model.cells = cells.cells;
    this._life?.presentNotebook();
  }

  private _onExpectedChanged(): void {
    const { expected, model } = this._options;
    model.expected = expected.list;
    this._life?.tellExpected();
  }

  /** Whether to watch: because the user said so, else by the setting. */
  private get _wanted(): boolean {
    const { watch } = this._options.settings.value;
    return this._started || (watch === 'always' && !this._stopped);
  }

  private _clientId = UUID.uuid4();
  private _started = false;
  private _stopped = false;
  private _wasConnected = false;
  private _diedByItself = false;
  private _kernel: Kernel.IKernelConnection | null = null;
  private _asked: Kernel.IKernelConnection | null = null;
  private _languages = new WeakMap<Kernel.IKernelConnection, string>();
  private _life: KernelLife | null = null;
}

export namespace KernelWatcher {
  export interface IOptions {
    context: ISessionContext;
    model: HuntModel;
    cells: INotebookCells;
    expected: IExpectations;
    settings: HuntSettings;
    trans: TranslationBundle;
  }
}
