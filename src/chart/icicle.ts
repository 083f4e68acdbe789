/** The calls of a trace as boxes, as data: no DOM and no plotly. */
import type { Data, Layout } from 'plotly.js';
import { boxDepth, type BoxKind, type ITraceBox } from '../analysis/trace';

/** Height of one row of boxes in CSS pixels. */
const ROW = 22;

/** The colours of the theme, read from the computed variables. */
export interface IIcicleColors {
  readonly boxes: Record<BoxKind, string>;

  /** On the outermost box, and on all others. */
  readonly text: string;
  readonly textOnBoxes: string;

  /** Between two boxes. */
  readonly line: string;
  readonly font: string;
}

/** A figure ready to be drawn. */
export interface IIcicle {
  readonly data: Data[];
  readonly layout: Partial<Layout>;
}

/** What the figure is built from. */
export interface IIcicleInput {
  readonly boxes: readonly ITraceBox[];

  /** The words in each box. */
  readonly labels: readonly string[];

  /** The words of its tooltip. */
  readonly tips: readonly string[];
  readonly colors: IIcicleColors;

  /** In CSS pixels. */
  readonly width: number;
}

/** How high the figure is, in CSS pixels. */
export function icicleHeight(boxes: readonly ITraceBox[]): number {
  return boxDepth(boxes) * ROW;
}

/** Builds the figure: the outermost call on top, each box as wide as its bytes. */
export function buildIcicle(input: IIcicleInput): IIcicle {
  const { boxes, labels, tips, colors, width } = input;
  return {
    data: [
      {
        type: 'icicle',
        ids: boxes.map(({ id }) => id),
        parents: boxes.map(({ parent }) => parent),
        labels: labels.map(plain),
        values: boxes.map(({ bytes }) => bytes),
        hovertext: tips.map(plain),
        hoverinfo: 'text',
        textinfo: 'label',
        textposition: 'middle left',
        branchvalues: 'total',
        tiling: { orientation: 'v', pad: 0 },
        pathbar: { visible: false },
        leaf: { opacity: 1 },
        marker: {
          colors: boxes.map(({ kind }) => colors.boxes[kind]),
          line: { color: colors.line, width: 1 }
        },
        textfont: {
          color: boxes.map(({ kind }) =>
            kind === 'all' ? colors.text : colors.textOnBoxes
          )
        },
        sort: true
      }
    ],
    layout: {
      width,
      height: icicleHeight(boxes),
      margin: { l: 0, r: 0, t: 0, b: 0 },
      paper_bgcolor: 'rgba(0,0,0,0)',
      font: { family: colors.font, size: 11 },
      uniformtext: { minsize: 10, mode: 'hide' }
    }
  };
}

/** Text that plotly does not take for markup. */
function plain(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
