/** A kernel, its kernel side and a notebook, as small as the tests need them. */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { INotebookCells } from '../../notebook/cells';
import type { IExpectations } from '../../notebook/expected';
import { hello } from '../../protocol/__tests__/samples';
import type {
  AnyEvent,
  Expected,
  HelloReply,
  Source
} from '../../protocol/generated';

export const trans = nullTranslator.load('');

type Body = Record<string, unknown>;

/** What a test decides of an answer: a body, a refusal, or silence. */
export type Answer = Body | string | 'silence';

/**
 * A kernel connection that answers like ipykernel with our side in it. Tests
 * read `sent` to see what went out, in order.
 */
export class FakeKernel {
  constructor(public name = 'python3') {}

  readonly id = 'kernel-1';
  readonly sent: string[] = [];
  readonly requests: Body[] = [];
  status: Kernel.Status = 'idle';
  connectionStatus: Kernel.ConnectionStatus = 'connected';
  isDisposed = false;
  iopubMessage = new Signal<this, unknown>(this);
  info = new Promise<unknown>(() => undefined);

  /** Another one after each restart. */
  origin = 'process-1';

  /** The `repr` that the user expression of the activation gives. */
  activation = "'watching'";

  /** A busy kernel holds activations back until it is released. */
  busy: PromiseDelegate<void> | null = null;

  /** Status of the reply to an activation. */
  replyStatus: string[] = [];
  greeting: HelloReply = hello();

  /** Answers by command, instead of the usual ones. */
  answers: Record<string, Answer> = {};

  requestExecute(content: Body): { done: Promise<unknown> } {
    this.sent.push('activate');
    this.requests.push(content);
    return { done: this._execute() };
  }

  requestDebug(content: Body): { done: Promise<unknown>; dispose(): void } {
    const command = content.command as string;
    this.sent.push(command.replace('leakhunter.', ''));
    this.requests.push({ command, ...(content.arguments as Body) });
    const answer = this.answers[command] ?? this._usual(command);
    const delegate = new PromiseDelegate<unknown>();
    delegate.promise.catch(() => undefined);
    if (answer !== 'silence') {
      delegate.resolve({
        header: { session: this.origin },
        content: this._reply(command, answer)
      });
    }
    return {
      done: delegate.promise,
      dispose: () => delegate.reject(new Error('Canceled future'))
    };
  }

  /** Sends an event as the kernel side would. */
  send(event: AnyEvent | unknown, origin = this.origin): void {
    this.iopubMessage.emit({
      header: { msg_type: 'leakhunter_event', session: origin },
      content: event
    });
  }

  cast(): Kernel.IKernelConnection {
    return this as unknown as Kernel.IKernelConnection;
  }

  private async _execute(): Promise<unknown> {
    await this.busy?.promise;
    const status = this.replyStatus.shift() ?? 'ok';
    const data = { 'text/plain': this.activation };
    return {
      content: { status, user_expressions: { leakhunter: { data } } }
    };
  }

  private _usual(command: string): Answer {
    const { session, seq } = this.greeting;
    switch (command) {
      case 'leakhunter.hello':
        return { ...this.greeting };
      case 'leakhunter.runs':
        return { session, seq, runs: [], more: false };
      case 'leakhunter.report':
        return { session, seq, report: null };
      case 'leakhunter.receipts':
        return { session, seq, receipts: [] };
      default:
        return { waits: false };
    }
  }

  private _reply(command: string, answer: Answer): Body {
    const head = { type: 'response', request_seq: 1, seq: 0, command };
    return typeof answer === 'string'
      ? { ...head, success: false, message: answer }
      : { ...head, success: true, body: answer };
  }
}

/** A session context of which the tests turn the kernel on and off. */
export class FakeContext {
  constructor(kernel: FakeKernel | null = new FakeKernel()) {
    this.session = { kernel };
  }

  session: { kernel: FakeKernel | null };
  isReady = true;
  ready = Promise.resolve();
  kernelChanged = new Signal<this, void>(this);
  statusChanged = new Signal<this, Kernel.Status>(this);
  connectionStatusChanged = new Signal<this, Kernel.ConnectionStatus>(this);
  specsManager = {
    specs: {
      kernelspecs: {
        python3: { language: 'python' },
        ir: { language: 'R' }
      }
    }
  };

  changeKernel(kernel: FakeKernel | null): void {
    this.session = { kernel };
    this.kernelChanged.emit();
  }

  setStatus(status: Kernel.Status): void {
    if (this.session.kernel) {
      this.session.kernel.status = status;
    }
    this.statusChanged.emit(status);
  }

  cast(): ISessionContext {
    return this as unknown as ISessionContext;
  }
}

/** The cells of a notebook; `edit` is seen at the next `refresh`. */
export class FakeCells implements INotebookCells {
  cells = [];
  sources: readonly Source[] = [{ cell_id: 'c1', source: 'df = 1' }];
  changed = new Signal<this, void>(this);
  isDisposed = false;

  edit(source: string): void {
    this._edited = [{ cell_id: 'c1', source }];
  }

  refresh(): void {
    if (this._edited !== null) {
      this.sources = this._edited;
      this._edited = null;
      this.changed.emit();
    }
  }

  dispose(): void {
    this.isDisposed = true;
  }

  private _edited: readonly Source[] | null = null;
}

/** What a notebook remembers as expected. */
export class FakeExpectations implements IExpectations {
  list: readonly Expected[] = [];
  changed = new Signal<this, void>(this);

  mark(mark: Expected): void {
    this.list = [...this.list, mark];
    this.changed.emit();
  }

  takeBack(fingerprint: string): void {
    this.list = this.list.filter(one => one.fingerprint !== fingerprint);
    this.changed.emit();
  }
}

/** Lets all that is on its way arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    await Promise.resolve();
  }
}
