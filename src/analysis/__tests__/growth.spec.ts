import { memory, sample } from '../../protocol/__tests__/samples';
import { growthOf } from '../growth';

const LIMIT = memory({ limit: 1000 });

/** Samples twice a second with these bytes. */
function samples(...used: number[]) {
  return used.map((limit_used, index) => ({
    ...sample(1, 2),
    at: 100 + index / 2,
    limit_used
  }));
}

const RISING = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

describe('#growthOf()', () => {
  it('should tell a steady rise and the time to the limit', () => {
    const growth = growthOf(samples(...RISING), LIMIT);
    expect(growth).toEqual({ rate: 20, left: 45 });
  });

  it('should look at the last five seconds only', () => {
    const growth = growthOf(samples(900, 5, ...RISING), LIMIT);
    expect(growth?.rate).toBe(20);
  });

  it.each([
    ['a rise that stops', [...RISING, 100]],
    ['a rise that falls back', [...RISING.slice(0, -1), 85]],
    ['less than four seconds', RISING.slice(0, 8)],
    ['a limit that is far', RISING.map(used => used / 100)],
    ['nothing', []]
  ])('should say nothing of %s', (_, used) => {
    expect(growthOf(samples(...used), LIMIT)).toBeNull();
  });

  it('should say nothing without a limit', () => {
    expect(growthOf(samples(...RISING), memory({ limit: null }))).toBeNull();
  });
});
