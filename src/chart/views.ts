/** The charts that plotly draws: a chunk of their own. */
export { IciclePlot } from './icicleplot';
export { Plot } from './plot';
