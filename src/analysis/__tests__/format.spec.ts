import { middleEllipsis } from '../ellipsis';
import * as format from '../format';

interface ICase {
  fn: string;
  args: Record<string, never>;
  expect: string;
}

/** The table that the kernel side is tested with too. */
const cases: ICase[] = jest.requireActual(
  '../../../kernel-magics/tests/data/format.json'
);

const functions: Record<string, (args: Record<string, never>) => string> = {
  bytes: ({ bytes, ...options }) => format.formatBytes(bytes, options),
  receipt: ({ bytes, ...options }) => format.formatReceipt(bytes, options),
  at_least: ({ bytes, ...options }) => format.formatAtLeast(bytes, options),
  column_unit: ({ bytes, decimal }) => format.columnUnit(bytes, decimal),
  column: ({ bytes, unit, signed }) => format.formatColumn(bytes, unit, signed),
  count: ({ count }) => format.formatCount(count),
  percent: ({ part, whole }) => format.formatPercent(part, whole),
  duration: ({ seconds }) => format.formatDuration(seconds),
  clock: ({ seconds }) => format.formatClock(seconds),
  time: ({ hour, minute, second }) => format.formatTime(hour, minute, second),
  ellipsis: ({ text, length }) => middleEllipsis(text, length)
};

describe('format', () => {
  for (const { fn, args, expect: expected } of cases) {
    it(`should write ${fn} of ${JSON.stringify(args)} as ${expected}`, () => {
      expect(functions[fn](args)).toBe(expected);
    });
  }
});

describe('sizeParts', () => {
  it('should keep the unit apart', () => {
    expect(format.sizeParts(1331439862)).toEqual({ text: '1.24', unit: 'GiB' });
  });

  it('should have no unit without a number', () => {
    expect(format.sizeParts(null)).toEqual({ text: '·', unit: '' });
  });
});

describe('formatTimeOfDay', () => {
  const at = new Date(2026, 2, 1, 14, 2, 11).getTime() / 1000;

  it('should be the local time', () => {
    expect(format.formatTimeOfDay(at)).toBe('14:02:11');
    expect(format.formatTimeOfDay(at, false)).toBe('14:02');
  });
});
