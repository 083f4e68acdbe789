import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Disposable } from '../disposable';
import type { AnyEvent, AnyRequest } from '../protocol/generated';
import { readEvent, understand } from '../protocol/guards';
import type { Reader } from '../protocol/shape';

/** The message type of the events; nobody else sends or handles it. */
const EVENT_TYPE = 'leakhunter_event';

/** A message, and the life of the kernel process that it comes from. */
export interface IFrom<T> {
  readonly value: T;

  /** Id of the kernel's session: another one after each restart. */
  readonly origin: string;
}

/**
 * The two doors to the kernel side, typed: requests in, events out.
 *
 * #### Notes
 * Requests travel as `debug_request` on the control channel: it answers while a
 * cell runs, and it is the one type that leaves the kernel's busy and idle
 * alone. Comm messages would lose the figures of a running cell.
 */
export class HuntClient extends Disposable {
  constructor(
    private _kernel: Kernel.IKernelConnection,
    private _trans: TranslationBundle
  ) {
    super();
    _kernel.iopubMessage.connect(this._onIOPubMessage, this);
  }

  /** Emitted with each event that was understood. */
  get event(): ISignal<this, IFrom<AnyEvent>> {
    return this._event;
  }

  /**
   * Sends a request.
   *
   * @param read - reads the body of the answer.
   * @param timeout - in ms; without one it waits as long as the kernel lives,
   * because a request that nobody awaits any more would still be granted.
   *
   * Rejects with a sentence.
   */
  async ask<T>(
    request: AnyRequest,
    read: Reader<T>,
    timeout?: number
  ): Promise<IFrom<T>> {
    const { command, ...rest } = request;
    let timer: number | undefined;
    let reply: KernelMessage.IDebugReplyMsg;
    try {
      const future = this._kernel.requestDebug({
        seq: this._seq++,
        type: 'request',
        command,
        arguments: rest
      });
      if (timeout !== undefined) {
        timer = window.setTimeout(() => future.dispose(), timeout);
      }
      reply = (await future.done) as KernelMessage.IDebugReplyMsg;
    } catch {
      throw new Error(this._trans.__('The kernel did not answer.'));
    } finally {
      window.clearTimeout(timer);
    }
    return {
      value: this._open(command, reply.content, read),
      origin: reply.header.session
    };
  }

  /** The body of an answer; a kernel without our side sends an empty content. */
  private _open<T>(command: string, content: unknown, read: Reader<T>): T {
    const reply = (content ?? {}) as {
      command?: unknown;
      success?: unknown;
      message?: unknown;
      body?: unknown;
    };
    if (reply.command !== command || typeof reply.success !== 'boolean') {
      throw new Error(
        this._trans.__('Leak Hunter is not active in this kernel.')
      );
    }
    if (!reply.success) {
      throw new Error(String(reply.message));
    }
    const body = understand(read, reply.body, `the answer to ${command}`);
    if (body === null) {
      throw new Error(
        this._trans.__('The answer of the kernel was not understood.')
      );
    }
    return body;
  }

  private _onIOPubMessage(
    _: Kernel.IKernelConnection,
    message: KernelMessage.IIOPubMessage
  ): void {
    if ((message.header.msg_type as string) !== EVENT_TYPE) {
      return;
    }
    const event = readEvent(message.content);
    if (event !== null) {
      this._event.emit({ value: event, origin: message.header.session });
    }
  }

  private _seq = 1;
  private _event = new Signal<this, IFrom<AnyEvent>>(this);
}
