/** How full the memory is, for every place that says so. */
import type { Memory, Sample } from '../protocol/generated';
import type { IHuntSettings } from '../tokens';
import { NBSP, formatBytes, sizeParts } from './format';

/** How near the limit the memory is. */
export type UsageLevel = 'calm' | 'warn' | 'critical';

/** What counts against the limit now; of the newest sample while a cell runs. */
export function usedBytes(memory: Memory, live: Sample | null): number {
  return live
    ? (live.limit_used ?? live.rss)
    : (memory.limit_used ?? memory.rss);
}

/** The level of a use, by the thresholds that the user set. */
export function usageLevel(
  used: number,
  limit: number | null,
  { warnAt, criticalAt }: Pick<IHuntSettings, 'warnAt' | 'criticalAt'>
): UsageLevel {
  // In whole percent, as it is written beside the sign.
  const share = limit ? Math.round((used / limit) * 100) : 0;
  return share >= criticalAt ? 'critical' : share >= warnAt ? 'warn' : 'calm';
}

/** `13.9 / 16.0 GiB`; the unit stands once where both have it. */
export function usageWords(
  used: number,
  limit: number | null,
  decimal: boolean
): string {
  const all = formatBytes(used, { decimal });
  if (limit === null) {
    return all;
  }
  const [part, whole] = [used, limit].map(size => sizeParts(size, { decimal }));
  const text = part.unit === whole.unit ? part.text : all;
  return `${text}${NBSP}/${NBSP}${formatBytes(limit, { decimal })}`;
}

/** What can go, behind `usageWords`: without the unit where that has the same. */
export function safeWords(
  safe: number,
  limit: number | null,
  decimal: boolean
): string {
  const part = sizeParts(safe, { decimal });
  return limit !== null && sizeParts(limit, { decimal }).unit === part.unit
    ? part.text
    : formatBytes(safe, { decimal });
}
