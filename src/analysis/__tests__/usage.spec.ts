import { usageLevel } from '../usage';

describe('usageLevel', () => {
  const settings = { warnAt: 75, criticalAt: 90 };

  it.each([
    [74.4, 'calm'],
    [74.6, 'warn'],
    [75, 'warn'],
    [89.4, 'warn'],
    [89.6, 'critical'],
    [120, 'critical']
  ])('should agree with the percent that is written, at %p', (used, level) => {
    expect(usageLevel(used, 100, settings)).toBe(level);
  });

  it('should be calm without a limit', () => {
    expect(usageLevel(100, null, settings)).toBe('calm');
  });
});
