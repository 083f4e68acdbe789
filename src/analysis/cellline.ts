/**
 * What the line under a cell says: which facts and in which order. The words
 * are the view's.
 */
import type {
  CellRun,
  Finding,
  RunStarted,
  Sample
} from '../protocol/generated';
import type { IHuntSettings } from '../tokens';
import type { ICellRow } from './cells';
import { shownBytes } from './findings';
import { keeperOf } from './keeper';

/** One fact of a line. */
export type CellLinePart =
  | { part: 'runs'; count: number }
  | { part: 'change' | 'each' | 'last' | 'so-far' | 'held'; bytes: number }
  | { part: 'peak'; bytes: number; exact: boolean }
  | { part: 'all-held' }
  | { part: 'nothing-freed' }
  | { part: 'of-limit'; used: number; limit: number }
  | { part: 'gone'; how: 'restarted' | 'stopped' };

/** The line under one cell. */
export interface ICellLine {
  parts: CellLinePart[];

  /** The finding that still keeps what the cell deleted. */
  keeper: Finding | null;

  /** The largest finding that belongs to the cell. */
  chip: Finding | null;

  /** How many findings belong to the cell beside that one. */
  others: number;
  tone: 'now' | 'running' | 'past';
}

/** What decides whether a fact is worth a line. */
export interface ILineRules {
  settings: IHuntSettings;

  /** In bytes; null when not known. */
  limit: number | null;
}

/** Less than this is not said beside something larger. */
const QUIET = 1024 * 1024;

/** The share by which what is held may differ from the change to be "all" of it. */
const ALL = 0.05;

/**
 * The line of a cell that ran in the kernel of now; null when nothing is worth
 * saying.
 *
 * @param row - All runs of the cell.
 * @param last - Its last run.
 * @param own - The findings that belong to the cell, each with a row of its own.
 * @param all - All findings: one of another cell may keep what this one deleted.
 */
export function cellLine(
  row: ICellRow,
  last: CellRun | null,
  own: readonly Finding[],
  all: readonly Finding[],
  rules: ILineRules
): ICellLine | null {
  const [chip = null] = [...own].sort((a, b) => shownBytes(b) - shownBytes(a));
  const found = last && keeperOf(last, all);
  const keeper = found === chip ? null : found;
  const worth = worthBytes(rules);
  if (
    rules.settings.cellLine !== 'all' &&
    Math.max(Math.abs(row.change), row.held ?? 0) < worth &&
    chip === null &&
    keeper === null
  ) {
    return null;
  }
  const parts: CellLinePart[] = [
    ...runsPart(row),
    ...changePart(row, keeper),
    ...peakPart(row, worth),
    ...heldPart(row)
  ];
  if (parts.length === 0 && chip === null) {
    parts.push({ part: 'change', bytes: row.change });
  }
  const others = Math.max(own.length - 1, 0);
  return { parts, keeper, chip, others, tone: 'now' };
}

/** The line of a cell that last ran in a kernel that is gone. */
export function pastLine(
  row: ICellRow,
  how: 'restarted' | 'stopped',
  rules: ILineRules
): ICellLine | null {
  const worth = worthBytes(rules);
  if (rules.settings.cellLine !== 'all' && Math.abs(row.change) < worth) {
    return null;
  }
  const parts: CellLinePart[] = [
    ...runsPart(row),
    ...changePart(row, null),
    ...peakPart(row, worth),
    { part: 'gone', how }
  ];
  return { parts, keeper: null, chip: null, others: 0, tone: 'past' };
}

/**
 * The line of the running cell; null until there is something to say.
 *
 * @param peak - The most memory that any sample of this run saw.
 */
export function runningLine(
  started: RunStarted,
  live: Sample,
  peak: number,
  rules: ILineRules
): ICellLine | null {
  const { limit, settings } = rules;
  const used = live.limit_used ?? live.rss;
  const near = limit !== null && used * 100 >= settings.warnAt * limit;
  // The peak only rises: what is said once stays until the cell has ended.
  if (
    settings.cellLine !== 'all' &&
    peak - started.rss < worthBytes(rules) &&
    !near
  ) {
    return null;
  }
  const parts: CellLinePart[] = [
    { part: 'so-far', bytes: live.rss - started.rss },
    { part: 'peak', bytes: peak, exact: true }
  ];
  if (limit !== null) {
    parts.push({ part: 'of-limit', used, limit });
  }
  return { parts, keeper: null, chip: null, others: 0, tone: 'running' };
}

function worthBytes({ settings, limit }: ILineRules): number {
  const { bytes, percentOfLimit } = settings.worthSaying;
  return limit === null
    ? bytes
    : Math.min(bytes, (limit * percentOfLimit) / 100);
}

function runsPart({ runs }: ICellRow): CellLinePart[] {
  return runs > 1 ? [{ part: 'runs', count: runs }] : [];
}

/** What the only run did, or each of several like ones, or the last of several. */
function changePart(row: ICellRow, keeper: Finding | null): CellLinePart[] {
  const { change, changes, runs } = row;
  if (keeper && Math.abs(change) < Math.max(QUIET, keeper.bytes / 50)) {
    return [{ part: 'nothing-freed' }];
  }
  const mean = changes.reduce((sum, bytes) => sum + bytes, 0) / changes.length;
  const like = changes.every(bytes => bytes / mean >= 0.5 && bytes / mean <= 2);
  if (changes.length > 1 && like && Math.abs(mean) >= QUIET) {
    return [{ part: 'each', bytes: mean }];
  }
  return Math.abs(change) < QUIET
    ? []
    : [{ part: runs > 1 ? 'last' : 'change', bytes: change }];
}

/** The peak, where it stands well above the memory before and after. */
function peakPart(row: ICellRow, worth: number): CellLinePart[] {
  const { peak, peakExact, rise, change } = row;
  return peak === null || (rise ?? 0) - Math.max(change, 0) < worth
    ? []
    : [{ part: 'peak', bytes: peak, exact: peakExact }];
}

function heldPart({ held, change, runs }: ICellRow): CellLinePart[] {
  if (held === null || held < QUIET) {
    return [];
  }
  return runs === 1 && change > 0 && Math.abs(held - change) <= ALL * change
    ? [{ part: 'all-held' }]
    : [{ part: 'held', bytes: held }];
}
