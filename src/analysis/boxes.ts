/** The calls of a trace as boxes: what is drawn of them, and moving among them. Pure functions. */
import type { Spot, Trace } from '../protocol/generated';

/** Whose code a box stands for. */
export type BoxKind = 'all' | 'cell' | 'library' | 'native' | 'unseen';

/** One call, as wide as what it led to. */
export interface ITraceBox {
  readonly id: string;

  /** The box around it; `''` for the outermost. */
  readonly parent: string;
  readonly kind: BoxKind;

  /** `null` where it stands for no line. */
  readonly spot: Spot | null;
  readonly bytes: number;

  /** Bytes that its width stands for: less than its own around a box that was zoomed to. */
  readonly shown: number;
}

/** Boxes that share less of what is shown are too narrow to be seen. */
const NARROW = 0.004;

/** Calls further in belong to the last box that is drawn. */
const DEEPEST = 12;

export const ALL = 'all';
export const UNSEEN = 'unseen';

/**
 * The calls that led to what is held, from the outermost on: each parent is as
 * wide as its children and what it holds itself. What Python did not see is a
 * box of its own beside them.
 *
 * @param root - The box that takes the whole width, as do those around it; a
 * box that this trace does not have stands for all.
 */
export function traceBoxes(trace: Trace, root = ALL): ITraceBox[] {
  const boxes = allBoxes(trace, depthOf(root) + DEEPEST);
  const whole = boxes.get(root) ?? boxes.get(ALL)!;
  return [...boxes.values()]
    .filter(({ id }) => isWithin(id, whole.id) || isWithin(whole.id, id))
    .filter(({ bytes }) => bytes >= whole.bytes * NARROW)
    .map(box => ({ ...box, shown: Math.min(box.bytes, whole.bytes) }));
}

/** How many boxes lie above one another. */
export function boxDepth(boxes: readonly ITraceBox[]): number {
  return Math.max(0, ...boxes.map(({ id }) => depthOf(id) + 1));
}

/**
 * The box that an arrow key leads to: further in or out, or beside it.
 *
 * @returns `null` for another key, or where there is no box.
 */
export function nextBox(
  boxes: readonly ITraceBox[],
  at: string,
  key: string
): string | null {
  const parent = boxes.find(({ id }) => id === at)?.parent ?? '';
  switch (key) {
    case 'ArrowDown':
      return inside(boxes, at)[0]?.id ?? null;
    case 'ArrowUp':
      return parent || null;
    case 'ArrowRight':
    case 'ArrowLeft': {
      const beside = inside(boxes, parent);
      const index = beside.findIndex(({ id }) => id === at);
      const step = key === 'ArrowRight' ? 1 : -1;
      return beside[index + step]?.id ?? null;
    }
    default:
      return null;
  }
}

/** The boxes within one, as they are drawn: the widest first. */
function inside(boxes: readonly ITraceBox[], parent: string): ITraceBox[] {
  return boxes
    .filter(box => box.parent === parent)
    .sort((a, b) => b.shown - a.shown);
}

function allBoxes(trace: Trace, deepest: number): Map<string, ITraceBox> {
  const unseen = Math.max(trace.unseen, 0);
  const boxes = new Map<string, ITraceBox>();
  const add = (
    id: string,
    parent: string,
    kind: BoxKind,
    spot: Spot | null,
    more: number
  ) => {
    const bytes = (boxes.get(id)?.bytes ?? 0) + more;
    boxes.set(id, { id, parent, kind, spot, bytes, shown: bytes });
  };
  add(ALL, '', 'all', null, trace.held + unseen);
  for (const { frames, held } of trace.stacks) {
    let parent = ALL;
    for (const frame of frames.slice(0, deepest)) {
      const id = `${parent}/${frame}`;
      const spot = trace.spots[frame];
      add(id, parent, kindOf(spot), spot, held);
      parent = id;
    }
  }
  if (unseen > 0) {
    add(UNSEEN, ALL, 'unseen', null, unseen);
  }
  return boxes;
}

/** Is it this box, or one inside of it? */
function isWithin(id: string, outer: string): boolean {
  return id === outer || outer === ALL || id.startsWith(`${outer}/`);
}

function depthOf(id: string): number {
  return id === UNSEEN ? 1 : id.split('/').length - 1;
}

function kindOf({ library }: Spot): BoxKind {
  switch (library) {
    case 'notebook':
      return 'cell';
    case 'native':
      return 'native';
    default:
      return 'library';
  }
}
