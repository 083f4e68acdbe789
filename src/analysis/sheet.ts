/**
 * The memory sheet as it is shown: parts in four groups, in numbers that add
 * up as they are written.
 */
import type { Part, PartId, Report, Sheet } from '../protocol/generated';
import { columnUnit, formatColumn, NBSP, unitSize } from './format';

/** What a part of the memory is to the user. */
export type PartGroup = 'in-use' | 'could-go' | 'kept' | 'unexplained';

/** The groups, and their parts, in the order of the bar. */
export const PART_GROUPS: Record<PartGroup, readonly PartId[]> = {
  'in-use': ['variables', 'hidden', 'libraries', 'pools', 'files', 'shared'],
  'could-go': [
    'leftover',
    'history',
    'views',
    'traceback',
    'registry',
    'garbage'
  ],
  kept: ['kept'],
  unexplained: ['unexplained']
};

const GROUP_ORDER = Object.keys(PART_GROUPS) as PartGroup[];

/** Bytes with the words that stand for them beside all others. */
export interface ISheetSize {
  bytes: number;

  /** In the unit of the sheet, two decimals. */
  text: string;

  /** The share in whole percent. */
  percent: string;
}

/** One part. */
export interface ISheetPart extends ISheetSize {
  part: PartId;
  details: Part['details'];

  /** False when it was not looked for. */
  checked: boolean;
}

/** One group and its parts; those without memory are left out. */
export interface ISheetGroup extends ISheetSize {
  group: PartGroup;
  parts: ISheetPart[];
}

/** The sheet ready to be shown. */
export interface ISheetRows {
  unit: string;
  total: string;
  groups: ISheetGroup[];
}

/**
 * Writes the sheet in one unit.
 *
 * #### Notes
 * Rounded one by one, parts would not add up to what is written below them.
 * So the last digits are shared out: first to the groups, then in each group
 * to its parts.
 */
export function sheetRows(sheet: Sheet, decimal: boolean): ISheetRows {
  const unit = columnUnit(sheet.rss, decimal);
  const whole = unitSize(unit);
  const groups = GROUP_ORDER.map(group => ({
    group,
    parts: partsOf(sheet, group)
  }));
  const sums = groups.map(({ parts }) => sumOf(parts));
  const sum = sums.reduce((all, bytes) => all + bytes, 0);
  const texts = apportion(sums, whole, Math.round((sum * 100) / whole));
  const percents = apportion(sums, sum, sum > 0 ? 100 : 0);
  return {
    unit,
    total: formatColumn(sheet.rss, unit),
    groups: groups.map(({ group, parts }, at) => {
      const bytes = parts.map(one => one.bytes);
      const partTexts = apportion(bytes, whole, texts[at]);
      const partPercents = apportion(bytes, sum, percents[at]);
      return {
        group,
        ...size(sums[at], texts[at], percents[at]),
        parts: parts.map((one, index) => ({
          ...one,
          ...size(one.bytes, partTexts[index], partPercents[index])
        }))
      };
    })
  };
}

/**
 * By how much what the findings free differs from what could go.
 *
 * @returns bytes; above 0 when findings free memory of other parts too.
 */
export function unlikeBytes(report: Report): number {
  const { sheet, safe_bytes, check_bytes } = report;
  return safe_bytes + check_bytes - sumOf(partsOf(sheet, 'could-go'));
}

/** Whether so many bytes are seen at two decimals. */
export function isVisible(bytes: number, unit: string): boolean {
  return Math.round((Math.abs(bytes) / unitSize(unit)) * 100) > 0;
}

/**
 * Whole hundredths of `whole` that add up to `total`, each as near to its value
 * as that allows: what the floors leave over goes to the largest remainders.
 */
export function apportion(
  values: readonly number[],
  whole: number,
  total: number
): number[] {
  // Multiplied first: so no floor is off by the rounding of a division.
  const shares = values.map(value => (whole > 0 ? (value * 100) / whole : 0));
  const floors = shares.map(Math.floor);
  const left = total - floors.reduce((sum, share) => sum + share, 0);
  shares
    .map((share, index) => ({ index, rest: share - floors[index] }))
    .sort((a, b) => b.rest - a.rest)
    .slice(0, Math.max(left, 0))
    .forEach(({ index }) => floors[index]++);
  return floors;
}

function partsOf(
  sheet: Sheet,
  group: PartGroup
): Pick<ISheetPart, 'part' | 'bytes' | 'details' | 'checked'>[] {
  return PART_GROUPS[group].flatMap(id => {
    const found = sheet.parts.find(({ part }) => part === id);
    // That nothing is unexplained is worth a row.
    const due = found && (found.bytes > 0 || !found.checked);
    return found && (due || id === 'unexplained')
      ? [{ ...found, bytes: Math.max(found.bytes, 0) }]
      : [];
  });
}

function sumOf(parts: readonly { bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

function size(bytes: number, hundredths: number, percent: number): ISheetSize {
  return {
    bytes,
    text: bytes === 0 ? '0' : (hundredths / 100).toFixed(2),
    percent:
      bytes > 0 && percent === 0 ? `<${NBSP}1${NBSP}%` : `${percent}${NBSP}%`
  };
}
