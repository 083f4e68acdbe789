/** The record of a kernel that ended as a plain text. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { cellRows, foldRows } from '../analysis/cells';
import { biggestAtExit, causeOf } from '../analysis/exit';
import { formatBytes, formatDuration } from '../analysis/format';
import { usedBytes } from '../analysis/usage';
import type { ILastExit } from '../model/exit';
import { exitSentence, exitTitle, goneWords } from '../panel/exit/words';
import type { IHuntModel } from '../tokens';
import { plain, wrap } from './layout';
import type { IWords } from './parts';
import { cellLines, memoryLines } from './parts';

/** Readings listed of those before the end. */
const READINGS = 12;

/** What the record is written from. */
export type ExitFacts = Pick<
  IHuntModel,
  'notebookName' | 'runs' | 'pastRuns' | 'cells' | 'settings' | 'findCell'
>;

/** The whole record. */
export function exitText(
  facts: ExitFacts,
  exit: ILastExit,
  trans: TranslationBundle
): string {
  const decimal = facts.settings.units === 'decimal';
  const words = { trans, decimal };
  const gone = goneWords(exit, trans, decimal);
  const { memory } = exit;
  return [
    ...wrap(`Leak Hunter  ${facts.notebookName}`),
    ...wrap(exitTitle(causeOf(exit), trans)),
    ...wrap(plain(exitSentence(exit, facts, trans, decimal))),
    ...(memory === null ? [] : memoryLines(memory, words)),
    ...readings(exit, words),
    ...biggest(exit, words),
    ...(gone === null ? [] : ['', ...wrap(plain(gone.join(' ')))]),
    ...runsBefore(facts, words)
  ].join('\n');
}

/** The curve as numbers, evenly over its time. */
function readings(exit: ILastExit, { trans, decimal }: IWords): string[] {
  const { memory, samples } = exit;
  const last = samples[samples.length - 1];
  if (memory === null || last === undefined) {
    return [];
  }
  const every = Math.max(Math.ceil(samples.length / READINGS), 1);
  const told = samples.filter(
    (_, index) => (samples.length - 1 - index) % every === 0
  );
  return [
    '',
    trans.__('Memory before the end'),
    ...told.map(sample => {
      const before = plain(formatDuration(last.at - sample.at));
      const size = plain(formatBytes(usedBytes(memory, sample), { decimal }));
      return `${before.padStart(12)}${size.padStart(12)}`;
    })
  ];
}

function biggest(exit: ILastExit, { trans, decimal }: IWords): string[] {
  const rows = biggestAtExit(exit);
  return rows.length === 0
    ? []
    : [
        '',
        trans.__('Biggest at the end'),
        ...rows.flatMap(({ cell, title, bytes, fix }) => [
          ...wrap(
            cell
              ? trans.__(
                  '[%1] itself, new since it started',
                  cell.execution_count ?? ' '
                )
              : title,
            `${plain(formatBytes(bytes, { decimal })).padStart(12)}  `
          ),
          ...(fix ?? '')
            .split('\n')
            .filter(line => line !== '')
            .map(line => `${' '.repeat(16)}${line}`)
        ])
      ];
}

function runsBefore(facts: ExitFacts, words: IWords): string[] {
  const { runs, pastRuns, cells, settings } = facts;
  const before = runs.length > 0 && pastRuns.length === 0 ? runs : pastRuns;
  const { shown } = foldRows(
    cellRows(before, null, cells),
    settings.minFinding
  );
  const { trans } = words;
  return shown.length === 0
    ? []
    : [
        '',
        trans.__('Run before'),
        ...cellLines(shown, words, trans.__('gone'))
      ];
}
