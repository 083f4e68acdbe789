/** The calls of a trace as boxes, as data: no DOM and no plotly. */
import type { Data, Layout } from 'plotly.js';
import { middleEllipsis } from '../analysis/ellipsis';
import { boxDepth, type BoxKind, type ITraceBox } from '../analysis/boxes';

/** Height of one row of boxes, and of its text, in CSS pixels. */
const ROW = 22;
export const FONT = 11;

/** Left and right of a text: plotly's own padding of 3, and the line. */
const EDGES = 10;

/** A shorter rest of a label tells nothing. */
const SHORTEST = 4;

/** The colours of the theme, read from the computed variables. */
export interface IIcicleColors {
  readonly boxes: Record<BoxKind, string>;

  /** On the outermost box, and on all others. */
  readonly text: string;
  readonly textOnBoxes: string;

  /** Between two boxes, and around the chosen one. */
  readonly line: string;
  readonly chosen: string;
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

  /** The words in each box, the longest first: the first that has room is written. */
  readonly labels: readonly (readonly string[])[];

  /** The words of its tooltip. */
  readonly tips: readonly string[];
  readonly colors: IIcicleColors;

  /** The box that was found with the keys. */
  readonly chosen: string | null;

  /** In CSS pixels. */
  readonly width: number;

  /** The width of a text in a box, in CSS pixels. */
  readonly measure: (text: string) => number;
}

/** How high the figure is, in CSS pixels. */
export function icicleHeight(boxes: readonly ITraceBox[]): number {
  return boxDepth(boxes) * ROW;
}

/** Builds the figure: the outermost call on top, each box as wide as its bytes. */
export function buildIcicle(input: IIcicleInput): IIcicle {
  const { boxes, tips, colors, chosen, width } = input;
  return {
    data: [
      {
        type: 'icicle',
        ids: boxes.map(({ id }) => id),
        parents: boxes.map(({ parent }) => parent),
        labels: boxLabels(input).map(plain),
        values: boxes.map(({ shown }) => shown),
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
          line: {
            color: boxes.map(({ id }) =>
              id === chosen ? colors.chosen : colors.line
            ),
            width: boxes.map(({ id }) => (id === chosen ? 3 : 1))
          }
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
      font: { family: colors.font, size: FONT },
      // What was measured too narrow must not be drawn smaller.
      uniformtext: { minsize: FONT, mode: 'hide' }
    }
  };
}

/** For each box the longest of its labels that has room, else the last one cut; empty where that is too short. */
function boxLabels(input: IIcicleInput): string[] {
  const { boxes, labels, width, measure } = input;
  const whole = boxes[0].shown;
  return boxes.map(({ shown }, index) => {
    const room = (shown / whole) * width - EDGES;
    const words = labels[index];
    const fitting = words.find(text => measure(text) <= room);
    return fitting ?? cut(words[words.length - 1], room, measure);
  });
}

function cut(
  text: string,
  room: number,
  measure: (text: string) => number
): string {
  const full = measure(text);
  let length = full > 0 ? Math.floor((text.length * room) / full) : 0;
  while (length >= SHORTEST && measure(middleEllipsis(text, length)) > room) {
    length--;
  }
  return length >= SHORTEST ? middleEllipsis(text, length) : '';
}

/** Text that plotly does not take for markup. */
function plain(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
