import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import { Disposable } from '../disposable';
import type { Wish } from '../model/door';
import type { Attention } from '../model/looking';
import type { HuntStore } from '../model/store';
import type {
  Accepted,
  AnyRequest,
  Expected,
  Settings,
  Source
} from '../protocol/generated';
import { replies } from '../protocol/guards';
import type { INotebookCells } from '../notebook/cells';
import type { IExpectations } from '../notebook/expected';
import type { Activation } from './activation';
import { activate } from './activation';
import type { HuntClient } from './client';
import { KernelSync, looks } from './sync';

/**
 * An activation that takes longer than this waits behind a running cell, in ms.
 * A free kernel needs about 50, and 300 when it imports the package first.
 */
const PATIENCE = 1000;

/**
 * How long a busy kernel may take to say that it is active already, in ms.
 * When a page is loaded the lab holds all messages back for up to 3 s, because
 * a busy kernel does not answer its first question.
 */
const PROBE = 10000;

/**
 * How often a page that looks says so while a cell runs, in ms. The
 * kernel side may forget it after three times this: a page that is closed
 * cannot say that it is gone, and samples would go on for nobody.
 */
const RENEW = 10000;

/**
 * One life of one kernel, from its start or restart to its end: switches the
 * kernel side on, presents the notebook to it and keeps the store in step.
 */
export class KernelLife extends Disposable {
  constructor(private _options: KernelLife.IOptions) {
    super();
    this._sync = new KernelSync(_options);
    _options.store.changed.connect(this._onActivity, this);
    _options.store.sampled.connect(this._onActivity, this);
  }

  get kernel(): Kernel.IKernelConnection {
    return this._options.kernel;
  }

  /** Whether the kernel side is active and in step. */
  get isWatching(): boolean {
    return this._options.store.state.kernel === 'watching';
  }

  /**
   * Switches the kernel side on, once.
   *
   * #### Notes
   * The request is sent before this returns, so a cell that is sent next is
   * recorded.
   */
  activate(): void {
    if (this._activated || this.isDisposed) {
      return;
    }
    this._activated = true;
    this._switchOn(activate(this.kernel)).catch(reason =>
      console.error('Leak Hunter: the kernel could not be watched', reason)
    );
  }

  /** The connection is back: fetches what was missed, or asks again. */
  reconnect(): void {
    if (this.isWatching) {
      this._toldExpected = null;
      this._sync
        .catchUp()
        .then(() => this.tellExpected())
        .catch(console.error);
    } else if (this._activated) {
      this._activated = false;
      this.activate();
    }
  }

  /** Tells the kernel side how closely the memory of a running cell is looked at. */
  tellAttention(): void {
    const { clientId: client, attention } = this._options;
    this._shownAt = Date.now();
    this._tell({
      command: 'leakhunter.visible',
      client,
      ...looks(attention())
    });
  }

  /** Tells the settings that the kernel side follows, if they changed. */
  configure(): void {
    if (this.isWatching) {
      this._tellSettings();
    }
  }

  /** Tells the code cells of the notebook, if they changed. */
  presentNotebook(): void {
    const { sources } = this._options.cells;
    if (sources !== this._presented && this.isWatching) {
      this._presented = sources;
      this._tell({ command: 'leakhunter.notebook', cells: [...sources] });
    }
  }

  /** Tells what the notebook remembers as expected, if it changed. */
  tellExpected(): void {
    const { list } = this._options.expected;
    if (list !== this._toldExpected && this.isWatching) {
      this._toldExpected = list;
      this._tell({ command: 'leakhunter.expected', expected: [...list] });
    }
  }

  /** Sends a wish; rejects with a sentence when it is turned down. */
  async wish(wish: Wish): Promise<Accepted> {
    this.presentNotebook();
    return (await this._options.client.ask(wish, replies.accepted)).value;
  }

  dispose(): void {
    super.dispose();
    this._sync.dispose();
    this._options.client.dispose();
  }

  private async _switchOn(answer: Promise<Activation>): Promise<void> {
    const { store } = this._options;
    store.update(state => ({ ...state, kernel: 'starting', message: null }));
    const quick = await Promise.race([answer, pause(PATIENCE)]);
    if (this.isDisposed) {
      return;
    }
    // A cell is running: perhaps one that is being recorded already, when the
    // page was loaded anew.
    const probe = quick === null ? this._present(PROBE) : null;
    if (probe !== null && (await Promise.race([probe, answer])) === null) {
      return;
    }
    const activation = await answer;
    if (this.isDisposed) {
      return;
    }
    switch (activation.state) {
      case 'watching':
        if (probe === null || (await probe) !== null) {
          await this._presentOrFail();
        }
        return;
      case 'aborted':
        this._activated = false;
        this.activate();
        return;
      case 'lost':
        this._activated = false;
        return;
      default:
        store.update(state => ({
          ...state,
          kernel: activation.state,
          message: activation.state === 'failed' ? activation.message : null
        }));
    }
  }

  private async _presentOrFail(): Promise<void> {
    if (this.isDisposed) {
      return;
    }
    const failure = await this._present();
    if (failure !== null && !this.isDisposed) {
      this._options.store.update(state => ({
        ...state,
        kernel: 'failed',
        message: failure
      }));
    }
  }

  /** Says hello and what goes with it; a sentence if there is no answer. */
  private async _present(timeout?: number): Promise<string | null> {
    // A hello says it too.
    this._shownAt = Date.now();
    // Before the hello, whose reading of the memory counts by them; and anew,
    // because a kernel side that was not there yet did not hear them.
    this._told = {};
    this._tellSettings();
    try {
      await this._sync.greet(timeout);
    } catch (reason) {
      return (reason as Error).message;
    }
    if (!this.isDisposed && this.isWatching) {
      this.configure();
      this.presentNotebook();
      this.tellExpected();
      this._sync.fetch().catch(reason => this._warn('records', reason));
    }
    return null;
  }

  private _tellSettings(): void {
    const settings = this._options.settings();
    if (JSONExt.deepEqual({ ...settings }, this._told)) {
      return;
    }
    this._told = { ...settings };
    const command = 'leakhunter.configure';
    this._options.client
      .ask({ command, settings }, replies.accepted)
      .catch(reason => {
        this._told = {};
        if (this.isWatching) {
          this._warn(command, reason);
        }
      });
  }

  private _onActivity(): void {
    const { store, attention } = this._options;
    const due = Date.now() - this._shownAt >= RENEW;
    if (due && store.state.running !== null && attention() !== 'none') {
      this.tellAttention();
    }
  }

  /** Sends what needs no answer. */
  private _tell(request: AnyRequest): void {
    if (!this.isWatching) {
      return;
    }
    this._options.client
      .ask(request, replies.accepted)
      .catch(reason => this._warn(request.command, reason));
  }

  /** What fails because the kernel ended is no news. */
  private _warn(what: string, reason: unknown): void {
    if (!this.isDisposed) {
      console.warn(`Leak Hunter: ${what} failed,`, reason);
    }
  }

  private _sync: KernelSync;
  private _activated = false;
  private _shownAt = 0;
  private _told: ReadonlyJSONObject = {};
  private _presented: readonly Source[] | null = null;
  private _toldExpected: readonly Expected[] | null = null;
}

export namespace KernelLife {
  export interface IOptions {
    kernel: Kernel.IKernelConnection;
    client: HuntClient;
    store: HuntStore;
    cells: INotebookCells;
    expected: IExpectations;
    trans: TranslationBundle;

    /** Names this view of the notebook among all clients of the kernel. */
    clientId: string;

    /** How closely the memory of a running cell is looked at. */
    attention: () => Attention;

    /** The settings that the kernel side follows now. */
    settings: () => Settings;
  }
}

function pause(ms: number): Promise<null> {
  return new Promise(resolve => window.setTimeout(() => resolve(null), ms));
}
