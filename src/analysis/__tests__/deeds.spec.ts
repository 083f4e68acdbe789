import { finding } from '../../panel/__tests__/fake';
import type { Finding } from '../../protocol/generated';
import { deedOf, filledDeed } from '../deeds';

const advice: Finding['remedy'] = { action: 'advice', code: null, frees: 0 };

describe('filledDeed', () => {
  it.each([
    ['Leftover', 'clear', 'clear', 'copy-fix'],
    ['Hidden', 'clear', 'clear', 'copy-fix'],
    ['Pinned', 'unpin', 'unpin', 'copy-fix'],
    ['Growing', 'clear', 'prove', 'prove'],
    ['Suspect', 'clear', 'prove', 'prove'],
    ['Leak', 'clear', 'copy-fix', 'copy-fix'],
    ['Held', 'clear', 'clear', 'copy-fix'],
    ['Stuck', 'clear', 'clear', 'copy-fix'],
    ['Garbage', 'collect', 'collect', 'copy-fix'],
    ['Open', 'close', 'close', 'copy-fix'],
    ['Kept free', 'give-back', 'give-back', 'give-back']
  ] as const)(
    'should be by the verdict: %s can %s, filled %s, with advice only %s',
    (label, deed, filled, advised) => {
      const one = finding({ label });
      const only = finding({ label, remedy: advice });
      expect([deedOf(one), filledDeed(one), filledDeed(only)]).toEqual([
        deed,
        filled,
        advised
      ]);
    }
  );

  it('should clear a leak that has no fix', () => {
    expect(filledDeed(finding({ label: 'Leak', fix: null }))).toBe('clear');
  });

  it('should not press for what is expected', () => {
    expect(filledDeed(finding({ group: 'expected' }))).toBeNull();
  });

  it('should have nothing to do where nothing can be done', () => {
    const none = finding({ fix: null, remedy: advice });
    expect([deedOf(none), filledDeed(none)]).toEqual([null, null]);
  });
});
