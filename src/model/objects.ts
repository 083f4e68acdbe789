/**
 * What is known of the kernel's objects while their view is open: pure
 * functions. The view has three steps: classes, the biggest objects of one,
 * what refers to one object.
 */
import type {
  Collected,
  Collection,
  Counted,
  Instances,
  Listed,
  ObjectsShow,
  ObjectTable,
  Progress,
  Referred,
  References
} from '../protocol/generated';

/** The answers at hand; a step is shown when the one after it is null. */
export interface IObjects {
  /** Which classes were asked for. */
  readonly show: ObjectsShow;
  readonly table: ObjectTable | null;
  readonly instances: Instances | null;
  readonly references: References | null;

  /** What the last collection returned. */
  readonly collection: Collection | null;

  /** How far the wish under way is, between 0 and 1. */
  readonly progress: number | null;
}

/** Nothing asked yet. */
export const noObjects: IObjects = {
  show: 'all',
  table: null,
  instances: null,
  references: null,
  collection: null,
  progress: null
};

/** The events that answer a question about objects. */
export type ObjectsEvent = Counted | Listed | Referred | Collected;

/** The answers after one more. */
export function withAnswer(objects: IObjects, event: ObjectsEvent): IObjects {
  const next = { ...objects, progress: null };
  switch (event.kind) {
    case 'counted': {
      const { table } = event;
      return { ...next, table, instances: null, references: null };
    }
    case 'listed':
      return { ...next, instances: event.instances, references: null };
    case 'referred':
      return { ...next, references: event.references };
    case 'collected':
      // What was counted before is gone.
      return { ...next, collection: event.collection, table: null };
  }
}

/** The answers while the wish goes on. */
export function withProgress(objects: IObjects, event: Progress): IObjects {
  const { done, total } = event;
  return { ...objects, progress: total > 0 ? done / total : null };
}

/** One step back; `null` when there is none and the view closes. */
export function stepBack(objects: IObjects): IObjects | null {
  if (objects.references !== null) {
    const { instances, table } = objects;
    return instances || table ? { ...objects, references: null } : null;
  }
  return objects.instances !== null ? { ...objects, instances: null } : null;
}
