/** What a receipt amounts to: when it may be green, and what is still held. */
import type { Receipt, Receipts } from '../protocol/generated';

/** The least share of what was promised that must have come back. */
export const GOOD_SHARE = 0.95;

/**
 * - `good`: every item is gone and what was promised came back;
 * - `not-returned`: every item is gone, but the process keeps the memory;
 * - `held`: something is still held, or less was freed than promised.
 */
export type OutcomeKind = 'good' | 'not-returned' | 'held';

/** A receipt read. */
export interface IOutcome {
  kind: OutcomeKind;
  gone: Receipt[];
  goneBytes: number;
  kept: Receipt[];
  keptBytes: number;

  /** What came back; of objects where the process did not return their memory. */
  freed: number;
}

/** Reads a receipt. */
export function outcome(receipts: Receipts): IOutcome {
  const { predicted, measured, freed } = receipts;
  const gone = receipts.receipts.filter(isGone);
  const kept = receipts.receipts.filter(receipt => !isGone(receipt));
  const kind =
    kept.length > 0
      ? 'held'
      : measured >= GOOD_SHARE * predicted
        ? 'good'
        : freed >= GOOD_SHARE * predicted
          ? 'not-returned'
          : 'held';
  return {
    kind,
    gone,
    goneBytes: gone.reduce((sum, receipt) => sum + receipt.freed, 0),
    kept,
    keptBytes: kept.reduce(
      (sum, receipt) => sum + receipt.predicted - receipt.freed,
      0
    ),
    freed: kind === 'good' ? measured : freed
  };
}

function isGone(receipt: Receipt): boolean {
  return receipt.survivors.length === 0;
}
