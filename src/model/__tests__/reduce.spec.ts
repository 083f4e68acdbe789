import type { AnyEvent } from '../../protocol/generated';
import {
  cellRun,
  checked,
  ended,
  finding,
  hello,
  preview,
  receipts,
  report,
  sample,
  started,
  totals,
  undone
} from '../../protocol/__tests__/samples';
import {
  ceased,
  greeted,
  isGap,
  reduce,
  refuse,
  replaced,
  withReport,
  withRuns
} from '../reduce';
import type { IHuntState } from '../state';
import { emptyState } from '../state';

const watching: IHuntState = greeted(emptyState, hello());

function after(state: IHuntState, ...events: AnyEvent[]): IHuntState {
  return events.reduce(reduce, state);
}

/** A wish for `what` under way. */
function wishing(what: 'check' | 'preview' | 'clear'): IHuntState {
  return {
    ...watching,
    pending: { what, request: 'mine', waits: true, progress: null }
  };
}

/** The state in a few words. */
function brief({ running, runs, seq }: IHuntState): string {
  const run = running === null ? '-' : running.run;
  return `${seq}: runs ${runs.map(record => record.run)}, running ${run}`;
}

describe('reduce', () => {
  it('should follow a cell from start to end', () => {
    expect(brief(after(watching, started(1, 1)))).toBe('1: runs , running 1');
    expect(brief(after(watching, started(1, 1), ended(2, 1)))).toBe(
      '2: runs 1, running -'
    );
  });

  it('should show a sample while its cell runs, and only then', () => {
    const running = after(watching, started(1, 1), sample(2, 1));
    expect(running.live?.run).toBe(1);
    expect(after(running, ended(3, 1)).live).toBeNull();
    expect(after(running, ended(3, 1), sample(4, 1)).live).toBeNull();
  });

  it('should skip what an answer counted in already', () => {
    const ahead = greeted(emptyState, hello({ seq: 5 }));
    expect(reduce(ahead, started(5, 1))).toBe(ahead);
    expect(reduce(ahead, started(6, 1))).not.toBe(ahead);
  });

  it('should keep runs in order and take the newer record of a run', () => {
    const state = after(
      withRuns(watching, [cellRun(3), cellRun(1)]),
      checked(1, { records: [cellRun(1, { held: 7 }), cellRun(2)] })
    );
    expect(state.runs.map(({ run, held }) => `${run}:${held}`)).toEqual([
      '1:7',
      '2:0',
      '3:0'
    ]);
  });

  it('should not end the running cell when an earlier one ends', () => {
    const state = after(watching, started(1, 2), ended(2, 1));
    expect(state.running?.run).toBe(2);
  });

  it('should not let an older report replace a newer one', () => {
    const newer = withReport(watching, report({ at: 2000 }));
    const state = after(newer, checked(1, { report: report({ at: 1500 }) }));
    expect(state.report?.at).toBe(2000);
  });

  it('should end a check with its own report only', () => {
    expect(after(wishing('check'), checked(1)).pending).not.toBeNull();
    expect(
      after(wishing('check'), checked(1, { request: 'other' })).pending
    ).not.toBeNull();
    expect(
      after(wishing('check'), checked(1, { request: 'mine' })).pending
    ).toBeNull();
  });

  it('should turn to the preview and then to the receipt', () => {
    const looked = after(wishing('preview'), {
      kind: 'previewed',
      seq: 1,
      request: 'mine',
      preview: preview()
    });
    expect([looked.view, looked.preview?.id, looked.pending]).toEqual([
      'preview',
      'p1',
      null
    ]);
    const cleared = after(
      {
        ...looked,
        pending: { what: 'clear', request: 'go', waits: false, progress: null }
      },
      { kind: 'cleared', seq: 2, request: 'go', receipts: receipts() }
    );
    expect([cleared.view, cleared.preview, cleared.receipt]).toEqual([
      'receipt',
      null,
      'r1'
    ]);
  });

  it('should ignore the answers to another tab, but keep its receipts', () => {
    const state = after(
      wishing('clear'),
      { kind: 'previewed', seq: 1, request: 'x', preview: preview() },
      { kind: 'cleared', seq: 2, request: 'x', receipts: receipts() },
      { kind: 'refused', seq: 3, request: 'x', message: 'no' }
    );
    expect(state).toEqual({
      ...wishing('clear'),
      seq: 3,
      receipts: [receipts()]
    });
    const undid = after(state, {
      kind: 'undid',
      seq: 4,
      request: 'x',
      undone: undone()
    });
    expect([undid.receipts[0].undone, undid.view]).toEqual([true, 'list']);
  });

  it('should tell how far a check is that nobody asked for, until it is done', () => {
    const told = after(watching, {
      kind: 'progress',
      seq: 1,
      request: null,
      done: 1,
      total: 4
    });
    expect([told.looking, told.pending]).toEqual([{ done: 1, total: 4 }, null]);
    expect(after(told, checked(2)).looking).toBeNull();
    expect(after(told, started(2, 1)).looking).toBeNull();
    expect(ceased(told, 'dead', 0).looking).toBeNull();
  });

  it('should say how far a wish is', () => {
    const progress = { kind: 'progress', seq: 1, done: 1, total: 4 } as const;
    const brief = (request: string) =>
      after(wishing('clear'), { ...progress, request }).pending?.progress;
    expect([brief('mine'), brief('x')]).toEqual([{ done: 1, total: 4 }, null]);
  });

  it('should answer what the ticked findings free beside a pending wish', () => {
    const asking = {
      ...wishing('check'),
      estimate: { request: 'sum', frees: null }
    };
    const state = after(asking, {
      kind: 'previewed',
      seq: 1,
      request: 'sum',
      preview: preview({ totals: totals({ frees: 42 }) })
    });
    expect([state.estimate?.frees, state.view, state.pending?.what]).toEqual([
      42,
      'list',
      'check'
    ]);
  });

  it('should say why a wish was refused', () => {
    const state = after(wishing('clear'), {
      kind: 'refused',
      seq: 1,
      request: 'mine',
      message: 'It is gone already.'
    });
    expect([state.pending, state.refusal]).toEqual([
      null,
      'It is gone already.'
    ]);
    expect(refuse(state, 'mine', 'again')).toBe(state);
  });

  it('should stop watching when the extension is unloaded', () => {
    const state = after(wishing('check'), started(1, 1), {
      kind: 'unloaded',
      seq: 2
    });
    expect([state.kernel, state.running, state.pending]).toEqual([
      'asking',
      null,
      null
    ]);
  });

  it('should throw on an event that the guards should have dropped', () => {
    const odd = { kind: 'odd', seq: 1 } as unknown as AnyEvent;
    expect(() => reduce(watching, odd)).toThrow('No rule');
  });
});

describe('isGap', () => {
  it.each([
    [3, false],
    [4, false],
    [5, true]
  ])('should compare %i with 3', (seq, gap) => {
    expect(isGap({ ...watching, seq: 3 }, started(seq, 1))).toBe(gap);
  });
});

describe('greeted', () => {
  const known = withReport(withRuns(watching, [cellRun(1)]), report());

  it('should keep the records of the same life', () => {
    const state = greeted(known, hello({ seq: 9, running: started(9, 2) }));
    expect(brief(state)).toBe('9: runs 1, running 2');
    expect(state.report).not.toBeNull();
  });

  it('should drop the records of another life', () => {
    const state = greeted(known, hello({ session: 'life-2' }));
    expect([state.runs, state.report]).toEqual([[], null]);
  });
});

describe('ceased', () => {
  const full: IHuntState = {
    ...withReport(withRuns(watching, [cellRun(1)]), report()),
    running: started(2, 2),
    pending: { what: 'clear', request: 'mine', waits: true, progress: null },
    refusal: 'no'
  };

  it('should keep the runs of before a restart, what ran, and nothing else', () => {
    const state = ceased(full, 'restarting', 77);
    expect(state).toEqual({
      ...emptyState,
      kernel: 'restarting',
      restartedAt: 77,
      // Its own spec has the record of the end.
      lastExit: state.lastExit,
      running: full.running,
      pastRuns: full.runs
    });
  });

  it('should keep them through a second restart without a run', () => {
    const twice = ceased(ceased(full, 'restarting', 1), 'restarting', 2);
    expect([twice.pastRuns, twice.restartedAt]).toEqual([full.runs, 2]);
  });

  it('should remember the cell that a dead kernel was running', () => {
    const state = ceased(full, 'dead', 77);
    expect([state.running?.run, state.memory?.at, state.restartedAt]).toEqual([
      2,
      1001,
      null
    ]);
  });

  it('should remember it through restarts that failed', () => {
    const state = ceased(ceased(full, 'restarting', 77), 'dead', 78);
    expect(state.running?.run).toBe(2);
  });

  it('should not speak of a restart that lost nothing', () => {
    expect(ceased(watching, 'restarting', 77).restartedAt).toBeNull();
  });
});

describe('replaced', () => {
  const dead = ceased(withRuns(watching, [cellRun(1)]), 'dead', 1);

  it('should forget the kernel before', () => {
    const state = replaced(withRuns(watching, [cellRun(1)]), 'starting', 5);
    expect(state).toEqual({ ...emptyState, kernel: 'starting' });
  });

  it('should go on where a dead kernel stopped', () => {
    const { kernel, pastRuns, restartedAt } = replaced(dead, 'starting', 5);
    expect([kernel, pastRuns, restartedAt]).toEqual([
      'starting',
      dead.pastRuns,
      5
    ]);
  });

  it('should keep the story of a dead kernel until there is another', () => {
    expect(replaced(dead, 'none', 5)).toBe(dead);
  });
});

describe('withReport', () => {
  it('should not set the memory back', () => {
    const later = after(watching, ended(1, 5));
    const state = withReport(later, report({ findings: [finding('f9')] }));
    expect([state.memory?.at, state.report?.findings[0].id]).toEqual([
      1005,
      'f9'
    ]);
  });
});
