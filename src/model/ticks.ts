import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Disposable } from '../disposable';
import { defaultTicks } from '../analysis/preview';
import type { Totals } from '../protocol/generated';
import { Selection } from './selection';
import type { IHuntState } from './state';
import type { HuntStore } from './store';
import type { Wishes } from './wishes';

/** Clicks closer together than this are one question to the kernel, in ms. */
const PAUSE = 150;

/**
 * What is ticked in the preview on screen, and what clearing just that does.
 *
 * #### Notes
 * Each preview begins with what can be undone. The kernel is asked for the
 * totals once the clicking stops; only the answer to the last question counts.
 */
export class Ticks extends Disposable {
  constructor(
    private _store: HuntStore,
    private _wishes: Wishes
  ) {
    super();
    this._ids.changed.connect(this._onChanged, this);
    this._ids.settled.connect(this._onSettled, this);
    _store.changed.connect(this._onStateChanged, this);
  }

  /** Emitted when other items are ticked. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get ids(): ReadonlySet<string> {
    return this._ids.ids;
  }

  /** Those of the ticked items, null while they are not known. */
  get totals(): Totals | null {
    const { preview, totals } = this._store.state;
    return preview !== null && this.ids.size === preview.items.length
      ? preview.totals
      : (totals?.totals ?? null);
  }

  toggle(id: string): void {
    this._ids.toggle(id);
  }

  set(ids: Iterable<string>): void {
    this._ids.set(ids);
  }

  dispose(): void {
    super.dispose();
    this._ids.dispose();
  }

  private _onStateChanged(_: HuntStore, before: IHuntState): void {
    const { preview } = this._store.state;
    if (preview !== before.preview) {
      this._ids.reset(preview === null ? [] : defaultTicks(preview));
    }
  }

  private _onChanged(): void {
    this._wishes.forgetTotals();
    this._changed.emit();
  }

  private _onSettled(): void {
    const { preview } = this._store.state;
    const count = this.ids.size;
    if (preview !== null && count > 0 && count < preview.items.length) {
      this._wishes.askTotals(preview.id, [...this.ids]);
    }
  }

  private _ids = new Selection(PAUSE);
  private _changed = new Signal<this, void>(this);
}
