import { nullTranslator } from '@jupyterlab/translation';
import {
  FakeModel,
  GIB,
  gib,
  MEMORY,
  ref,
  REPORT,
  SETTINGS
} from '../../panel/__tests__/fake';
import type { Report } from '../../protocol/generated';
import { HuntNotices, type INoticeAction } from '../notices';

const RUNNING = {
  kind: 'run-started' as const,
  seq: 1,
  run: 32,
  ...ref(29),
  started: 0,
  rss: GIB,
  oom_kills: null
};

let model: FakeModel;
let notices: HuntNotices;
let shown: {
  message: string;
  actions: INoticeAction[];
  urgent: boolean;
  gone: boolean;
}[];
let opened: number;

beforeEach(() => {
  jest.useFakeTimers();
  model = new FakeModel({ running: RUNNING });
  shown = [];
  opened = 0;
  notices = new HuntNotices({
    model,
    trans: nullTranslator.load('jupyterlab_leakhunter'),
    board: {
      show: (message, actions, urgent) => {
        const notice = {
          message: message.replace(/\u00a0/g, ' '),
          actions,
          urgent,
          gone: false
        };
        shown.push(notice);
        return () => {
          notice.gone = true;
        };
      }
    },
    open: () => opened++
  });
});

afterEach(() => {
  notices.dispose();
  jest.useRealTimers();
});

/** The running cell has this many GiB. */
function sample(size: number): void {
  const live = {
    kind: 'sample' as const,
    seq: 1,
    run: 32,
    at: 1,
    rss: gib(size),
    limit_used: gib(size)
  };
  model.live = live;
  model.sampled.emit(live);
}

/** A check found this, with so many GiB of 16 in use. */
function check(used: number, canGo: number): void {
  const report: Report = {
    ...REPORT,
    memory: { ...MEMORY, limit_used: gib(used) },
    safe_bytes: gib(canGo),
    check_bytes: 0
  };
  model.set({ running: null, report });
}

describe('near the limit', () => {
  it('should be told once a crossing', () => {
    [14, 14.6, 15, 15.5].forEach(sample);
    expect(shown.length).toBe(1);
    expect(shown[0].urgent).toBe(true);
    expect(shown[0].message).toContain(
      'churn_model.ipynb is near the memory limit: 14.6 / 16.0 GiB.'
    );
    [14, 14.6].forEach(sample);
    expect(shown.length).toBe(2);
  });

  it('should not be told when the setting says so', () => {
    const off = { nearLimit: false, canGo: true };
    model.set({ settings: { ...SETTINGS, notices: off } });
    sample(15);
    expect(shown).toEqual([]);
  });

  it('should interrupt, and say when the cell does not heed it', () => {
    sample(15);
    shown[0].actions[0].callback();
    expect(model.asked).toEqual(['interrupt']);
    jest.advanceTimersByTime(3000);
    expect(shown[1].message).toContain('has not stopped yet');
  });

  it('should be content with a cell that stops', () => {
    sample(15);
    shown[0].actions[0].callback();
    model.set({ running: null });
    jest.advanceTimersByTime(3000);
    expect(shown.length).toBe(1);
  });

  it('should go when the cell has ended', () => {
    sample(15);
    shown[0].actions[0].callback();
    jest.advanceTimersByTime(3000);
    expect(shown.map(({ gone }) => gone)).toEqual([false, false]);
    model.set({ running: null });
    expect(shown.map(({ gone }) => gone)).toEqual([true, true]);
  });

  it('should lead to the panel', () => {
    sample(15);
    shown[0].actions[1].callback();
    expect(opened).toBe(1);
  });

  it('should not interrupt the next cell', () => {
    sample(15);
    model.set({ running: { ...RUNNING, run: 33 } });
    shown[0].actions[0].callback();
    expect(model.asked).toEqual([]);
  });
});

describe('what can go', () => {
  it('should be told when memory is nearly full and much can go', () => {
    check(13.5, 4);
    check(13.7, 3.1);
    expect(shown).toEqual([]);
    check(13.7, 3.3);
    expect(shown.map(({ message }) => message)).toEqual([
      '3.30 GiB of the memory of churn_model.ipynb can go.'
    ]);
    expect(shown[0].urgent).toBe(false);
  });

  it('should be told again after half an hour at the earliest', () => {
    check(14, 4);
    check(14, 5);
    expect(shown.length).toBe(1);
    jest.advanceTimersByTime(30 * 60 * 1000);
    check(14, 5);
    expect(shown.length).toBe(2);
  });

  it('should lead to the preview and clear nothing', () => {
    check(14, 4);
    shown[0].actions[0].callback();
    expect([opened, model.asked]).toEqual([1, ['reviewSafe']]);
  });

  it('should go when it is true no more, and with the notebook', () => {
    check(14, 4);
    check(10, 0.1);
    expect(shown.map(({ gone }) => gone)).toEqual([true]);
    jest.advanceTimersByTime(30 * 60 * 1000);
    check(14, 4);
    model.set({ report: null });
    expect(shown.map(({ gone }) => gone)).toEqual([true, true]);
    jest.advanceTimersByTime(30 * 60 * 1000);
    model.set({ report: REPORT });
    check(14, 4);
    notices.dispose();
    expect(shown.map(({ gone }) => gone)).toEqual([true, true, true]);
  });

  it('should be silent for a notebook when the user says so', () => {
    check(14, 4);
    shown[0].actions[1].callback();
    jest.advanceTimersByTime(30 * 60 * 1000);
    check(14, 5);
    expect(shown.length).toBe(1);
  });

  it('should listen no more once it is disposed', () => {
    notices.dispose();
    check(14, 4);
    sample(15);
    expect(shown).toEqual([]);
  });
});
