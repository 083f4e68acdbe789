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
}

/** Nothing asked yet. */
export const noObjects: IObjects = {
  show: 'all',
  table: null,
  instances: null,
  references: null,
  collection: null
};

/** The events that answer a question about objects. */
export type ObjectsEvent = Counted | Listed | Referred | Collected;

/** The answers after one more. */
export function withAnswer(objects: IObjects, event: ObjectsEvent): IObjects {
  switch (event.kind) {
    case 'counted': {
      const { table } = event;
      return { ...objects, table, instances: null, references: null };
    }
    case 'listed':
      return { ...objects, instances: event.instances, references: null };
    case 'referred':
      return { ...objects, references: event.references };
    case 'collected':
      // What was counted before is gone.
      return { ...objects, collection: event.collection, table: null };
  }
}

/** One step back; `null` when there is none and the view closes. */
export function stepBack(objects: IObjects): IObjects | null {
  if (objects.references !== null) {
    const { instances, table } = objects;
    return instances || table ? { ...objects, references: null } : null;
  }
  return objects.instances !== null ? { ...objects, instances: null } : null;
}
