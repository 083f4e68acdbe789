import { finding, RUNS } from '../../panel/__tests__/fake';
import type { Finding } from '../../protocol/generated';
import { deedOf, filledDeed, hasCellToRepeat } from '../deeds';

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
      expect([
        deedOf(one),
        filledDeed(one, true),
        filledDeed(only, true)
      ]).toEqual([deed, filled, advised]);
    }
  );

  it('should clear a leak that has no fix', () => {
    expect(filledDeed(finding({ label: 'Leak', fix: null }), true)).toBe(
      'clear'
    );
  });

  it('should clear what grows where no cell can be repeated to prove it', () => {
    expect(filledDeed(finding({ label: 'Growing' }), false)).toBe('clear');
  });

  it('should not press for what is expected', () => {
    expect(filledDeed(finding({ group: 'expected' }), true)).toBeNull();
  });

  it('should have nothing to do where nothing can be done', () => {
    const none = finding({ fix: null, remedy: advice });
    expect([deedOf(none), filledDeed(none, true)]).toEqual([null, null]);
  });
});

describe('hasCellToRepeat', () => {
  const [first] = RUNS;
  const ran = (more: Partial<typeof first>) => [{ ...first, ...more }];
  const fills = { read: ['history'], bound: [], error: null };
  const grown = finding({
    kind: 'accumulator',
    names: ['history.rows[3]'],
    cell: null
  });

  it('should be the cell that made it', () => {
    const { cell_id, execution_count } = first;
    const made = (cell: Partial<typeof first>) =>
      hasCellToRepeat(
        finding({ cell: { cell_id, execution_count, ...cell } }),
        ran({})
      );
    expect(made({})).toBe(true);
    expect(made({ cell_id: null })).toBe(true);
    expect(made({ cell_id: 'another' })).toBe(false);
    expect(made({ cell_id: null, execution_count: 99 })).toBe(false);
  });

  it('should be a cell that fills it, with success', () => {
    expect(hasCellToRepeat(grown, ran(fills))).toBe(true);
    expect(hasCellToRepeat(grown, ran({ ...fills, error: 'OSError' }))).toBe(
      false
    );
    expect(hasCellToRepeat(grown, ran({ ...fills, bound: ['history'] }))).toBe(
      false
    );
    expect(hasCellToRepeat(grown, [])).toBe(false);
  });

  it('should not be one that only reads a variable', () => {
    const left = finding({ names: ['history'], cell: null });
    expect(hasCellToRepeat(left, ran(fills))).toBe(false);
  });
});
