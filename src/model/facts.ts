import { Disposable } from '../disposable';
import { lastUndoable } from '../analysis/undo';
import type { Receipts } from '../protocol/generated';
import { emptyState, type IHuntState, lastRun } from './state';
import { HuntStore } from './store';

/** What a model tells of its kernel, in other words than the store or not always. */
type Told = 'running' | 'live' | 'samples' | 'lastExit' | 'receipt' | 'totals';

/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type, @typescript-eslint/naming-convention --
   the getters of what stands in the store are defined below, from its names. */

/** The rest is told as it stands in the store. */
export interface KernelFacts extends Readonly<Omit<IHuntState, Told>> {}

/** What a model tells of its kernel: a view of the store. */
export abstract class KernelFacts extends Disposable {
  /** What is known of the kernel; written by `src/kernel`. */
  readonly store = new HuntStore();

  get state() {
    return this.store.state.kernel;
  }

  get running() {
    return this._tellsRun ? this.store.state.running : null;
  }

  get live() {
    return this._tellsRun ? this.store.state.live : null;
  }

  get samples() {
    return this._tellsRun ? this.store.state.samples : [];
  }

  get lastExit() {
    const { lastExit } = this.store.state;
    return lastExit?.byItself ? lastExit : null;
  }

  get receipt(): Receipts | null {
    const { receipt, receipts } = this.store.state;
    return receipts.find(({ id }) => id === receipt) ?? null;
  }

  get undoable(): Receipts | null {
    return lastUndoable(this.receipts, Date.now() / 1000);
  }

  get testStale(): boolean {
    const { state } = this.store;
    const { test } = state;
    return (
      test !== null &&
      test.plan !== null &&
      test.proof === null &&
      test.afterRun < lastRun(state)
    );
  }

  get traceStale(): boolean {
    const { state } = this.store;
    const { trace } = state;
    return (
      trace !== null &&
      trace.plan !== null &&
      trace.found === null &&
      trace.lines === null &&
      trace.afterRun < lastRun(state)
    );
  }

  get reportStale(): boolean {
    const { state } = this.store;
    return state.report !== null && state.report.after_run < lastRun(state);
  }

  get previewStale(): boolean {
    const { preview, totals, runs } = this.store.state;
    // a cell that still runs does not count: clearing waits for its end
    const ended = runs[runs.length - 1]?.run ?? 0;
    return (
      preview !== null && (preview.after_run < ended || totals?.stale === true)
    );
  }

  get selectionFrees(): number | null {
    return this.store.state.estimate?.frees ?? null;
  }

  /** Between two lives nothing runs; of a dead kernel the last cell is told. */
  private get _tellsRun(): boolean {
    return this.state === 'watching' || this.state === 'dead';
  }
}

for (const name of Object.keys(emptyState) as (keyof IHuntState)[]) {
  if (!(name in KernelFacts.prototype)) {
    Object.defineProperty(KernelFacts.prototype, name, {
      get(this: KernelFacts) {
        return this.store.state[name];
      }
    });
  }
}
