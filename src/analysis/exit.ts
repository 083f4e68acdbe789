/** Why a kernel ended, as far as anybody can know, and what filled its memory. */
import type { ILastExit } from '../model/exit';
import type { CellRef, Label, PartId } from '../protocol/generated';
import { unexpected } from './expected';
import { shownBytes } from './findings';
import { usedBytes } from './usage';

/** From so much of the limit on the memory is the likely cause. */
const NEAR = 0.95;

/** Rows in the list of what was biggest. */
const BIGGEST = 4;

/** `out-of-memory` is said with proof only. */
export type ExitCause = 'out-of-memory' | 'probably' | 'unknown';

/** What counted against the limit at the last reading; null when nothing was read. */
export function usedAtExit({ memory, samples }: ILastExit): number | null {
  const last = samples[samples.length - 1] ?? null;
  return memory === null ? null : usedBytes(memory, last);
}

/**
 * Why the kernel ended.
 *
 * #### Notes
 * The system counts the processes that it killed for memory, by control group.
 * Where that group sets the limit and the count has not risen, it was not that.
 */
export function causeOf(exit: ILastExit): ExitCause {
  const { memory, oomBefore, oomAfter } = exit;
  if (oomBefore !== null && oomAfter !== null) {
    if (oomAfter > oomBefore) {
      return 'out-of-memory';
    }
    if (memory?.limit_source === 'cgroup') {
      return 'unknown';
    }
  }
  const used = usedAtExit(exit);
  const limit = memory?.limit ?? null;
  return used !== null && limit !== null && used >= limit * NEAR
    ? 'probably'
    : 'unknown';
}

/** One of the biggest things at the end. */
export interface IBiggest {
  /** The cell that was running, for what is new since it started. */
  cell: CellRef | null;
  title: string;
  part: PartId | null;

  /** The verdict of a finding. */
  label: Label | null;
  bytes: number;

  /** The code that would have kept it from piling up. */
  fix: string | null;
}

/** The biggest things at the end: what the cell itself added, and findings of the last check. */
export function biggestAtExit(exit: ILastExit): IBiggest[] {
  const { running, samples, report } = exit;
  const last = samples[samples.length - 1];
  const itself = running && last ? last.rss - running.rss : 0;
  const rows = unexpected(report)
    .filter(({ group }) => group !== 'not-a-leak')
    .map(finding => ({
      cell: null,
      title: finding.title,
      part: finding.part,
      label: finding.label,
      bytes: shownBytes(finding),
      fix: finding.fix
    }));
  const own = {
    cell: running,
    title: '',
    part: null,
    label: null,
    bytes: itself,
    fix: null
  };
  return [...(itself > 0 ? [own] : []), ...rows]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, BIGGEST);
}
