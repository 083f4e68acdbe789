/** What a receipt amounts to: when it may be green, and what is still held. */
import type { Receipt, Receipts } from '../protocol/generated';

/** The least share of what was promised that must have come back. */
export const GOOD_SHARE = 0.95;

/**
 * - `good`: every item is gone and what was promised came back;
 * - `not-returned`: every item is gone, but the process keeps the memory;
 * - `held`: something is still held or was left alone, or less was freed than
 *   promised.
 */
export type OutcomeKind = 'good' | 'not-returned' | 'held';

/** A receipt read. */
export interface IOutcome {
  kind: OutcomeKind;
  gone: Receipt[];
  goneBytes: number;
  kept: Receipt[];
  keptBytes: number;

  /** What was left alone and why, one sentence each. */
  skipped: string[];

  /** What came back; of objects where the process did not return their memory. */
  freed: number;
}

/** Reads a receipt. */
export function outcome(receipts: Receipts): IOutcome {
  const { predicted, measured, freed } = receipts;
  const gone = receipts.receipts.filter(isGone);
  const kept = receipts.receipts.filter(
    receipt => receipt.survivors.length > 0
  );
  const skipped = receipts.receipts.flatMap(receipt => receipt.skipped);
  const kind =
    kept.length > 0 || skipped.length > 0
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
    skipped,
    freed: kind === 'good' ? measured : freed
  };
}

/** Nothing of it survived, and it was not left alone altogether. */
function isGone({ survivors, skipped, freed, predicted }: Receipt): boolean {
  const leftAlone = skipped.length > 0 && freed === 0 && predicted > 0;
  return survivors.length === 0 && !leftAlone;
}
