/**
 * The chart of memory by cell run, as data: no DOM and no plotly.
 *
 * Each run is a step of one width. A line is the resident memory after the
 * run, a short dash its peak, the dashed line the limit.
 */
import type { Data, Layout } from 'plotly.js';
import { columnUnit } from '../analysis/format';
import type { CellRun } from '../protocol/generated';

/** The colours of the theme, read from the computed variables. */
export interface IChartColors {
  text: string;
  line: string;
  area: string;
  limit: string;
  font: string;
}

/** What the chart is built from. */
export interface IChartInput {
  runs: readonly CellRun[];
  limit: number | null;

  /** What stands at the line of the limit, or at the top where it is far above. */
  limitLabel: string;
  decimal: boolean;
  colors: IChartColors;

  /** Width and height of the whole chart in CSS pixels. */
  width: number;
  height: number;
}

/** One step of the chart: a run, or several where there is no room for each. */
export interface IStep {
  /** The run that the step stands for: of several, the one with the largest peak. */
  run: CellRun;

  /** Where the step begins and ends, in runs; run 1 is from 0.5 to 1.5. */
  from: number;
  to: number;

  /** Memory after the last run of the step. */
  after: number;

  /** The largest peak of the step; null when none is known. */
  peak: number | null;

  /** Runs merged into the step. */
  runs: number;
}

/** A figure ready to be drawn, and what is needed to find a step under the pointer. */
export interface IChart {
  data: Data[];
  layout: Partial<Layout>;
  steps: IStep[];
}

/** Room around the plot, in CSS pixels: labels of the axes stand in it. */
export const MARGIN = { left: 30, right: 4, top: 8, bottom: 18 };

/** The least width of a step in CSS pixels: below it runs are merged. */
const LEAST_STEP = 1.5;

/** A limit so far above the memory would press the steps flat: it is left out. */
const FAR_LIMIT = 2.5;

/** A peak is marked from this share of the highest one above the line. */
const LEAST_RISE = 0.01;

/** Builds the chart. */
export function buildChart(input: IChartInput): IChart {
  const { runs, limit, decimal, colors, width, height } = input;
  const inner = Math.max(width - MARGIN.left - MARGIN.right, 1);
  const steps = mergeRuns(runs, Math.floor(inner / LEAST_STEP));
  const { top, shown } = chartTop(runs, limit);
  const unit = chartUnit(runs, limit, decimal);
  const scale = unitSize(unit, decimal);
  const first = steps[0]?.from ?? 0.5;
  const last = steps[steps.length - 1]?.to ?? 1.5;
  const stepWidth = (inner / Math.max(last - first, 1)) * 0.9;
  return {
    steps,
    data: [
      area(steps, scale, colors),
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
      font: { family: colors.font, size: 11, color: colors.text },
      xaxis: {
        range: [first, last],
        tickvals: runTicks(first + 0.5, last - 0.5, inner),
        showgrid: false,
        zeroline: false,
        ticks: ''
      },
      yaxis: {
        range: [0, (top / scale) * 1.06],
        tickvals: sizeTicks(top / scale),
        showgrid: false,
        zeroline: false,
        ticks: ''
      },
      shapes: shown === null ? [] : [limitLine(shown / scale, colors)],
      annotations:
        limit === null
          ? []
          : [limitWords((shown ?? top) / scale, input.limitLabel, colors)]
    }
  };
}

/** The unit of the numbers at the axis. */
export function chartUnit(
  runs: readonly CellRun[],
  limit: number | null,
  decimal: boolean
): string {
  return columnUnit(chartTop(runs, limit).top, decimal);
}

/** The step under a point of the chart, by its distance from the left edge. */
export function stepAt(chart: IChart, x: number, width: number): number | null {
  const { steps } = chart;
  const share = (x - MARGIN.left) / (width - MARGIN.left - MARGIN.right);
  if (steps.length === 0 || share < 0 || share > 1) {
    return null;
  }
  const first = steps[0].from;
  const at = first + share * (steps[steps.length - 1].to - first);
  const index = steps.findIndex(step => at < step.to);
  return index < 0 ? steps.length - 1 : index;
}

/** Where a step stands in the chart, in CSS pixels from the left edge. */
export function stepBox(
  chart: IChart,
  index: number,
  width: number
): { left: number; width: number } {
  const { steps } = chart;
  const first = steps[0].from;
  const runs = steps[steps.length - 1].to - first;
  const scale = (width - MARGIN.left - MARGIN.right) / runs;
  const { from, to } = steps[index];
  return {
    left: MARGIN.left + (from - first) * scale,
    width: (to - from) * scale
  };
}

/** One step a run, or as many as fit; of merged runs the largest peak is kept. */
export function mergeRuns(runs: readonly CellRun[], room: number): IStep[] {
  const size = Math.max(Math.ceil(runs.length / Math.max(room, 1)), 1);
  const steps: IStep[] = [];
  for (let at = 0; at < runs.length; at += size) {
    const merged = runs.slice(at, at + size);
    const top = merged.reduce((best, run) =>
      (run.peak ?? run.rss_after) > (best.peak ?? best.rss_after) ? run : best
    );
    steps.push({
      run: top,
      from: at + 0.5,
      to: at + merged.length + 0.5,
      after: merged[merged.length - 1].rss_after,
      peak: top.peak,
      runs: merged.length
    });
  }
  return steps;
}

/** Whether a limit is too far above the memory to be drawn. */
export function isFarLimit(
  runs: readonly CellRun[],
  limit: number | null
): boolean {
  return limit !== null && chartTop(runs, limit).shown === null;
}

/** The highest point of the chart, and the limit where it is near enough to show. */
function chartTop(
  runs: readonly CellRun[],
  limit: number | null
): { top: number; shown: number | null } {
  const highest = runs.reduce(
    (most, run) => Math.max(most, run.rss_after, run.peak ?? 0),
    1
  );
  const shown = limit !== null && limit <= highest * FAR_LIMIT ? limit : null;
  return { top: Math.max(highest, shown ?? 0), shown };
}

function area(steps: IStep[], scale: number, colors: IChartColors): Data {
  const last = steps[steps.length - 1];
  return {
    type: 'scatter',
    mode: 'lines',
    x: [...steps.map(step => step.from), ...(last ? [last.to] : [])],
    y: [...steps, ...(last ? [last] : [])].map(step => step.after / scale),
    line: { shape: 'hv', width: 1.5, color: colors.line },
    fill: 'tozeroy',
    fillcolor: colors.area
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

function limitWords(y: number, text: string, colors: IChartColors): object {
  return {
    xref: 'paper',
    x: 0,
    xanchor: 'left',
    y,
    yanchor: 'top',
    yshift: -1,
    showarrow: false,
    text,
    font: { color: colors.limit, size: 10 }
  };
}

function unitSize(unit: string, decimal: boolean): number {
  const power = ['B', 'K', 'M', 'G', 'T', 'P'].indexOf(
    unit.charAt(0).toUpperCase()
  );
  return (decimal ? 1000 : 1024) ** power;
}

/** Zero and two round numbers below the top. */
function sizeTicks(top: number): number[] {
  const rough = top / 2;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [8, 5, 4, 2.5, 2, 1].map(digit => digit * power).find(s => s <= rough) ??
    power;
  return [0, step, 2 * step];
}

/** Run numbers at the axis, about 48 px apart: the first, then round ones. */
function runTicks(first: number, last: number, width: number): number[] {
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
