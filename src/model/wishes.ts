import { UUID } from '@lumino/coreutils';
import type { Cancel } from '../protocol/generated';
import type { WishKind } from '../tokens';
import type { IHuntDoor, Wish } from './door';
import { asking, isDue } from './inventory';
import { withoutRun } from './proving';
import { refuse } from './reduce';
import type { HuntStore } from './store';
import { withoutTrace } from './tracing';

/** What is answered by an event. */
type Asked = Exclude<Wish, Cancel>;

/** The same before it has an id. */
type Asking<T = Asked> = T extends Asked ? Omit<T, 'request'> : never;

/**
 * What is asked of the kernel and answered later by an event: at most one wish
 * that the user waits for, and beside it the question what the ticked findings
 * free. The reducer takes both off when their answer comes.
 */
export class Wishes {
  constructor(private _store: HuntStore) {}

  /** The way to the kernel, `null` while there is none. */
  door: IHuntDoor | null = null;

  /** Whether a new wish can be sent. */
  get canAct(): boolean {
    const { kernel, pending } = this._store.state;
    return this.door !== null && kernel === 'watching' && pending === null;
  }

  /** Sends a wish that the user waits for, if none is under way. */
  send(what: WishKind, asking: Asking): void {
    if (!this.canAct) {
      return;
    }
    const request = UUID.uuid4();
    const pending = { what, request, waits: false, progress: null };
    this._store.update(state => ({
      ...state,
      pending,
      refusal: null,
      test:
        what === 'test' && state.test ? { ...state.test, request } : state.test,
      trace:
        what === 'trace' && state.trace
          ? { ...state.trace, request, found: null, lines: null }
          : state.trace
    }));
    this._grant({ ...asking, request } as Asked);
  }

  /**
   * Takes the pending wish back.
   *
   * #### Notes
   * It stays pending when the kernel side turns this down: then it is being
   * granted already and its answer is on the way.
   */
  cancel(): void {
    const request = this._store.state.pending?.request;
    if (request === undefined || this.door === null) {
      return;
    }
    this.door.wish({ command: 'leakhunter.cancel', request }).then(
      () => this._drop(request),
      reason => console.warn('Leak Hunter: too late to cancel,', reason)
    );
  }

  /** Ends the check that nobody asked for. */
  stopLooking(): void {
    this.door?.wish({ command: 'leakhunter.cancel', request: null }).then(
      () => this._store.update(state => ({ ...state, looking: 'stopped' })),
      // Then its result is on the way.
      reason => console.warn('Leak Hunter: too late to stop,', reason)
    );
  }

  /** Asks what clearing this set frees. */
  estimate(ids: string[]): void {
    this.forgetEstimate();
    if (this.door === null || ids.length === 0) {
      return;
    }
    if (this._store.state.kernel !== 'watching') {
      return;
    }
    const request = UUID.uuid4();
    this._store.update(state => ({
      ...state,
      estimate: { request, frees: null }
    }));
    this._grant({ command: 'leakhunter.preview', request, ids });
  }

  /** What was asked is not wanted any more: the set is another one now. */
  forgetEstimate(): void {
    const { estimate } = this._store.state;
    if (estimate === null) {
      return;
    }
    if (estimate.frees === null) {
      const { request } = estimate;
      this.door
        ?.wish({ command: 'leakhunter.cancel', request })
        .catch(() => undefined);
    }
    this._store.update(state => ({ ...state, estimate: null }));
  }

  /** Asks for the variables, unless those at hand are as new as the last check. */
  variables(): void {
    if (this.door === null || !isDue(this._store.state)) {
      return;
    }
    const request = UUID.uuid4();
    this._store.update(state => asking(state, request));
    this._grant({ command: 'leakhunter.variables', request });
  }

  /** Asks what clearing just these items of a preview does. */
  askTotals(preview: string, ids: string[]): void {
    if (this.door === null || this._store.state.kernel !== 'watching') {
      return;
    }
    const request = UUID.uuid4();
    const totals = { request, totals: null, stale: false };
    this._store.update(state => ({ ...state, totals }));
    this._grant({ command: 'leakhunter.totals', request, preview, ids });
  }

  /** Other items are ticked now; an answer that still comes finds nobody. */
  forgetTotals(): void {
    this._store.update(state => ({ ...state, totals: null }));
  }

  private _grant(wish: Asked): void {
    const { request } = wish;
    this.door?.wish(wish).then(
      ({ waits }) =>
        this._store.update(state =>
          state.pending?.request === request
            ? { ...state, pending: { ...state.pending, waits } }
            : state
        ),
      (reason: Error) =>
        this._store.update(state => refuse(state, request, reason.message))
    );
  }

  private _drop(request: string): void {
    this._store.update(state =>
      state.pending?.request === request
        ? {
            ...state,
            pending: null,
            // One that has begun ends with a verdict.
            test: state.test?.step
              ? state.test
              : withoutRun(state.test, request),
            trace: withoutTrace(state.trace, request)
          }
        : state
    );
  }
}
