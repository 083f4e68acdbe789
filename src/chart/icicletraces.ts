/**
 * Draws boxes with plotly: part of the charts' chunk, and loaded with it when
 * a chart is first drawn.
 */
import Plotly from 'plotly.js/lib/core';
import icicle from 'plotly.js/lib/icicle';
import type { IIcicle } from './icicle';

Plotly.register([icicle]);

/**
 * Draws boxes into an element, or redraws them there.
 *
 * @param onClick - Is told the number of a box; the boxes stay as they are.
 */
export async function drawIcicle(
  node: HTMLElement,
  { data, layout }: IIcicle,
  onClick: (index: number) => void
): Promise<void> {
  const plot = await Plotly.react(node, data, layout, {
    displayModeBar: false
  });
  const clicks = plot as unknown as IClicks;
  clicks.removeAllListeners(CLICK);
  clicks.on(CLICK, ({ points }) => {
    onClick(points[0].pointNumber);
    return false;
  });
}

const CLICK = 'plotly_icicleclick';

/** What plotly's types leave out: the click on a box, whose `false` keeps it from zooming. */
interface IClicks {
  on(
    event: typeof CLICK,
    callback: (event: { points: { pointNumber: number }[] }) => boolean
  ): void;
  removeAllListeners(event: typeof CLICK): void;
}

/** Frees what plotly keeps for an element. */
export function eraseIcicle(node: HTMLElement): void {
  Plotly.purge(node);
}
