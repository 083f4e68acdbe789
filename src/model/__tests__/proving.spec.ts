import {
  growth,
  hello,
  planned,
  proof,
  proving,
  started
} from '../../protocol/__tests__/samples';
import type { AnyEvent, Proved } from '../../protocol/generated';
import { stepOut } from '../clearing';
import { newTest, type ITest } from '../proving';
import { ceased, greeted, reduce, refuse } from '../reduce';
import { emptyState, type IHuntState } from '../state';

const SUBJECT = { finding: 'f1', cell: null, before: null };

function state(what: 'plan' | 'test', more: Partial<ITest> = {}): IHuntState {
  return {
    ...greeted(emptyState, hello()),
    view: 'test',
    pending: { what, request: 'r', waits: false, progress: null },
    test: { ...newTest(SUBJECT), ...more }
  };
}

function after(before: IHuntState, ...events: AnyEvent[]): IHuntState {
  return events.reduce(
    (known, event) => reduce(known, { ...event, seq: known.seq + 1 }),
    before
  );
}

const proved = (request = 'r'): Proved => ({
  kind: 'proved',
  seq: 1,
  request,
  proof: proof()
});

const running = () => state('test', { plan: planned(), request: 'r' });

describe('a growth test', () => {
  it('should be planned, followed and told', () => {
    const plan = after(state('plan'), planned());
    expect(plan.pending).toBeNull();
    expect(plan.test?.plan?.test).toBe('t1');
    const told = after(running(), proving());
    expect(told.test?.step?.run).toBe(9);
    expect(told.test?.step?.strongest).toEqual(
      growth({ counts: [2, 12, 32, 72] })
    );
    const end = after(told, proved());
    expect(end.test).toMatchObject({ request: null, step: null });
    expect([end.test?.proof, end.pending]).toEqual([proof(), null]);
  });

  it('should pass over what another page asked for', () => {
    const before = running();
    expect(after(before, proved('other')).test).toBe(before.test);
    expect(after(before, proving({ request: 'other' })).test).toBe(before.test);
  });

  it('should go on when its view is left, and come back with its verdict', () => {
    const left = stepOut(after(running(), proving()));
    expect([left.view, left.test?.request]).toEqual(['list', 'r']);
    const end = after(left, proved());
    expect([end.view, end.test?.proof?.verdict]).toEqual(['test', 'leak']);
  });

  it('should be forgotten when a plan or a verdict is left', () => {
    expect(stepOut(state('test', { plan: planned() })).test).toBeNull();
    expect(stepOut(state('test', { proof: proof() })).test).toBeNull();
  });

  it('should stay a plan when it was turned down', () => {
    const { test, refusal } = refuse(running(), 'r', 'Agree first.');
    expect(refusal).toBe('Agree first.');
    expect([test?.request, test?.plan?.test]).toEqual([null, 't1']);
  });

  it('should tell its verdict also when the cell that ended it was told first', () => {
    const end = after(running(), started(1, 7), proved());
    expect(end.test?.proof?.verdict).toBe('leak');
  });

  it('should end with its kernel', () => {
    const { test, view } = ceased(running(), 'restarting', 5);
    expect([test, view]).toEqual([null, 'list']);
  });
});
