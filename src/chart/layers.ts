/**
 * The colours of the chart: what the memory of each step is today.
 *
 * A run's memory has the colour of the part that it is now, from the run that
 * made it on. What no run is known to have made, libraries first of all, lies
 * under it as far as it is there today; the rest of a step is gone. After the
 * last check nobody knows yet: there the rest has no colour.
 */
import { PART_GROUPS } from '../analysis/sheet';
import type { Alive, PartId, Report } from '../protocol/generated';
import type { IStep } from './steps';

/** What a layer stands for: a part, what is held no more, what no check has seen. */
export type LayerKind = PartId | 'gone' | 'unknown';

/** One layer: its bytes in each step. */
export interface ILayer {
  kind: LayerKind;
  bytes: number[];
}

/** The parts from the bottom to the top; what is kept free is held by nobody. */
const ORDER: readonly PartId[] = [
  ...PART_GROUPS['in-use'],
  ...PART_GROUPS['could-go'],
  'unexplained'
];

/** Under the parts that runs made: what was there first. */
const BENEATH: readonly PartId[] = [
  'libraries',
  'files',
  'pools',
  'shared',
  'hidden',
  ...ORDER
];

/**
 * The layers of the steps from the bottom to the top; those without bytes are
 * left out, and without a check there are none.
 *
 * #### Notes
 * The layers of a step add up to its memory exactly: what runs are known to
 * have made is cut where it is more.
 */
export function chartLayers(
  steps: readonly IStep[],
  report: Report | null
): ILayer[] {
  if (report === null) {
    return [];
  }
  const rest = notMade(report);
  const born = [...report.alive].sort((one, other) => one.run - other.run);
  const made = new Map<PartId, number>();
  let next = 0;
  const rows = steps.map(({ after, last }) => {
    for (; next < born.length && born[next].run <= last; next++) {
      add(made, born[next]);
    }
    return share(
      after,
      made,
      rest,
      last <= report.after_run ? 'gone' : 'unknown'
    );
  });
  const kinds: LayerKind[] = [...ORDER, 'gone', 'unknown'];
  return kinds
    .map(kind => ({ kind, bytes: rows.map(row => row.get(kind) ?? 0) }))
    .filter(({ bytes }) => bytes.some(size => size > 0));
}

/**
 * The layers that can be seen: what is nowhere thicker counts as what lies
 * under it, so that they add up as before. Each layer is dear to draw.
 *
 * @param least - in bytes.
 */
export function foldThin(layers: readonly ILayer[], least: number): ILayer[] {
  const folded: ILayer[] = [];
  let thin: ILayer | null = null;
  for (const layer of layers) {
    const under: ILayer | undefined = folded[folded.length - 1];
    if (layer.bytes.some(size => size >= least)) {
      folded.push(thin === null ? layer : joined(layer, thin));
      thin = null;
    } else if (under !== undefined) {
      folded[folded.length - 1] = joined(under, layer);
    } else {
      // At the bottom it counts as what lies over it.
      thin = thin === null ? layer : joined(thin, layer);
    }
  }
  return thin === null ? folded : [thin];
}

function joined({ kind, bytes }: ILayer, other: ILayer): ILayer {
  return { kind, bytes: bytes.map((size, at) => size + other.bytes[at]) };
}

/** What of each part no run is known to have made. */
function notMade(report: Report): Map<PartId, number> {
  const made = new Map<PartId, number>();
  report.alive.forEach(one => add(made, one));
  return new Map(
    report.sheet.parts.map(({ part, bytes }) => [
      part,
      Math.max(bytes - (made.get(part) ?? 0), 0)
    ])
  );
}

function add(made: Map<PartId, number>, { part, bytes }: Alive): void {
  made.set(part, (made.get(part) ?? 0) + bytes);
}

/** Shares the memory of one step among the layers. */
function share(
  after: number,
  made: Map<PartId, number>,
  rest: Map<PartId, number>,
  others: 'gone' | 'unknown'
): Map<LayerKind, number> {
  const row = new Map<LayerKind, number>();
  let left = after;
  const give = (kind: LayerKind, bytes: number): void => {
    const size = Math.min(bytes, left);
    left -= size;
    row.set(kind, (row.get(kind) ?? 0) + size);
  };
  for (const part of ORDER) {
    give(part, made.get(part) ?? 0);
  }
  for (const part of new Set(BENEATH)) {
    if (part !== 'unexplained') {
      give(part, rest.get(part) ?? 0);
    }
  }
  give(others, left);
  return row;
}
