/** The panel as a plain text: the same words, order and numbers. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { cellRows, foldRows } from '../analysis/cells';
import { groupFindings, shownBytes } from '../analysis/findings';
import {
  formatBytes,
  formatDuration,
  formatTimeOfDay
} from '../analysis/format';
import { sheetRows } from '../analysis/sheet';
import { groupTitle } from '../panel/findings/groups';
import type { Report } from '../protocol/generated';
import { groupWord, partWord } from '../sheet/words';
import type { IHuntModel } from '../tokens';
import { plain, wrap } from './layout';
import type { IWords } from './parts';
import { cellLines, findingLines, memoryLines } from './parts';

/** Cells listed; those that changed most come first. */
const CELLS = 12;

/** What a report is written from. */
export type ReportFacts = Pick<
  IHuntModel,
  'notebookName' | 'runs' | 'cells' | 'settings'
>;

/** The whole report of the last check. */
export function reportText(
  facts: ReportFacts,
  report: Report,
  trans: TranslationBundle
): string {
  const decimal = facts.settings.units === 'decimal';
  const words = { trans, decimal };
  const found = findings(facts, report, words);
  return [
    ...wrap(
      plain(
        trans.__(
          'Leak Hunter  %1  %2  checked in %3',
          facts.notebookName,
          formatTimeOfDay(report.at),
          formatDuration(report.seconds)
        )
      )
    ),
    ...memoryLines(report.memory, words),
    '',
    ...sheet(report, words),
    '',
    ...(found.length > 0 ? found : [...clean(report, words), '']),
    ...cells(facts, report, words),
    ...checks(report, words)
  ].join('\n');
}

function sheet(report: Report, { trans, decimal }: IWords): string[] {
  const { unit, total, groups } = sheetRows(report.sheet, decimal);
  const row = (word: string, number: string, depth: number) =>
    `${' '.repeat(depth * 2)}${word}`.padEnd(44) + number.padStart(9);
  return [
    row(trans.__('Where the memory is'), unit, 0),
    ...groups.flatMap(group => [
      row(groupWord(group.group, trans), group.text, 1),
      ...(group.parts.length > 1
        ? group.parts.map(({ part, text }) =>
            row(partWord(part, trans), text, 2)
          )
        : [])
    ]),
    row(trans.__('Kernel memory (RSS)'), total, 1)
  ];
}

/** Groups as in the panel; the rows are numbered through. */
function findings(
  { settings }: ReportFacts,
  report: Report,
  words: IWords
): string[] {
  const { trans, decimal } = words;
  const size = (bytes: number) => formatBytes(bytes, { decimal });
  let number = 0;
  const groups = groupFindings(report, settings.minFinding).flatMap(group => [
    plain(
      trans.__('%1: %2', groupTitle(group.group, trans), size(group.bytes))
    ),
    ...group.findings.flatMap(one => findingLines(++number, one, words)),
    ...(group.small.length === 0
      ? []
      : [
          plain(
            `   ${trans._n(
              '%1 smaller finding, %2',
              '%1 smaller findings, %2',
              group.small.length,
              size(group.smallBytes)
            )}`
          )
        ]),
    ''
  ]);
  const expected = report.findings.filter(({ group }) => group === 'expected');
  const bytes = expected.reduce((sum, one) => sum + shownBytes(one), 0);
  return expected.length === 0
    ? groups
    : [
        ...groups,
        plain(trans.__('%1: %2', groupTitle('expected', trans), size(bytes))),
        ''
      ];
}

function clean({ complete, checks: all }: Report, { trans }: IWords): string[] {
  const sure = complete && all.some(({ done }) => done);
  return [sure ? trans.__('Nothing left behind') : trans.__('Nothing found')];
}

function cells(facts: ReportFacts, report: Report, words: IWords): string[] {
  const rows = cellRows(facts.runs, report, facts.cells);
  const { shown } = foldRows(rows, facts.settings.minFinding);
  const largest = [...shown]
    .sort((a, b) => (b.held ?? 0) - (a.held ?? 0))
    .slice(0, CELLS);
  const told = shown.filter(row => largest.includes(row));
  return told.length === 0
    ? []
    : [words.trans.__('Memory by cell'), ...cellLines(told, words), ''];
}

/** What was looked at, and what was not. */
function checks({ checks: all }: Report, { trans }: IWords): string[] {
  return [
    trans.__('Checked'),
    ...all.flatMap(({ done, text }) =>
      wrap(plain(text), done ? '  + ' : '  ? ')
    )
  ];
}
