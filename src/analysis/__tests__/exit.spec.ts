import type { ILastExit } from '../../model/exit';
import {
  finding,
  memory,
  report,
  sample,
  started
} from '../../protocol/__tests__/samples';
import { biggestAtExit, causeOf, usedAtExit } from '../exit';

const LIMIT = 1000;

function exit(used: number, more: Partial<ILastExit> = {}): ILastExit {
  return {
    byItself: true,
    at: 0,
    running: started(1, 2),
    memory: memory({ limit: LIMIT, limit_used: used, limit_source: 'setting' }),
    samples: [],
    report: null,
    oomBefore: null,
    oomAfter: null,
    ...more
  };
}

describe('#causeOf()', () => {
  it('should say out of memory with proof only', () => {
    const counts = { oomBefore: 2, oomAfter: 3 };
    expect(causeOf(exit(100, counts))).toBe('out-of-memory');
  });

  it('should say probably from 95 % of the limit on', () => {
    expect([949, 950].map(used => causeOf(exit(used)))).toEqual([
      'unknown',
      'probably'
    ]);
  });

  it('should make no claim where the group that sets the limit killed nothing', () => {
    const counts = { oomBefore: 2, oomAfter: 2 };
    const pod = memory({
      limit: LIMIT,
      limit_used: 999,
      limit_source: 'cgroup'
    });
    expect(causeOf(exit(999, { ...counts, memory: pod }))).toBe('unknown');
    expect(causeOf(exit(999, counts))).toBe('probably');
  });

  it('should make no claim without a reading', () => {
    expect(causeOf(exit(0, { memory: null }))).toBe('unknown');
  });
});

describe('#usedAtExit()', () => {
  it('should go by the last sample', () => {
    const samples = [600, 970].map(limit_used => ({
      ...sample(1, 2),
      limit_used
    }));
    expect(usedAtExit(exit(100, { samples }))).toBe(970);
  });
});

describe('#biggestAtExit()', () => {
  it('should list what the cell itself added among the findings', () => {
    const begun = { ...started(1, 2), rss: 100 };
    const last = { ...sample(1, 2), rss: 160 };
    const findings = [
      finding('f1', { title: 'big', frees: 90 }),
      finding('f2', { title: 'small', frees: 10 }),
      finding('f3', { title: 'kept', group: 'not-a-leak', bytes: 500 })
    ];
    const rows = biggestAtExit(
      exit(0, { running: begun, samples: [last], report: report({ findings }) })
    );
    expect(rows.map(({ title, bytes }) => [title, bytes])).toEqual([
      ['big', 90],
      ['', 60],
      ['small', 10]
    ]);
  });
});
