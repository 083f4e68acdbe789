/**
 * The only place that imports plotly: a chunk of its own of 1.1 MB, loaded when
 * a chart is first drawn. The core holds scatter and nothing else.
 */
import Plotly from 'plotly.js/lib/core';
import type { IChart } from './build';

/** Draws a chart into an element, or redraws it there. */
export async function draw(node: HTMLElement, chart: IChart): Promise<void> {
  await Plotly.react(node, chart.data, chart.layout, {
    // Pointer and keys are answered by the view, which knows cells.
    staticPlot: true,
    displayModeBar: false
  });
}

/** Frees what plotly keeps for an element. */
export function erase(node: HTMLElement): void {
  Plotly.purge(node);
}
