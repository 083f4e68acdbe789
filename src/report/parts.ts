/** The parts of a report that more than one text has. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { middleEllipsis } from '../analysis/ellipsis';
import { shownBytes } from '../analysis/findings';
import {
  columnUnit,
  formatAtLeast,
  formatBytes,
  formatColumn,
  formatPercent
} from '../analysis/format';
import type { ICellRow } from '../analysis/cells';
import { limitWords } from '../panel/limits';
import { verdictWord } from '../panel/findings/verdict';
import type { Finding, Memory } from '../protocol/generated';
import { plain, wrap } from './layout';

/** Room for a verdict, a name and a size in a row of findings. */
const VERDICT = 9;
const NAME = 17;
const SIZE = 9;

/** Room for the first line of a cell. */
const SOURCE = 38;
const NUMBER = 9;

/** What every text is written with. */
export interface IWords {
  trans: TranslationBundle;

  /** Whether sizes are written in units of 1000. */
  decimal: boolean;
}

/** `Memory 13.9 GiB of 16.0 GiB pod limit (87 %), peak 15.2 GiB in [19]`. */
export function memoryLines(
  memory: Memory,
  { trans, decimal }: IWords
): string[] {
  const { limit, rss, peak, peak_exact, peak_cell } = memory;
  const used = memory.limit_used ?? rss;
  const head = trans.__(
    'Memory %1 %2',
    formatBytes(used, { decimal }),
    limitWords(memory, trans, decimal).long
  );
  const percent = limit === null ? '' : ` (${formatPercent(used, limit)})`;
  const size = (peak_exact ? formatBytes : formatAtLeast)(peak, { decimal });
  const count = peak_cell?.execution_count ?? null;
  const top =
    peak === null
      ? ''
      : count === null
        ? `, ${trans.__('peak %1', size)}`
        : `, ${trans.__('peak %1 in [%2]', size, count)}`;
  return wrap(plain(head + percent + top));
}

/** ` 1 Hidden   Out[14]   2.10 GiB  Shown by [14] …`, the sentence wrapped. */
export function findingLines(
  number: number,
  finding: Finding,
  { trans, decimal }: IWords
): string[] {
  const verdict = verdictWord(finding.label, trans).padEnd(VERDICT);
  const name = middleEllipsis(finding.title, NAME).padEnd(NAME);
  const size = plain(
    (finding.exact ? formatBytes : formatAtLeast)(shownBytes(finding), {
      decimal
    })
  );
  const head = `${String(number).padStart(2)} ${verdict} ${name} `;
  return wrap(plain(finding.reason), `${head}${size.padStart(SIZE)}  `);
}

/**
 * A table of cells: change, peak and what is held now.
 *
 * @param held - What stands in the last column, for a cell whose memory is gone.
 */
export function cellLines(
  rows: readonly ICellRow[],
  { trans, decimal }: IWords,
  held: string | null = null
): string[] {
  const unit = columnUnit(
    Math.max(0, ...rows.map(row => row.peak ?? Math.abs(row.change))),
    decimal
  );
  const line = (cell: string, numbers: readonly string[]) =>
    `  ${middleEllipsis(cell, SOURCE).padEnd(SOURCE)}${numbers
      .map(number => number.padStart(NUMBER + 3))
      .join('')}`;
  return [
    line(trans.__('Cell, %1', unit), [
      trans.__('Change'),
      trans.__('Peak'),
      trans.__('Held now')
    ]),
    ...rows.map(row =>
      line(`[${row.ref.execution_count ?? ' '}] ${row.source}`, [
        formatColumn(row.change, unit, true),
        formatColumn(row.peak, unit),
        held ?? formatColumn(row.held, unit)
      ])
    )
  ];
}
