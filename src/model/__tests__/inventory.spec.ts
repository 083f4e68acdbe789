import {
  checked,
  hello,
  inventory,
  report,
  started
} from '../../protocol/__tests__/samples';
import { asking, isDue } from '../inventory';
import { greeted, reduce, refuse } from '../reduce';
import { emptyState, type IHuntState } from '../state';

let state: IHuntState;

beforeEach(() => {
  state = greeted({ ...emptyState, kernel: 'watching' }, hello());
  state = reduce(state, checked(1, { report: report({ at: 50 }) }));
});

function answer(request: string, at: number): IHuntState {
  return reduce(state, {
    kind: 'inventoried',
    seq: state.seq + 1,
    request,
    inventory: inventory({ at })
  });
}

describe('#isDue()', () => {
  it('should be after each check, once', () => {
    expect(isDue(state)).toBe(true);
    state = asking(state, 'v1');
    expect(isDue(state)).toBe(false);
    state = answer('v1', 51);
    expect(isDue(state)).toBe(false);
    state = reduce(state, checked(3, { report: report({ at: 60 }) }));
    expect(isDue(state)).toBe(true);
  });

  it('should not be while a cell runs, nor without a check', () => {
    expect(isDue(reduce(state, started(2, 2)))).toBe(false);
    expect(isDue({ ...state, report: null })).toBe(false);
  });

  it('should not be again after a refusal, but after the next check', () => {
    state = refuse(asking(state, 'v1'), 'v1', 'It failed.');
    expect(state.inventory.refusal).toBe('It failed.');
    expect(state.refusal).toBeNull();
    expect(isDue(state)).toBe(false);
    state = reduce(state, checked(2, { report: report({ at: 60 }) }));
    expect(isDue(state)).toBe(true);
  });

  it('should be again when the answer may have been lost', () => {
    state = greeted(asking(state, 'v1'), hello({ seq: 5 }));
    expect(isDue(state)).toBe(true);
  });
});

describe('#withInventory()', () => {
  it('should pass over what another page asked for', () => {
    state = asking(state, 'v1');
    expect(answer('theirs', 51).inventory.known).toBeNull();
    expect(answer('v1', 51).inventory.known?.at).toBe(51);
  });

  it('should be forgotten with the life of the kernel', () => {
    state = answer('v1', 51);
    state = greeted(state, hello({ session: 'life-2' }));
    expect(state.inventory.known).toBeNull();
  });
});
