import type { TranslationBundle } from '@jupyterlab/translation';
import { Disposable } from '../disposable';
import {
  greeted,
  isGap,
  reduce,
  refuse,
  withReport,
  withRuns
} from '../model/reduce';
import type { Attention } from '../model/looking';
import { withReceipts } from '../model/clearing';
import type { HuntStore } from '../model/store';
import type { IExpectations } from '../notebook/expected';
import type { AnyEvent, MarkExpected, Visible } from '../protocol/generated';
import { PROTOCOL } from '../protocol/generated';
import { anyHello, replies, understand } from '../protocol/guards';
import type { HuntClient, IFrom } from './client';

/** A kernel that holds the interpreter's lock answers when it lets go, in ms. */
const ANSWER = 10000;

/**
 * Keeps the store in step with the kernel side: applies the events in order,
 * and asks again after a gap.
 *
 * #### Notes
 * Answers and events come through different sockets and may overtake each
 * other. While a hello is under way the events wait, so that what it says of
 * an earlier moment cannot undo them.
 */
export class KernelSync extends Disposable {
  constructor(private _options: KernelSync.IOptions) {
    super();
    _options.client.event.connect(this._onEvent, this);
  }

  /**
   * Says hello and takes over the state that the kernel side reports.
   *
   * Rejects with a sentence when there is no answer.
   */
  async greet(timeout?: number): Promise<void> {
    const { client, clientId, attention } = this._options;
    this._greeting++;
    try {
      const reply = await client.ask(
        {
          command: 'leakhunter.hello',
          protocol: PROTOCOL,
          client: clientId,
          ...looks(attention())
        },
        anyHello,
        timeout
      );
      if (!this.isDisposed) {
        this._takeOver(reply);
      }
    } finally {
      this._greeting--;
      this._replay();
    }
  }

  /**
   * Fetches the runs, the last report and the receipts. All runs, because what
   * the earlier ones still hold changes with every check.
   */
  async fetch(): Promise<void> {
    const { client, store } = this._options;
    const { session } = store.state;
    let since_run = 0;
    let more = true;
    while (more) {
      const { value } = await client.ask(
        { command: 'leakhunter.runs', since_run },
        replies.runs,
        ANSWER
      );
      if (this.isDisposed || value.session !== session) {
        return;
      }
      store.update(state => withRuns(state, value.runs));
      const last = value.runs[value.runs.length - 1]?.run ?? since_run;
      more = value.more && last > since_run;
      since_run = last;
    }
    const { value } = await client.ask(
      { command: 'leakhunter.report' },
      replies.report,
      ANSWER
    );
    const { report } = value;
    if (!this.isDisposed && value.session === session && report !== null) {
      store.update(state => withReport(state, report));
    }
    await this._fetchReceipts(session);
  }

  /** Asks for all that may have been missed; one question at a time. */
  async catchUp(): Promise<void> {
    if (this._catching) {
      this._again = true;
      return;
    }
    this._catching = true;
    try {
      do {
        this._again = false;
        await this.greet(ANSWER);
        if (this.isDisposed) {
          return;
        }
        await this.fetch();
      } while (this._again && !this.isDisposed);
    } catch (reason) {
      // The next event shows the gap again; a kernel that ended is no news.
      if (!this.isDisposed) {
        console.warn('Leak Hunter: could not fetch what was missed,', reason);
      }
    } finally {
      this._catching = false;
    }
  }

  dispose(): void {
    super.dispose();
    this._waiting = [];
  }

  private async _fetchReceipts(session: string | null): Promise<void> {
    const { client, store } = this._options;
    const { value } = await client.ask(
      { command: 'leakhunter.receipts' },
      replies.receipts,
      ANSWER
    );
    if (!this.isDisposed && value.session === session) {
      store.update(state => withReceipts(state, value.receipts));
    }
  }

  private _takeOver({ value, origin }: IFrom<{ protocol: number }>): void {
    const { store, trans } = this._options;
    if (value.protocol !== PROTOCOL) {
      const message = trans.__(
        'The panel speaks version %1 of the protocol, the kernel version %2: update the older one.',
        PROTOCOL,
        value.protocol
      );
      store.update(state => ({ ...state, kernel: 'version', message }));
      return;
    }
    const hello = understand(replies.hello, value, 'the answer to hello');
    if (hello === null) {
      throw new Error(trans.__('The answer of the kernel was not understood.'));
    }
    this._origin = origin;
    store.update(state => greeted(state, hello));
  }

  private _onEvent(_: HuntClient, event: IFrom<AnyEvent>): void {
    if (this._greeting > 0) {
      this._waiting.push(event);
    } else {
      this._apply(event);
    }
  }

  private _replay(): void {
    if (this._greeting > 0) {
      return;
    }
    const waiting = this._waiting;
    this._waiting = [];
    waiting.forEach(event => this._apply(event));
  }

  /** Applies an event; those of before a hello or a restart are not ours. */
  private _apply({ value, origin }: IFrom<AnyEvent>): void {
    const { store } = this._options;
    if (origin !== this._origin || store.state.kernel !== 'watching') {
      return;
    }
    const gap = isGap(store.state, value);
    store.update(state => reduce(state, value));
    if (value.kind === 'mark-expected') {
      this._remember(value);
    }
    if (gap && store.state.kernel === 'watching') {
      this._giveUpWish();
      this.catchUp().catch(console.error);
    }
  }

  /** What was called expected in the kernel is remembered in the notebook. */
  private _remember({ expected: mark, remove }: MarkExpected): void {
    const { expected } = this._options;
    if (remove) {
      expected.takeBack(mark.fingerprint);
    } else {
      expected.mark(mark);
    }
  }

  /** The lost events may have held the answer: look again is the safe advice. */
  private _giveUpWish(): void {
    const { client, store, trans } = this._options;
    const request = store.state.pending?.request;
    if (request === undefined) {
      return;
    }
    client
      .ask({ command: 'leakhunter.cancel', request }, replies.accepted)
      .catch(() => undefined);
    const message = trans.__('An answer of the kernel was lost. Check now.');
    store.update(state => refuse(state, request, message));
  }

  private _origin: string | null = null;
  private _greeting = 0;
  private _waiting: IFrom<AnyEvent>[] = [];
  private _catching = false;
  private _again = false;
}

/** How closely somebody looks, in the words of the kernel side. */
export function looks(
  attention: Attention
): Pick<Visible, 'visible' | 'glances'> {
  return {
    visible: attention === 'close',
    glances: attention === 'glance'
  };
}

export namespace KernelSync {
  export interface IOptions {
    client: HuntClient;
    store: HuntStore;
    expected: Pick<IExpectations, 'mark' | 'takeBack'>;
    trans: TranslationBundle;
    clientId: string;
    attention: () => Attention;
  }
}
