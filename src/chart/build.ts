/**
 * The chart of memory by cell run, as data: no DOM and no plotly.
 *
 * Each run is a step of one width, or by the clock as wide as it took. A line is
 * the resident memory after the run, the colours under it what it is today, a
 * short dash its peak, the dashed line the limit.
 */
import type { Data, Layout, LayoutAxis } from 'plotly.js';
import { unitSize } from '../analysis/format';
import type { CellRun, PartId, Report } from '../protocol/generated';
import { fits, runTicks, sizeTicks } from './axes';
import type { IHuntSettings } from '../tokens';
import { chartLayers, type LayerKind } from './layers';
import { chartTop, chartUnit } from './unit';
import { LEAST_STEP, MARGIN, mergeRuns, type IStep } from './steps';
import { timeSteps, timeTicks } from './times';

/** The colours of the theme, read from the computed variables. */
export interface IChartColors {
  text: string;
  line: string;

  /** What no check has seen yet, and the lines over what is gone. */
  area: string;
  gone: string;
  limit: string;
  parts: Readonly<Record<PartId, string>>;
  font: string;
}

/** What the chart is built from. */
export interface IChartInput {
  runs: readonly CellRun[];

  /** The last check: it tells the colours. */
  report: Report | null;
  limit: number | null;

  /** What stands at the line of the limit, or at the top where it is far above. */
  limitLabel: string;
  decimal: boolean;

  /** What the steps are as wide as: one run, or the time it took. */
  by: IHuntSettings['chart']['by'];
  colors: IChartColors;

  /** Width and height of the whole chart in CSS pixels. */
  width: number;
  height: number;
}

/** A figure ready to be drawn, and what is needed to find a step under the pointer. */
export interface IChart {
  data: Data[];
  layout: Partial<Layout>;
  steps: IStep[];
}

/** Numbers and nothing else, none of which plotly has to measure. */
const PLAIN_AXIS = {
  showgrid: false,
  zeroline: false,
  ticks: '',
  tickangle: 0,
  ticklabeloverflow: 'allow'
} as const;

/** A peak is marked from this share of the highest one above the line. */
const LEAST_RISE = 0.01;

/** Builds the chart. */
export function buildChart(input: IChartInput): IChart {
  const { runs, report, limit, decimal, by, colors, width, height } = input;
  const inner = Math.max(width - MARGIN.left - MARGIN.right, 1);
  const room = Math.floor(inner / LEAST_STEP);
  const steps = by === 'time' ? timeSteps(runs, room) : mergeRuns(runs, room);
  const { top, shown } = chartTop(runs, limit);
  const unit = chartUnit(runs, limit, decimal);
  const scale = unitSize(unit);
  const first = steps[0]?.from ?? 0.5;
  const last = steps[steps.length - 1]?.to ?? 1.5;
  // By the clock no two steps are as wide as each other.
  const stepWidth =
    by === 'time' ? 0 : (inner / Math.max(last - first, 1)) * 0.9;
  return {
    steps,
    data: [
      ...layers(steps, report, scale, colors),
      line(steps, scale, colors, report === null),
      peaks(steps, scale, colors, Math.min(Math.max(stepWidth, 3), 10))
    ],
    layout: {
      width,
      height,
      margin: {
        l: MARGIN.left,
        r: MARGIN.right,
        t: MARGIN.top,
        b: MARGIN.bottom
      },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      showlegend: false,
      hovermode: false,
      dragmode: false,
      font: { family: colors.font, size: 11, color: colors.text },
      xaxis: {
        range: [first, last],
        ...ticks(),
        ...PLAIN_AXIS
      },
      yaxis: {
        // The words for a far limit stand in a band of their own.
        range: [0, (top / scale) * (isFarLimit(runs, limit) ? 1.25 : 1.06)],
        tickvals: sizeTicks(top / scale),
        ...PLAIN_AXIS
      },
      shapes: shown === null ? [] : [limitLine(shown / scale, colors)],
      annotations:
        limit === null
          ? []
          : [
              limitWords(
                shown === null ? null : shown / scale,
                input.limitLabel,
                colors
              )
            ]
    }
  };

  function ticks(): Pick<LayoutAxis, 'tickvals'> & Partial<LayoutAxis> {
    const x = (at: number) =>
      MARGIN.left + ((at - first) / (last - first)) * inner;
    if (by === 'run') {
      const runs = runTicks(first + 0.5, last - 0.5, inner);
      return { tickvals: runs.filter(run => fits(`${run}`, x(run), width)) };
    }
    const { at, text } = timeTicks(first, last, inner);
    const inside = at.map((time, index) => fits(text[index], x(time), width));
    return {
      tickvals: at.filter((_, index) => inside[index]),
      ticktext: text.filter((_, index) => inside[index])
    };
  }
}

/** Whether a limit is too far above the memory to be drawn. */
export function isFarLimit(
  runs: readonly CellRun[],
  limit: number | null
): boolean {
  return limit !== null && chartTop(runs, limit).shown === null;
}

/** Places of the steps along the chart, and where the last one ends. */
function places(steps: IStep[]): number[] {
  const last = steps[steps.length - 1];
  return [...steps.map(step => step.from), ...(last ? [last.to] : [])];
}

/** A value a step, and the last one again where it ends. */
function heights(bytes: readonly number[], scale: number): number[] {
  return [...bytes, ...bytes.slice(-1)].map(size => size / scale);
}

function layers(
  steps: IStep[],
  report: Report | null,
  scale: number,
  colors: IChartColors
): Data[] {
  return chartLayers(steps, report).map(({ kind, bytes }) => ({
    type: 'scatter',
    mode: 'lines',
    name: kind,
    x: places(steps),
    y: heights(bytes, scale),
    line: { shape: 'hv', width: 0 },
    stackgroup: 'memory',
    ...fillOf(kind, colors)
  }));
}

function fillOf(kind: LayerKind, colors: IChartColors): object {
  if (kind === 'unknown') {
    return { fillcolor: colors.area };
  }
  return kind === 'gone'
    ? {
        fillcolor: 'rgba(0,0,0,0)',
        fillpattern: {
          shape: '/',
          size: 4,
          solidity: 0.3,
          fgcolor: colors.gone,
          bgcolor: 'rgba(0,0,0,0)'
        }
      }
    : { fillcolor: colors.parts[kind] };
}

function line(
  steps: IStep[],
  scale: number,
  colors: IChartColors,
  filled: boolean
): Data {
  const after = steps.map(step => step.after);
  return {
    type: 'scatter',
    mode: 'lines',
    x: places(steps),
    y: heights(after, scale),
    line: { shape: 'hv', width: 1.5, color: colors.line },
    ...(filled ? { fill: 'tozeroy', fillcolor: colors.area } : {})
  };
}

function peaks(
  steps: IStep[],
  scale: number,
  colors: IChartColors,
  size: number
): Data {
  const highest = Math.max(1, ...steps.map(({ peak }) => peak ?? 0));
  // A dash on the line itself says nothing and makes the line look thick.
  const known = steps.filter(
    ({ peak, after }) => peak !== null && peak - after > highest * LEAST_RISE
  );
  return {
    type: 'scatter',
    mode: 'markers',
    x: known.map(step => (step.from + step.to) / 2),
    y: known.map(step => (step.peak ?? 0) / scale),
    marker: {
      symbol: 'line-ew',
      size,
      color: colors.line,
      line: { width: 2, color: colors.line }
    }
  };
}

function limitLine(y: number, colors: IChartColors): object {
  return {
    type: 'line',
    xref: 'paper',
    x0: 0,
    x1: 1,
    y0: y,
    y1: y,
    line: { color: colors.limit, width: 1.2, dash: '4px,3px' }
  };
}

/** The words under the line of the limit, or at the top of the chart without one. */
function limitWords(
  y: number | null,
  text: string,
  colors: IChartColors
): object {
  return {
    xref: 'paper',
    x: 0,
    xanchor: 'left',
    yref: y === null ? 'paper' : 'y',
    y: y ?? 1,
    yanchor: 'top',
    yshift: y === null ? 4 : -1,
    showarrow: false,
    text,
    font: { color: colors.limit, size: 10 }
  };
}
