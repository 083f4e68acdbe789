import { REPORT, SHEET, gib } from '../../panel/__tests__/fake';
import { report as wireReport } from '../../protocol/__tests__/samples';
import type { Part, PartId } from '../../protocol/generated';
import {
  apportion,
  isVisible,
  PART_GROUPS,
  sheetRows,
  unlikeBytes
} from '../sheet';

const MIB = 1024 ** 2;

/** The numbers as they are written, in hundredths. */
const hundredths = (text: string) => Math.round(Number(text) * 100);
const percents = (text: string) =>
  text.startsWith('<') ? 0 : Number(text.split('\u00a0')[0]);

function sum(numbers: number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

describe('sheetRows', () => {
  const rows = sheetRows(SHEET, false);
  const lines = rows.groups.map(({ group, text, percent, parts }) =>
    [
      `${group} ${text} ${percent}`,
      ...parts.map(one => `${one.part} ${one.text} ${one.percent}`)
    ].map(line => line.replace(/\u00a0/g, ' '))
  );

  it('should write all parts by group, in their order', () => {
    expect([rows.unit, rows.total, lines]).toEqual([
      'GiB',
      '13.90',
      [
        [
          'in-use 4.94 36 %',
          'variables 3.92 28 %',
          'hidden 0.22 2 %',
          'libraries 0.46 3 %',
          'files 0.24 2 %',
          'shared 0.10 1 %'
        ],
        [
          'could-go 7.14 51 %',
          'leftover 4.96 35 %',
          'history 2.18 16 %',
          'garbage 0 0 %'
        ],
        ['kept 0.87 6 %', 'kept 0.87 6 %'],
        ['unexplained 0.95 7 %', 'unexplained 0.95 7 %']
      ]
    ]);
  });

  it('should know every part once', () => {
    const known = Object.values(PART_GROUPS).flat();
    expect(known).toEqual(SHEET.parts.map(({ part }) => part));
  });

  it('should leave out what has no memory, unless it was not looked for', () => {
    const parts = rows.groups.flatMap(group => group.parts);
    expect(parts.map(({ part }) => part)).not.toContain('views');
    expect(parts.find(({ part }) => part === 'garbage')?.checked).toBe(false);
  });

  it.each([
    [7, 13 * MIB + 12345],
    [11, 700 * MIB + 1],
    [13, gib(13.9)],
    [17, gib(2048.2)]
  ])('should add up as written, whatever the bytes (%p)', (seed, rss) => {
    const ids = Object.values(PART_GROUPS).flat();
    let left = rss;
    const parts = ids.map((part: PartId, index): Part => {
      const share = ((seed * (index + 3) * 7919) % 97) / 700;
      const bytes =
        part === 'unexplained' ? left : Math.floor(rss * share * 0.7);
      left -= bytes;
      return { part, bytes, details: [], checked: true };
    });
    const { groups, total } = sheetRows({ ...SHEET, rss, parts }, false);
    expect(sum(groups.map(({ text }) => hundredths(text)))).toBe(
      hundredths(total)
    );
    expect(sum(groups.map(({ percent }) => percents(percent)))).toBe(100);
    for (const group of groups) {
      expect(sum(group.parts.map(({ text }) => hundredths(text)))).toBe(
        hundredths(group.text)
      );
      expect(sum(group.parts.map(({ percent }) => percents(percent)))).toBe(
        percents(group.percent)
      );
    }
  });

  it('should say that nothing is unexplained', () => {
    const parts: Part[] = [
      { part: 'variables', bytes: gib(1), details: [], checked: true },
      { part: 'unexplained', bytes: 0, details: [], checked: true }
    ];
    const { groups } = sheetRows({ ...SHEET, rss: gib(1), parts }, false);
    expect(groups.map(group => group.parts.map(({ text }) => text))).toEqual([
      ['1.00'],
      [],
      [],
      ['0']
    ]);
  });

  it('should tell a little from nothing', () => {
    const parts: Part[] = [
      { part: 'variables', bytes: gib(1) - 1000, details: [], checked: true },
      { part: 'views', bytes: 1000, details: [], checked: true }
    ];
    const { groups } = sheetRows({ ...SHEET, rss: gib(1), parts }, false);
    expect([groups[1].text, groups[1].percent]).toEqual([
      '0.00',
      '<\u00a01\u00a0%'
    ]);
  });

  it('should never write a negative part', () => {
    const parts: Part[] = [
      { part: 'unexplained', bytes: -5, details: [], checked: true }
    ];
    const { groups } = sheetRows({ ...SHEET, parts }, false);
    expect(groups.map(({ bytes }) => bytes)).toEqual([0, 0, 0, 0]);
  });
});

describe('apportion', () => {
  it('should give what is left over to the largest remainders', () => {
    expect(apportion([2, 3, 4], 600, 2)).toEqual([0, 1, 1]);
  });
});

describe('unlikeBytes', () => {
  it.each([
    ['of the panel', REPORT],
    ['of the wire', wireReport()]
  ])(
    'should be invisible in the samples %s: header and bar say the same',
    (_, report) => {
      const { unit } = sheetRows(report.sheet, false);
      expect(isVisible(unlikeBytes(report), unit)).toBe(false);
    }
  );

  it('should tell what the findings free of other parts', () => {
    const check_bytes = REPORT.check_bytes + gib(0.5);
    const more = { ...REPORT, check_bytes };
    expect(isVisible(unlikeBytes(more), 'GiB')).toBe(true);
    expect((unlikeBytes(more) / gib(1)).toFixed(2)).toBe('0.50');
  });
});
