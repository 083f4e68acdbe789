/**
 * Names shortened in the middle: what tells two names apart is often their end,
 * as in `customer_lifetime_value_2025_v3_final`.
 */

/** Characters at the end of a name that are never cut. */
export const TAIL = 8;

/** The start of a name, which may be cut, and its end, which may not. */
export interface ISplitName {
  head: string;
  tail: string;
}

/**
 * Splits a name for a view that cuts the head where the width ends.
 *
 * #### Notes
 * Characters are whole code points, so that none is cut in two.
 */
export function splitName(name: string): ISplitName {
  const points = Array.from(name);
  const at = Math.max(points.length - TAIL, 0);
  return {
    head: points.slice(0, at).join(''),
    tail: points.slice(at).join('')
  };
}

/**
 * Shortens a name to so many characters, the ellipsis included.
 *
 * @param length - Below 10 there is no room for a tail, and the end is cut.
 */
export function middleEllipsis(text: string, length: number): string {
  const points = Array.from(text);
  if (points.length <= length) {
    return text;
  }
  const tail = length < TAIL + 2 ? 0 : TAIL;
  const head = points.slice(0, length - tail - 1).join('');
  return `${head}\u2026${tail ? points.slice(-tail).join('') : ''}`;
}
