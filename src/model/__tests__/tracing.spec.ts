import {
  hello,
  lineProfile,
  started,
  traced,
  tracePlanned
} from '../../protocol/__tests__/samples';
import type { AnyEvent } from '../../protocol/generated';
import { leave } from '../clearing';
import { greeted, reduce, refuse } from '../reduce';
import { emptyState, type IHuntState } from '../state';
import { newTrace, type ITrace } from '../tracing';

const SUBJECT = { finding: null, cell: null };

/** A state in which a wish about a trace is under way. */
function asked(
  what: 'trace-plan' | 'trace' | 'export',
  trace: Partial<ITrace> = {}
): IHuntState {
  return {
    ...greeted(emptyState, hello()),
    view: 'trace',
    pending: { what, request: 'r', waits: true, progress: null },
    trace: {
      ...newTrace(SUBJECT),
      request: what === 'trace' ? 'r' : null,
      ...trace
    }
  };
}

function after(state: IHuntState, event: AnyEvent): IHuntState {
  return reduce(state, { ...event, seq: state.seq + 1 });
}

describe('a trace', () => {
  it('should take the plan with the run it was made after', () => {
    const busy = after(asked('trace-plan'), started(1, 5));
    const { trace, pending } = after(busy, tracePlanned());
    expect([trace?.plan?.trace, trace?.afterRun, pending]).toEqual([
      'a1',
      5,
      null
    ]);
  });

  it('should wait no more once it has begun', () => {
    const begun = after(asked('trace'), {
      kind: 'progress',
      seq: 0,
      request: 'r',
      done: 0,
      total: 0
    });
    expect(begun.pending?.waits).toBe(false);
  });

  it('should come to an end, also seen from the list', () => {
    const state = leave(asked('trace', { stopping: true }));
    const { trace, pending, view } = after(state, traced());
    expect([trace?.found?.id, trace?.request, trace?.stopping]).toEqual([
      'a1',
      null,
      false
    ]);
    expect([pending, view]).toEqual([null, 'trace']);
  });

  it('should take the lines of a cell', () => {
    const { trace } = after(asked('trace'), {
      kind: 'lines-told',
      seq: 0,
      request: 'r',
      profile: lineProfile()
    });
    expect([trace?.lines?.readings, trace?.found]).toEqual([20, null]);
  });

  it('should not take what another page asked for', () => {
    const state = asked('trace');
    const other = after(state, { ...traced(), request: 'other' });
    expect(other.trace).toBe(state.trace);
  });

  it('should keep a file until it is saved', () => {
    const { trace, pending } = after(asked('export'), {
      kind: 'exported',
      seq: 0,
      request: 'r',
      end: '.csv',
      content: 'YSxi'
    });
    expect([trace?.file?.end, pending]).toEqual(['.csv', null]);
  });

  it('should stand still after a refusal', () => {
    const { trace, refusal } = refuse(asked('trace'), 'r', 'A trace runs.');
    expect([trace?.request, refusal]).toEqual([null, 'A trace runs.']);
  });

  it('should be forgotten when its view is left', () => {
    expect(leave(asked('trace-plan')).trace).toBeNull();
  });
});
