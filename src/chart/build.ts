/**
 * The chart of memory by cell run, as data: no DOM and no plotly.
 *
 * Each run is a step of one width, or by the clock as wide as it took. A line is
 * the resident memory after the run, the colours under it what it is today, a
 * short dash its peak, the dashed line the limit.
 */
import type { Data, Layout, LayoutAxis } from 'plotly.js';
import { unitSize } from '../analysis/format';
import { PART_GROUPS } from '../analysis/sheet';
import type { CellRun, PartId, Report } from '../protocol/generated';
import { fits, runTicks, sizeTicks } from './axes';
import type { IHuntSettings } from '../tokens';
import { chartLayers, foldThin, type LayerKind } from './layers';
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

  /** Stripes over what could go, where parts are told apart without colour too; else `''`. */
  stripes: string;
  font: string;
}

/** What the chart is built from. */
export interface IChartInput {
  runs: readonly CellRun[];

  /** The last check: it tells the colours. */
  report: Report | null;
  limit: number | null;

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

  /** Where the words for the limit begin, in CSS pixels from the top; null without one. */
  limitTop: number | null;
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

/** The dash at a peak is this much longer than its step, which has a gap beside it. */
const DASH = 1.4;

/** The least height of an area in CSS pixels: below it nobody sees its colour. */
const THIN = 0.5;

/** The words for a far limit begin above the highest step, in CSS pixels. */
const ABOVE = 4;

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
  const pixels = inner / Math.max(last - first, 1);
  // By the clock no two steps are as wide as each other.
  const stepWidth = by === 'time' ? 0 : pixels * 0.9;
  const dash = (DASH * Math.min(Math.max(stepWidth, 3), 10)) / pixels;
  // The words for a far limit stand in a band of their own.
  const highest = (top / scale) * (isFarLimit(runs, limit) ? 1.25 : 1.06);
  const plotted = height - MARGIN.top - MARGIN.bottom;
  const perPixel = (highest * scale) / Math.max(plotted, 1);
  return {
    steps,
    limitTop: limit === null ? null : limitTop(),
    data: [
      ...areas(steps, report, scale, colors, THIN * perPixel),
      peaks(steps, scale, colors, dash)
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
        range: [0, highest],
        tickvals: sizeTicks(top / scale),
        ...PLAIN_AXIS
      },
      shapes: shown === null ? [] : [limitLine(shown / scale, colors)]
    }
  };

  function limitTop(): number {
    const free = shown === null ? 0 : 1 - shown / scale / highest;
    return MARGIN.top + (shown === null ? -ABOVE : plotted * free);
  }

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

/**
 * The colours, with the line of the memory as the upper edge of the topmost;
 * without a check the line alone, over an area without a meaning.
 *
 * @param thin - An area that is nowhere as high is left to its neighbour, in bytes.
 */
function areas(
  steps: IStep[],
  report: Report | null,
  scale: number,
  colors: IChartColors,
  thin: number
): Data[] {
  const edge = { shape: 'hv', width: 1.5, color: colors.line } as const;
  const x = places(steps);
  const layers = foldThin(chartLayers(steps, report), thin);
  if (layers.length === 0) {
    const y = heights(
      steps.map(step => step.after),
      scale
    );
    const fill = { fill: 'tozeroy', fillcolor: colors.area } as const;
    return [{ type: 'scatter', mode: 'lines', x, y, line: edge, ...fill }];
  }
  return layers.map(({ kind, bytes }, index) => ({
    type: 'scatter',
    mode: 'lines',
    name: kind,
    x,
    y: heights(bytes, scale),
    // Layers add up exactly, so the line needs no trace of its own.
    line:
      index === layers.length - 1
        ? edge
        : { shape: 'hv', width: colors.stripes ? 1 : 0, color: colors.line },
    stackgroup: 'memory',
    ...fillOf(kind, colors)
  }));
}

const COULD_GO: readonly string[] = PART_GROUPS['could-go'];

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
    : {
        fillcolor: colors.parts[kind],
        ...(colors.stripes &&
          COULD_GO.includes(kind) && {
            fillpattern: {
              shape: '|',
              size: 4,
              solidity: 0.25,
              fgcolor: colors.stripes,
              bgcolor: colors.parts[kind]
            }
          })
      };
}

/** Dashes at the peaks: one line with gaps is one element, markers one each. */
function peaks(
  steps: IStep[],
  scale: number,
  colors: IChartColors,
  length: number
): Data {
  const highest = Math.max(1, ...steps.map(({ peak }) => peak ?? 0));
  // A dash on the line itself says nothing and makes the line look thick.
  const known = steps.filter(
    ({ peak, after }) => peak !== null && peak - after > highest * LEAST_RISE
  );
  return {
    type: 'scatter',
    mode: 'lines',
    x: known.flatMap(({ from, to }) => {
      const middle = (from + to) / 2;
      return [middle - length / 2, middle + length / 2, null];
    }),
    y: known.flatMap(({ peak }) => {
      const at = (peak ?? 0) / scale;
      return [at, at, null];
    }),
    line: { width: 2, color: colors.line }
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
