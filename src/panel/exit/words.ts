/** The words for how a kernel ended. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { causeOf, usedAtExit, type ExitCause } from '../../analysis/exit';
import { formatBytes, formatTimeOfDay } from '../../analysis/format';
import { usageWords } from '../../analysis/usage';
import type { ILastExit } from '../../model/exit';
import type { IHuntModel } from '../../tokens';

/** Characters of the cell's first line that are told. */
const LINE = 40;

export function exitTitle(cause: ExitCause, trans: TranslationBundle): string {
  switch (cause) {
    case 'out-of-memory':
      return trans.__('The kernel ran out of memory');
    case 'probably':
      return trans.__('The kernel probably ran out of memory');
    case 'unknown':
      return trans.__('The kernel stopped unexpectedly');
  }
}

/** When it ended, in which cell and at which height; out of memory is said with proof only. */
export function exitSentence(
  exit: ILastExit,
  cells: Pick<IHuntModel, 'findCell'>,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const gone = trans.__('All variables are gone.');
  const { running, memory } = exit;
  const count = running?.execution_count ?? null;
  if (causeOf(exit) === 'unknown') {
    return count === null
      ? gone
      : `${trans.__('It stopped while running [%1].', count)} ${gone}`;
  }
  const time = formatTimeOfDay(exit.at / 1000);
  const used = usedAtExit(exit) ?? 0;
  const size = usageWords(used, memory?.limit ?? null, decimal);
  if (count === null) {
    return `${trans.__('It ended at %1; the last reading was %2.', time, size)} ${gone}`;
  }
  const line = (running && cells.findCell(running)?.firstLine) ?? '';
  const cell =
    line && !line.includes('`')
      ? `[${count}] \`${shortened(line)}\``
      : `[${count}]`;
  return `${trans.__(
    'It ended at %1 while running %2; the last reading was %3.',
    time,
    cell,
    size
  )} ${gone}`;
}

function shortened(line: string): string {
  return line.length > LINE ? `${line.slice(0, LINE - 1)}…` : line;
}

/**
 * What the last check would have cleared safely, and where the kernel would
 * have stood without it; never that the cell would have fitted.
 */
export function goneWords(
  exit: ILastExit,
  trans: TranslationBundle,
  decimal: boolean
): [string, string] | null {
  const safe = exit.report?.safe_bytes ?? 0;
  const used = usedAtExit(exit);
  return safe === 0 || used === null
    ? null
    : [
        trans.__('%1 could have gone.', formatBytes(safe, { decimal })),
        trans.__(
          'Without it, the kernel would have stood at %1 at this moment.',
          formatBytes(Math.max(used - safe, 0), { decimal })
        )
      ];
}
