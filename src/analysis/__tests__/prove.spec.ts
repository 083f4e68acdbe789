import { growth, plan, proving } from '../../protocol/__tests__/samples';
import {
  countedAt,
  growthChart,
  rateWords,
  runsDone,
  testParts
} from '../prove';

describe('testParts', () => {
  it.each([
    ['before the first run', null, [0, 0, 0, 0, 0], 0],
    ['in the warm-up', { batch: 0, run: 2 }, [0.5, 0, 0, 0, 0], 1],
    ['in the last batch', { batch: 4, run: 9 }, [1, 1, 1, 1, 0.5], 24]
  ])('should fill what is done %s', (_, at, done, runs) => {
    const parts = testParts(plan(), at && proving(at));
    expect(parts.map(part => part.done)).toEqual(done);
    expect(runsDone(parts)).toBe(runs);
  });
});

describe('countedAt', () => {
  it('should count from the end of the warm-up', () => {
    expect(countedAt([2, 4, 8, 16])).toEqual([0, 2, 6, 14, 30]);
  });
});

describe('growthChart', () => {
  it('should begin at 0', () => {
    const chart = growthChart([0, 5, 10], [0, 2, 4]);
    expect(chart.points).toEqual([
      { x: 0, y: 1 },
      { x: 0.5, y: 0.5 },
      { x: 1, y: 0 }
    ]);
    expect([chart.bottom, chart.top]).toEqual([0, 10]);
  });

  it('should show a little growth on much', () => {
    const { bottom, top } = growthChart([1000, 1010], [0, 2]);
    expect([bottom, top]).toEqual([1000, 1010]);
  });

  it('should leave room for what is not counted yet', () => {
    const { points, ticks } = growthChart([1, 2], [0, 2, 4]);
    expect(points.map(({ x }) => x)).toEqual([0, 0.5]);
    expect(ticks.map(({ run }) => run)).toEqual([0, 2, 4]);
  });

  it('should draw nothing at all as a flat line', () => {
    expect(growthChart([0, 0], [0, 2]).points.map(({ y }) => y)).toEqual([
      1, 1
    ]);
  });
});

describe('rateWords', () => {
  it.each([
    ['items' as const, 5, '+5'],
    ['objects' as const, 0.2, '+0.2'],
    ['items' as const, 0, '0'],
    ['bytes' as const, 38.6 * 1024 ** 2, '+38.6\u00a0MiB']
  ])('should write %s', (sort, rate, text) => {
    expect(rateWords(growth({ sort }), rate, false)).toBe(text);
  });
});
