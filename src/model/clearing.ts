/**
 * How the state changes by clearing and undoing: pure functions.
 *
 * Receipts are kept for the life of the kernel, the newest first, whoever
 * cleared: this page, another one, or a magic.
 */
import type { Cleared, Receipts, Totalled, Undid } from '../protocol/generated';
import { stepBack } from './objects';
import type { IHuntState } from './state';

/** The state when the totals of the ticked items are known. */
export function withTotals(state: IHuntState, event: Totalled): IHuntState {
  const { request, totals } = event;
  return state.totals?.request === request
    ? { ...state, totals: { request, totals, stale: false } }
    : state;
}

/** The state after a clearing. @param ours - whether it was asked for here. */
export function withCleared(
  state: IHuntState,
  { receipts }: Cleared,
  ours: boolean
): IHuntState {
  const next = withReceipts(state, [receipts]);
  return ours
    ? {
        ...next,
        pending: null,
        view: 'receipt',
        preview: null,
        totals: null,
        receipt: receipts.id,
        fromReceipts: false
      }
    : next;
}

/** The state after an undo. @param ours - whether it was asked for here. */
export function withUndone(
  state: IHuntState,
  { undone }: Undid,
  ours: boolean
): IHuntState {
  const receipts = state.receipts.map(receipt =>
    receipt.id === undone.receipt ? { ...receipt, undone: true } : receipt
  );
  const next = { ...state, receipts };
  return ours ? { ...next, pending: null, view: 'undone', undone } : next;
}

/**
 * The state after receipts were told. Those at hand stay: an event may have
 * overtaken the answer that lists them all.
 */
export function withReceipts(
  state: IHuntState,
  news: readonly Receipts[]
): IHuntState {
  const byId = new Map(news.map(receipt => [receipt.id, receipt]));
  state.receipts.forEach(known => {
    const told = byId.get(known.id);
    if (told === undefined || known.undone) {
      byId.set(known.id, known);
    }
  });
  const receipts = [...byId.values()].sort((a, b) => b.at - a.at);
  return { ...state, receipts };
}

/** The state with the list on screen. */
export function leave(state: IHuntState): IHuntState {
  return {
    ...state,
    view: 'list',
    preview: null,
    totals: null,
    objects: null,
    receipt: null,
    fromReceipts: false,
    undone: null,
    // One that runs goes on, and comes back with its verdict.
    test: state.test?.request ? state.test : null,
    trace: state.trace?.request ? state.trace : null,
    refusal: null
  };
}

/** The state one step back from the view on screen, in the end to the list. */
export function stepOut(state: IHuntState): IHuntState {
  const { receipt } = state;
  const left = leave(state);
  switch (state.view) {
    case 'objects': {
      const objects = state.objects && stepBack(state.objects);
      return { ...left, objects, view: objects ? 'objects' : 'list' };
    }
    case 'preview':
      // It leads back to where it was asked for.
      if (state.objects) {
        return { ...left, view: 'objects', objects: state.objects };
      }
      if (receipt !== null) {
        const { fromReceipts } = state;
        return { ...left, view: 'receipt', receipt, fromReceipts };
      }
      return left;
    case 'receipt':
    case 'undone':
      return state.fromReceipts ? { ...left, view: 'receipts' } : left;
    default:
      return left;
  }
}
