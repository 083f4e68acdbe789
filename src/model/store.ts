import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { Disposable } from '../disposable';
import type { Sample } from '../protocol/generated';
import type { IHuntState } from './state';
import { emptyState } from './state';

/** What each sample changes. */
const OFTEN: ReadonlySet<keyof IHuntState> = new Set([
  'live',
  'samples',
  'seq'
] as const);

/** Holds the state of one kernel and says when it changed. */
export class HuntStore extends Disposable {
  /** Emitted with the state before, unless only samples or `seq` changed. */
  get changed(): ISignal<this, IHuntState> {
    return this._changed;
  }

  /** Emitted with each new sample. */
  get sampled(): ISignal<this, Sample> {
    return this._sampled;
  }

  get state(): IHuntState {
    return this._state;
  }

  /** Replaces the state by what `change` makes of it. */
  update(change: (state: IHuntState) => IHuntState): void {
    if (this.isDisposed) {
      return;
    }
    const before = this._state;
    const after = change(before);
    this._state = after;
    const names = Object.keys(after) as (keyof IHuntState)[];
    const changed = names.filter(name => after[name] !== before[name]);
    if (changed.some(name => !OFTEN.has(name))) {
      this._changed.emit(before);
    }
    if (after.live !== null && after.live !== before.live) {
      this._sampled.emit(after.live);
    }
  }

  private _state = emptyState;
  private _changed = new Signal<this, IHuntState>(this);
  private _sampled = new Signal<this, Sample>(this);
}
