/** What a preview amounts to: what is ticked at first, and what the ticks promise. */
import type { Preview, Totals } from '../protocol/generated';
import { formatAtLeast, formatBytes } from './format';

/** A smaller share of a sum disappears in the rounding of its rows. */
const VISIBLE = 0.005;

/** What undo does not bring back of an item. */
export type Lost = 'all' | 'part';

/** The items of which undo brings back nothing, or not all. */
export function notUndoable({
  items,
  totals
}: Preview): ReadonlyMap<string, Lost> {
  const { refused, unsaved } = totals.undo;
  return new Map(
    refused === null
      ? unsaved.map(i => [i.item, i.in_part ? 'part' : 'all'])
      : items.map(i => [i.id, 'all'])
  );
}

/** What is ticked at first: what can be taken back. */
export function defaultTicks(preview: Preview): string[] {
  const lost = notUndoable(preview);
  return preview.items.map(({ id }) => id).filter(id => !lost.has(id));
}

/** What clearing the ticked items promises. */
export interface IPromise {
  frees: number;

  /** Whether it frees this and no more. */
  exact: boolean;
  rss: number;
  rssAfter: number;
}

/**
 * The promise of the ticked items.
 *
 * @param totals - Theirs, null until the kernel has answered. Then the rows are
 * a floor: what one frees alone is reached from no other.
 */
export function promise(
  preview: Preview,
  ticked: ReadonlySet<string>,
  totals: Totals | null
): IPromise {
  if (totals !== null) {
    const { frees, exact, rss, rss_after } = totals;
    return { frees, exact, rss, rssAfter: rss_after };
  }
  const frees = sumOf(preview, ticked);
  const { rss } = preview.totals;
  const exact = ticked.size === 0;
  return { frees, exact, rss, rssAfter: Math.max(rss - frees, 0) };
}

/** `6.43 GiB`, or `≥ 5.45 GiB`. */
export function promisedSize(
  { frees, exact }: IPromise,
  decimal: boolean
): string {
  return (exact ? formatBytes : formatAtLeast)(frees, { decimal });
}

/** Memory that the ticked items hold together: it goes only with all of them. */
export interface ISharing {
  bytes: number;

  /** For each item that is known to share, the titles of those it shares with. */
  partners: ReadonlyMap<string, string>;
}

/**
 * What frees only together.
 *
 * #### Notes
 * The kernel tells what a set frees and what each item frees alone, so of two
 * items it is known that they share; of more it is known only that some do.
 */
export function sharing(
  preview: Preview,
  ticked: ReadonlySet<string>,
  totals: Totals | null
): ISharing | null {
  const all = new Set(preview.items.map(({ id }) => id));
  // A pair shares whether both are ticked or not.
  const [ids, known] =
    all.size === 2 ? [all, preview.totals] : [ticked, totals];
  if (known === null || ids.size < 2) {
    return null;
  }
  const bytes = known.frees - sumOf(preview, ids);
  if (bytes <= known.frees * VISIBLE) {
    return null;
  }
  const [first, second] = preview.items.filter(({ id }) => ids.has(id));
  return {
    bytes,
    partners: new Map(
      ids.size === 2
        ? [
            [first.id, second.title],
            [second.id, first.title]
          ]
        : []
    )
  };
}

function sumOf({ items }: Preview, ids: ReadonlySet<string>): number {
  return items
    .filter(({ id }) => ids.has(id))
    .reduce((sum, { frees }) => sum + frees, 0);
}
