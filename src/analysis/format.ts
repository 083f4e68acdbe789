/**
 * The one formatter: sizes, counts, durations and times as the panel says them.
 *
 * The kernel side has its twin; both are held to the same table,
 * `kernel-magics/tests/data/format.json`.
 * Nothing here is translated: unit symbols are the same in every language.
 */

/** Between a number and its unit, so that a line never breaks there. */
export const NBSP = '\u00a0';

/** U+2212: as wide as the plus sign, unlike the hyphen. */
export const MINUS = '\u2212';

/** What stands where a value is not known. */
export const MISSING = '\u00b7';

/** How a size is written. */
export interface ISizeOptions {
  /** Write `+` before a positive size. */
  signed?: boolean;

  /** Figures to show: three, or four on a receipt. A leading zero counts. */
  figures?: number;

  /** Divide by 1000 and write MB, GB instead of 1024 and MiB, GiB. */
  decimal?: boolean;
}

/** A number and its unit apart, for a view that writes the unit in muted weight. */
export interface ISizeParts {
  /** The number with its sign, such as `+1.24`. */
  text: string;

  /** The unit, such as `GiB`; empty where there is no number. */
  unit: string;
}

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/**
 * A size in its own unit, the number and the unit apart.
 *
 * @param bytes - The size; null when it is not known.
 *
 * #### Notes
 * The next unit begins where the number would be written with four digits
 * before the point, after rounding: `0.98 GiB`, never `1003 MiB` or `1000 MiB`.
 */
export function sizeParts(
  bytes: number | null,
  options: ISizeOptions = {}
): ISizeParts {
  if (bytes === null) {
    return { text: MISSING, unit: '' };
  }
  const units = options.decimal ? DECIMAL : BINARY;
  const base = options.decimal ? 1000 : 1024;
  const figures = options.figures ?? 3;
  const size = Math.abs(bytes);
  let power = 0;
  let text = size.toFixed(0);
  while (Number(text) >= 1000 && power < units.length - 1) {
    power += 1;
    text = rounded(size / base ** power, figures);
  }
  return { text: sign(bytes, text, options) + text, unit: units[power] };
}

/** A size in its own unit: `1.24 GiB`, `152 MiB`, `0 B`. */
export function formatBytes(
  bytes: number | null,
  options: ISizeOptions = {}
): string {
  const { text, unit } = sizeParts(bytes, options);
  return unit === '' ? text : text + NBSP + unit;
}

/** A size on a receipt: four figures below 1 GiB, where a few percent are small. */
export function formatReceipt(
  bytes: number | null,
  options: ISizeOptions = {}
): string {
  const gib = options.decimal ? 1000 ** 3 : 1024 ** 3;
  const small = bytes !== null && Math.abs(bytes) < gib;
  return formatBytes(bytes, { ...options, figures: small ? 4 : 3 });
}

/** A size known only from samples: `≥ 7.80 GiB`. */
export function formatAtLeast(
  bytes: number | null,
  options: ISizeOptions = {}
): string {
  const text = formatBytes(bytes, options);
  return bytes === null ? text : `\u2265${NBSP}${text}`;
}

/** The one unit for a column that adds up: that of its largest size. */
export function columnUnit(largest: number, decimal = false): string {
  return sizeParts(largest, { decimal }).unit;
}

/**
 * A size in a column whose head names the unit: two decimals, `0` for nothing.
 *
 * @param unit - A unit that `columnUnit` gave.
 */
export function formatColumn(
  bytes: number | null,
  unit: string,
  signed = false
): string {
  if (bytes === null) {
    return MISSING;
  }
  if (bytes === 0) {
    return '0';
  }
  const divisor = unitSize(unit);
  const text =
    divisor === 1
      ? Math.abs(bytes).toFixed(0)
      : (Math.abs(bytes) / divisor).toFixed(2);
  return sign(bytes, text, { signed }) + text;
}

/** Bytes of a unit that `columnUnit` gave. */
export function unitSize(unit: string): number {
  const decimal = DECIMAL.indexOf(unit);
  return decimal > 0
    ? 1000 ** decimal
    : 1024 ** Math.max(BINARY.indexOf(unit), 0);
}

/** A count with thousands commas: `9,395,240`. */
export function formatCount(count: number): string {
  const text = Math.abs(count)
    .toFixed(0)
    .replace(/\B(?=(\d{3})+$)/g, ',');
  return sign(count, text, {}) + text;
}

/** A share in whole percent: `87 %`, `< 1 %` for a little, `·` of an unknown whole. */
export function formatPercent(part: number, whole: number | null): string {
  if (whole === null || whole <= 0) {
    return MISSING;
  }
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 0.5) {
    return `<${NBSP}1${NBSP}%`;
  }
  return `${percent.toFixed(0)}${NBSP}%`;
}

/** A length of time in words' place: `38 ms`, `0.2 s`, `12 s`, `2 min 5 s`, `1 h 2 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.0995) {
    return `${(seconds * 1000).toFixed(0)}${NBSP}ms`;
  }
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)}${NBSP}s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole}${NBSP}s`;
  }
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) {
    return pair(minutes, 'min', whole % 60, 's');
  }
  return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** A running clock: `0:41`, `12:05`, `1:02:05`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const tail = twoDigits(whole % 60);
  return hours > 0
    ? `${hours}:${twoDigits(minutes)}:${tail}`
    : `${minutes}:${tail}`;
}

/** A time of day, 24 hours: `14:02:11`, or `14:02` without seconds. */
export function formatTime(
  hour: number,
  minute: number,
  second?: number
): string {
  const parts = second === undefined ? [hour, minute] : [hour, minute, second];
  return parts.map(twoDigits).join(':');
}

/** The local time of day of a point in time, in seconds since the epoch. */
export function formatTimeOfDay(at: number, seconds = true): string {
  const date = new Date(at * 1000);
  return formatTime(
    date.getHours(),
    date.getMinutes(),
    seconds ? date.getSeconds() : undefined
  );
}

/** The sign before a number; none where all its digits are zeros. */
function sign(bytes: number, text: string, options: ISizeOptions): string {
  if (Number(text.replace(/,/g, '')) === 0) {
    return '';
  }
  return bytes < 0 ? MINUS : options.signed ? '+' : '';
}

/** A number with so many figures, halves away from zero. */
function rounded(value: number, figures: number): string {
  for (let before = 1; before < figures; before++) {
    const text = value.toFixed(figures - before);
    if (Number(text) < 10 ** before) {
      return text;
    }
  }
  return value.toFixed(0);
}

function pair(
  large: number,
  largeUnit: string,
  small: number,
  smallUnit: string
): string {
  const head = `${large}${NBSP}${largeUnit}`;
  return small === 0 ? head : `${head} ${small}${NBSP}${smallUnit}`;
}

function twoDigits(value: number): string {
  return value.toFixed(0).padStart(2, '0');
}
