import { Debouncer } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Disposable } from '../disposable';
import type { Finding } from '../protocol/generated';

/** Clicks closer together than this are one question to the kernel, in ms. */
const PAUSE = 300;

/**
 * A set of things that the user ticks.
 *
 * `settled` says when the user has stopped clicking and the kernel may be asked
 * what the set frees: the kernel walks the heap for each answer.
 */
export class Selection extends Disposable {
  /** @param pause - without a click before it has settled, in ms. */
  constructor(pause = PAUSE) {
    super();
    this._debouncer = new Debouncer(() => this._settled.emit(), pause);
  }

  /** Emitted when the set changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted a moment after the last change. */
  get settled(): ISignal<this, void> {
    return this._settled;
  }

  get ids(): ReadonlySet<string> {
    return this._ids;
  }

  set(ids: Iterable<string>): void {
    const next = new Set(ids);
    if (next.size === this._ids.size && [...next].every(this._has)) {
      return;
    }
    this._ids = next;
    this._changed.emit();
    this._settle();
  }

  /** Ticks exactly these of other things than before: what is asked of them is asked anew. */
  reset(ids: Iterable<string>): void {
    this._ids = new Set(ids);
    this._changed.emit();
    this._settle();
  }

  toggle(id: string): void {
    const next = new Set(this._ids);
    if (!next.delete(id)) {
      next.add(id);
    }
    this.set(next);
  }

  /**
   * Unticks what is not among these findings any more. What is still ticked
   * settles anew, because it may free something else now.
   */
  refresh(findings: readonly Finding[]): void {
    this.set(findings.map(finding => finding.id).filter(this._has));
    if (this._ids.size > 0) {
      this._settle();
    }
  }

  dispose(): void {
    super.dispose();
    this._debouncer.dispose();
  }

  private _settle(): void {
    // A disposed debouncer rejects: nobody asks any more.
    this._debouncer.invoke().catch(() => undefined);
  }

  private _has = (id: string) => this._ids.has(id);
  private _ids: ReadonlySet<string> = new Set();
  private _changed = new Signal<this, void>(this);
  private _settled = new Signal<this, void>(this);
  private _debouncer: Debouncer;
}
