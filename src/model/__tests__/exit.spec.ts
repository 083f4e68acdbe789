import {
  cellRun,
  checked,
  hello,
  sample,
  started
} from '../../protocol/__tests__/samples';
import { ceased, greeted, reduce, replaced, withRuns } from '../reduce';
import { emptyState, type IHuntState } from '../state';

/** A kernel that runs its second cell and has been sampled at these seconds. */
function running(...seconds: number[]): IHuntState {
  let state = greeted(emptyState, hello({ oom_kills: 1 }));
  state = reduce(state, checked(1));
  state = reduce(state, { ...started(2, 2), oom_kills: 4 });
  return seconds.reduce(
    (known, at, index) => reduce(known, { ...sample(3 + index, 2), at }),
    state
  );
}

describe('the record of a kernel that ended', () => {
  it('should keep the cell, the last minute and the last report', () => {
    const state = running(10, 50, 100);
    const { lastExit } = ceased(state, 'restarting', 7, true);
    expect(lastExit?.running?.run).toBe(2);
    expect(lastExit?.samples.map(({ at }) => at)).toEqual([50, 100]);
    expect(lastExit?.report).toBe(state.report);
    expect([lastExit?.at, lastExit?.oomBefore]).toEqual([7, 4]);
  });

  it('should keep as much as the setting says', () => {
    const blackBox = { seconds: 20, keepRuns: 1 };
    let state = running();
    state = withRuns({ ...state, blackBox }, [cellRun(1), cellRun(2)]);
    state = [10, 25, 45].reduce(
      (known, at, index) => reduce(known, { ...sample(3 + index, 2), at }),
      state
    );
    const { lastExit, pastRuns } = ceased(state, 'restarting', 7, true);
    expect(lastExit?.samples.map(({ at }) => at)).toEqual([25, 45]);
    expect(pastRuns.map(({ run }) => run)).toEqual([2]);
    expect(replaced(state, 'starting', 8).blackBox).toBe(blackBox);
  });

  it('should be proven by the next kernel', () => {
    let state = ceased(running(), 'restarting', 7, true);
    state = greeted(state, hello({ session: 'life-2', oom_kills: 5 }));
    expect(state.lastExit?.oomAfter).toBe(5);
    state = greeted(state, hello({ session: 'life-3', oom_kills: 9 }));
    expect(state.lastExit?.oomAfter).toBe(5);
  });

  it('should outlive the tries to start it again, and the new kernel', () => {
    let state = ceased(running(20), 'restarting', 7, true);
    state = ceased(state, 'dead', 8, true);
    expect([state.lastExit?.at, state.lastExit?.samples.length]).toEqual([
      7, 1
    ]);
    state = ceased(state, 'restarting', 9, false);
    expect(state.lastExit?.at).toBe(7);
    state = replaced(ceased(state, 'dead', 8, true), 'starting', 9);
    expect(state.lastExit?.at).toBe(7);
  });

  it('should tell what the user asked for from what happened by itself', () => {
    let state = ceased(running(20), 'restarting', 7, false);
    expect(state.lastExit?.byItself).toBe(false);
    state = ceased(state, 'restarting', 8, true);
    expect([state.lastExit?.byItself, state.lastExit?.at]).toEqual([true, 7]);
  });

  it('should begin anew with each cell', () => {
    let state = running(10, 11);
    state = reduce(state, started(9, 3));
    expect(state.samples).toEqual([]);
  });
});
