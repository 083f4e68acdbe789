/** How far a clearing can be taken back: until when, and in words what cannot. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Receipts, Totals, Undone, Unsaved } from '../protocol/generated';
import { formatDuration, formatTimeOfDay } from './format';

/**
 * - `open`: it can be undone until `at`, in seconds since the epoch;
 * - `ended`: it could be until `at`;
 * - `undone`: it was;
 * - `never`: nothing of it was saved.
 */
export type UndoState =
  { kind: 'open' | 'ended'; at: number } | { kind: 'undone' | 'never' };

/**
 * Whether a clearing can be undone.
 *
 * @param now - in seconds since the epoch.
 */
export function undoState(receipt: Receipts, now: number): UndoState {
  const { undone, undo_until: at } = receipt;
  if (undone) {
    return { kind: 'undone' };
  }
  if (at === null) {
    return { kind: 'never' };
  }
  return { kind: now < at ? 'open' : 'ended', at };
}

/** The last clearing that can be undone, null without one. */
export function lastUndoable(
  receipts: readonly Receipts[],
  now: number
): Receipts | null {
  return (
    receipts.find(receipt => undoState(receipt, now).kind === 'open') ?? null
  );
}

/**
 * Whether undo would bring back anything of these items. What lives on
 * elsewhere comes back without a byte on the disk.
 */
export function undoPossible({ ids, undo }: Totals): boolean {
  const lost = new Set(undo.unsaved.map(({ item }) => item));
  const some = undo.bytes > 0 || ids.some(id => !lost.has(id));
  return undo.refused === null && some;
}

/**
 * The time of day at which undo ends for what is cleared now.
 *
 * @param now - in seconds since the epoch.
 */
export function undoUntil({ undo }: Totals, now: number): string {
  return formatTimeOfDay(now + undo.minutes * 60, false);
}

/** `Undo until 14:36`, or why there is none. */
export function undoWords(state: UndoState, trans: TranslationBundle): string {
  switch (state.kind) {
    case 'open':
      return trans.__('Undo until %1', formatTimeOfDay(state.at, false));
    case 'ended':
      return trans.__('Undo ended at %1', formatTimeOfDay(state.at, false));
    case 'undone':
      return trans.__('Undone');
    case 'never':
      return trans.__('Cannot be undone');
  }
}

/** `Undone: 2 of 3 are back`. */
export function undoneWords(
  { restored, lost }: Undone,
  trans: TranslationBundle
): string {
  return trans._n(
    'Undone: %1 of %2 is back',
    'Undone: %1 of %2 are back',
    restored.length,
    restored.length + lost.length
  );
}

/** Why something is not brought back, and which cell makes it again. */
export function unsavedWords(
  { title, reason, cell, seconds }: Unsaved,
  trans: TranslationBundle
): string {
  const why = trans.__('`%1`: %2.', title, reason);
  const again = madeAgainWords(cell?.execution_count ?? null, seconds, trans);
  return again === null ? why : trans.__('%1 %2', why, again);
}

function madeAgainWords(
  count: number | null,
  seconds: number | null,
  trans: TranslationBundle
): string | null {
  if (count === null) {
    return null;
  }
  return seconds === null
    ? trans.__('[%1] makes it again.', count)
    : trans.__('[%1] makes it again (%2).', count, formatDuration(seconds));
}
