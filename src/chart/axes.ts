/** Round numbers for the axes. */

/** Zero and two round numbers below the top. */
export function sizeTicks(top: number): number[] {
  const rough = top / 2;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [8, 5, 4, 2.5, 2, 1].map(digit => digit * power).find(s => s <= rough) ??
    power;
  return [0, step, 2 * step];
}

/** The most that a character of a label is wide, in CSS pixels. */
const CHARACTER = 7;

/**
 * Whether a label that is centred at `x` stands within a chart of this width.
 *
 * #### Notes
 * Plotly would measure each one to tell.
 */
export function fits(text: string, x: number, width: number): boolean {
  const half = (text.length * CHARACTER) / 2;
  return x - half >= 0 && x + half <= width;
}

/** Run numbers at the axis, about 48 px apart: the first, then round ones. */
export function runTicks(first: number, last: number, width: number): number[] {
  const count = last - first + 1;
  const most = Math.max(Math.floor(width / 48), 1);
  const step =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find(
      size => count / size <= most
    ) ?? Math.ceil(count / most);
  const ticks = [first];
  for (let at = Math.ceil((first + 1) / step) * step; at <= last; at += step) {
    // The first number keeps room for itself.
    if (at - first > step / 2) {
      ticks.push(at);
    }
  }
  return ticks;
}
