import { PREVIEW, gib } from '../../panel/__tests__/fake';
import type { Preview, Totals } from '../../protocol/generated';
import { defaultTicks, promise, promisedSize, sharing } from '../preview';

const [A, B] = PREVIEW.items;

/** A preview of items that free so much alone, and so much together. */
function of(alone: number[], together: number): Preview {
  const items = alone.map((frees, index) => ({
    ...A,
    id: `i${index}`,
    title: 'abc'[index],
    frees
  }));
  return { ...PREVIEW, items, totals: total(together) };
}

function total(frees: number): Totals {
  return { ...PREVIEW.totals, frees };
}

describe('defaultTicks', () => {
  it('should tick what undo brings back', () => {
    expect(defaultTicks(PREVIEW)).toEqual(['f2', 'f3', 'f4']);
  });

  it('should tick nothing where nothing is saved', () => {
    const undo = { ...PREVIEW.totals.undo, refused: 'No disk.', unsaved: [] };
    const totals = { ...PREVIEW.totals, undo };
    expect(defaultTicks({ ...PREVIEW, totals })).toEqual([]);
  });
});

describe('promise', () => {
  it('should be a floor until the kernel has answered', () => {
    const floor = promise(PREVIEW, new Set([A.id, B.id]), null);
    expect(floor).toEqual({
      frees: A.frees + B.frees,
      exact: false,
      rss: gib(13.9),
      rssAfter: gib(13.9) - A.frees - B.frees
    });
    expect(promisedSize(floor, false)).toBe('≥\u00a03.96\u00a0GiB');
  });

  it('should be what the kernel says', () => {
    const totals = { ...total(gib(5)), rss_after: gib(8.9) };
    const known = promise(PREVIEW, new Set([A.id]), totals);
    expect([promisedSize(known, false), known.rssAfter]).toEqual([
      '5.00\u00a0GiB',
      gib(8.9)
    ]);
  });

  it('should be exactly nothing where nothing is ticked', () => {
    expect(promise(PREVIEW, new Set(), null)).toMatchObject({
      frees: 0,
      exact: true
    });
  });
});

describe('sharing', () => {
  const brief = (shared: ReturnType<typeof sharing>) =>
    shared && [shared.bytes, ...shared.partners];

  it('should name the other of two, ticked or not', () => {
    const pair = of([0, 10], 1000);
    const named = [990, ['i0', 'b'], ['i1', 'a']];
    expect(brief(sharing(pair, new Set(), null))).toEqual(named);
    expect(brief(sharing(pair, new Set(['i0']), total(0)))).toEqual(named);
  });

  it('should name the other of two that are ticked among more', () => {
    const three = of([0, 10, 20], 1030);
    const ticked = new Set(['i0', 'i2']);
    expect(brief(sharing(three, ticked, total(1020)))).toEqual([
      1000,
      ['i0', 'c'],
      ['i2', 'a']
    ]);
    expect(sharing(three, new Set(['i1', 'i2']), total(30))).toBeNull();
  });

  it('should name nobody where it cannot tell who', () => {
    const three = of([0, 10, 20], 1030);
    const all = new Set(['i0', 'i1', 'i2']);
    expect(brief(sharing(three, all, three.totals))).toEqual([1000]);
  });

  it('should not take a rounding for sharing', () => {
    expect(sharing(of([500, 500], 1001), new Set(), null)).toBeNull();
  });
});
