import { Disposable } from '../disposable';

/**
 * Between two updates while a cell runs, in ms; a little less than between two
 * samples, so that one of them that comes early is shown at once.
 */
const PAUSE = 450;

/**
 * Lets the samples of a running cell through at most twice a second.
 *
 * #### Notes
 * After a call that kept Python from running several come at once: of those
 * the first is shown now and the last when its time has come.
 */
export class Pace extends Disposable {
  /** @param _show - shows the newest sample. */
  constructor(private _show: () => void) {
    super();
  }

  /** There is a new sample. */
  next(): void {
    if (this._timer !== 0 || this.isDisposed) {
      return;
    }
    const wait = this._shownAt + PAUSE - Date.now();
    if (wait <= 0) {
      this._go();
    } else {
      this._timer = window.setTimeout(() => this._go(), wait);
    }
  }

  dispose(): void {
    super.dispose();
    window.clearTimeout(this._timer);
  }

  private _go(): void {
    this._timer = 0;
    this._shownAt = Date.now();
    this._show();
  }

  private _shownAt = 0;
  private _timer = 0;
}
