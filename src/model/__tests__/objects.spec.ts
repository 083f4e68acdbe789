import { noObjects, stepBack, withAnswer } from '../objects';
import type { IObjects } from '../objects';
import type { ObjectTable, References } from '../../protocol/generated';

const instances = { row: 'o1', type: 'dict', instances: [], complete: true };
const references = { title: 'x' } as References;
const table = { show: 'all' } as ObjectTable;
const full: IObjects = { ...noObjects, table, instances, references };

describe('#withAnswer()', () => {
  it('should close the steps after the one that was answered', () => {
    const event = { kind: 'counted', seq: 1, request: 'n', table } as const;
    const next = withAnswer(full, event);
    expect(next).toEqual({ ...noObjects, table });
  });

  it('should keep the way back to the steps before', () => {
    const event = { kind: 'listed', seq: 1, request: 'n', instances } as const;
    expect(withAnswer(full, event)).toEqual({ ...full, references: null });
  });
});

describe('#stepBack()', () => {
  it('should go from an object to its class, to all, and out', () => {
    const classes = stepBack(full);
    expect(classes).toEqual({ ...full, references: null });
    const all = classes && stepBack(classes);
    expect(all).toEqual({ ...noObjects, table });
    expect(all && stepBack(all)).toBeNull();
  });

  it('should leave at once where the view began with one object', () => {
    expect(stepBack({ ...noObjects, references })).toBeNull();
  });
});
