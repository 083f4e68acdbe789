/** One finding as a plain text: what it is, what holds it, and what to do. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { shownBytes } from '../analysis/findings';
import { formatBytes } from '../analysis/format';
import { verdictWord } from '../panel/findings/verdict';
import type { Finding, Holder } from '../protocol/generated';
import { plain, wrap } from './layout';
import type { IWords } from './parts';

/** The finding, opened. */
export function findingText(
  finding: Finding,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const size = formatBytes(shownBytes(finding), { decimal });
  const head = `${verdictWord(finding.label, trans)}  ${finding.title}  ${size}`;
  const frees = formatBytes(finding.frees, { decimal });
  return [
    ...wrap(plain(head)),
    ...wrap(plain(finding.reason), '  '),
    ...finding.chain.flatMap((step, depth) =>
      holder(step, depth, { trans, decimal })
    ),
    ...finding.facts.flatMap(fact => wrap(plain(fact), '  - ')),
    ...wrap(
      plain(
        finding.exact
          ? trans.__('Clearing frees %1, exactly.', frees)
          : trans.__('Clearing frees at least %1.', frees)
      ),
      '  '
    ),
    ...finding.breaks.flatMap(sentence => wrap(plain(sentence), '  ')),
    // Code stays as it is: broken lines would be other code.
    ...(finding.fix === null
      ? []
      : [
          `  ${trans.__('Fix:')}`,
          ...finding.fix.split('\n').map(line => `    ${line}`)
        ])
  ].join('\n');
}

function holder(
  step: Holder,
  depth: number,
  { trans, decimal }: IWords
): string[] {
  const { label, note, bytes, stuck } = step;
  const words = [
    plain(label),
    ...(note && !stuck ? [`(${plain(note)})`] : []),
    ...(bytes === null ? [] : [plain(formatBytes(bytes, { decimal }))]),
    ...(stuck ? [`<- ${note ? plain(note) : trans.__('stuck here')}`] : [])
  ];
  // A chain of many steps would leave no room for its words.
  const indent = ' '.repeat(Math.min(depth, 8) * 3 + 2);
  return wrap(words.join('  '), depth === 0 ? indent : `${indent}\u2514 `);
}
