import { Disposable } from '../disposable';
import { lastUndoable } from '../analysis/undo';
import type { Receipts } from '../protocol/generated';
import { lastRun } from './state';
import { HuntStore } from './store';

/** What a model tells of its kernel: a plain view of the store. */
export abstract class KernelFacts extends Disposable {
  /** What is known of the kernel; written by `src/kernel`. */
  readonly store = new HuntStore();

  get state() {
    return this.store.state.kernel;
  }

  get message() {
    return this.store.state.message;
  }

  get language() {
    return this.store.state.language;
  }

  get running() {
    return this._tellsRun ? this.store.state.running : null;
  }

  get live() {
    return this._tellsRun ? this.store.state.live : null;
  }

  get memory() {
    return this.store.state.memory;
  }

  get missing() {
    return this.store.state.missing;
  }

  get restartedAt() {
    return this.store.state.restartedAt;
  }

  get runs() {
    return this.store.state.runs;
  }

  get pastRuns() {
    return this.store.state.pastRuns;
  }

  get samples() {
    return this._tellsRun ? this.store.state.samples : [];
  }

  get lastExit() {
    const { lastExit } = this.store.state;
    return lastExit?.byItself ? lastExit : null;
  }

  get report() {
    return this.store.state.report;
  }

  get looking() {
    return this.store.state.looking;
  }

  get view() {
    return this.store.state.view;
  }

  get preview() {
    return this.store.state.preview;
  }

  get receipts() {
    return this.store.state.receipts;
  }

  get receipt(): Receipts | null {
    const { receipt, receipts } = this.store.state;
    return receipts.find(({ id }) => id === receipt) ?? null;
  }

  get undoable(): Receipts | null {
    return lastUndoable(this.receipts, Date.now() / 1000);
  }

  get undone() {
    return this.store.state.undone;
  }

  get given() {
    return this.store.state.given;
  }

  get objects() {
    return this.store.state.objects;
  }

  get inventory() {
    return this.store.state.inventory;
  }

  get test() {
    return this.store.state.test;
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

  get trace() {
    return this.store.state.trace;
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

  get pending() {
    return this.store.state.pending;
  }

  get refusal() {
    return this.store.state.refusal;
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
