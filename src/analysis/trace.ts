/** A trace in pieces for the eye: boxes of its calls, and sums of its lines. Pure functions. */
import type {
  LineMemory,
  LineProfile,
  Spot,
  Trace
} from '../protocol/generated';

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
}

/** Boxes that share less of the whole are too narrow to be seen. */
const NARROW = 0.004;

/** Calls further in belong to the last box that is drawn. */
const DEEPEST = 12;

export const ALL = 'all';
export const UNSEEN = 'unseen';

/**
 * The calls that led to what is held, from the outermost on: each parent is as
 * wide as its children and what it holds itself. What Python did not see is a
 * box of its own beside them.
 */
export function traceBoxes(trace: Trace): ITraceBox[] {
  const unseen = Math.max(trace.unseen, 0);
  const whole = trace.held + unseen;
  const boxes = new Map<string, ITraceBox>();
  for (const { frames, held } of trace.stacks) {
    let parent = ALL;
    for (const frame of frames.slice(0, DEEPEST)) {
      const id = `${parent}/${frame}`;
      const before = boxes.get(id);
      const spot = trace.spots[frame];
      const bytes = (before?.bytes ?? 0) + held;
      boxes.set(id, { id, parent, kind: kindOf(spot), spot, bytes });
      parent = id;
    }
  }
  const shown = [...boxes.values()].filter(
    ({ bytes }) => bytes >= whole * NARROW
  );
  const all: ITraceBox = {
    id: ALL,
    parent: '',
    kind: 'all',
    spot: null,
    bytes: whole
  };
  const rest: ITraceBox[] =
    unseen > 0 && unseen >= whole * NARROW
      ? [{ id: UNSEEN, parent: ALL, kind: 'unseen', spot: null, bytes: unseen }]
      : [];
  return [all, ...shown, ...rest];
}

/** How many boxes lie above one another. */
export function boxDepth(boxes: readonly ITraceBox[]): number {
  return Math.max(0, ...boxes.map(({ id }) => id.split('/').length));
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

/** From here on a peak of resident memory beyond Python's is believed. */
const BELIEVED = 1024 * 1024;

/** The highest memory within one run of a line, over what was there before. */
export interface ILinePeak {
  /** `null` where the line did not run. */
  readonly bytes: number | null;

  /** Native memory is in it, which is known only about. */
  readonly about: boolean;
}

/** The peak of a line: native memory counts where it shows. */
export function linePeak({ peak, resident_rise }: LineMemory): ILinePeak {
  const about =
    peak !== null && resident_rise !== null && resident_rise > peak + BELIEVED;
  return { bytes: about ? resident_rise : peak, about };
}

/** The most that any line has peaked at, or changed by. */
export function mostOfLines({ sections }: LineProfile): number {
  const lines = sections.flatMap(section => section.lines);
  return Math.max(
    0,
    ...lines.map(line =>
      Math.max(linePeak(line).bytes ?? 0, Math.abs(line.change ?? 0))
    )
  );
}

/** Names typed with commas or blanks between them. */
export function typedNames(text: string): string[] {
  return text.split(/[\s,]+/).filter(name => name !== '');
}
