import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

/** Something that ends, and with it all connections to and from its signals. */
export abstract class Disposable implements IDisposable {
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** May be called more than once. */
  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _isDisposed = false;
}
