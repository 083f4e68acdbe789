/**
 * Rows by a value; those without one come last, whichever way it goes.
 *
 * @param tie - The order of rows with the same value, whichever way it goes.
 */
export function sortedBy<T>(
  rows: readonly T[],
  value: (row: T) => number | null,
  descending: boolean,
  tie: (a: T, b: T) => number
): T[] {
  const factor = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    const order =
      x === null || y === null
        ? Number(x === null) - Number(y === null)
        : factor * (x - y);
    return order || tie(a, b);
  });
}
