/** A receipt in words: its title, and the whole of it as plain text. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Receipts, Survivor } from '../protocol/generated';
import { formatReceipt, formatTimeOfDay, NBSP } from './format';
import { outcome } from './receipts';
import { plainText } from './richtext';
import { undoState, undoWords, unsavedWords } from './undo';

/** `Freed 3.96 GiB`, or `Freed 5.45 of 6.43 GiB` when not all of it went. */
export function freedWords(
  receipts: Receipts,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const { kind, freed } = outcome(receipts);
  const size = formatReceipt(freed, { decimal });
  if (kind !== 'held') {
    return trans.__('Freed %1', size);
  }
  const of = formatReceipt(receipts.predicted, { decimal });
  return trans.__('Freed %1 of %2', withoutUnitOf(size, of), of);
}

/** By whom something is still held, and since when. */
export function survivorWords(
  { name, holders, after_preview: late }: Survivor,
  trans: TranslationBundle
): string {
  const who = holders.join(', ');
  return who === ''
    ? trans.__('`%1` is still held; cannot tell by what.', name)
    : late
      ? trans.__('Held by %1, taken after the preview.', who)
      : trans.__('Held by %1.', who);
}

/**
 * The receipt as plain text, to be put on the clipboard.
 *
 * @param now - in seconds since the epoch: whether it can be undone then.
 */
export function receiptText(
  receipts: Receipts,
  now: number,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const size = (bytes: number) => formatReceipt(bytes, { decimal });
  const { gone, kept, skipped } = outcome(receipts);
  const { at, predicted, measured, freed, garbage, rss_before, rss_after } =
    receipts;
  const list = (title: string, lines: string[]) =>
    lines.length > 0 ? ['', title, ...lines.map(line => `- ${line}`)] : [];
  const lines = [
    trans.__(
      '%1 (receipt %2, %3)',
      freedWords(receipts, trans, decimal),
      receipts.id,
      formatTimeOfDay(at)
    ),
    trans.__('Objects: predicted %1, freed %2', size(predicted), size(freed)),
    trans.__(
      'Kernel memory: predicted %1, measured %2 (%3 → %4)',
      size(-predicted),
      size(-measured),
      size(rss_before),
      size(rss_after)
    ),
    ...(garbage > 0
      ? [trans.__('Garbage collected with them: %1', size(garbage))]
      : []),
    ...list(
      trans.__('Still held'),
      kept.map(({ title, predicted: of, freed: got, survivors }) =>
        trans.__(
          '%1, %2: %3',
          title,
          size(of - got),
          survivors.map(one => survivorWords(one, trans)).join(' ')
        )
      )
    ),
    ...list(
      trans.__('Gone'),
      gone.map(({ title, freed: bytes, did }) =>
        trans.__('%1, %2: %3', title, size(bytes), did)
      )
    ),
    ...list(trans.__('Left alone'), skipped),
    ...list(
      trans.__('Not saved for undo'),
      receipts.unsaved.map(one => unsavedWords(one, trans))
    ),
    '',
    undoWords(undoState(receipts, now), trans)
  ];
  return lines.map(plainText).join('\n').split(NBSP).join(' ');
}

/** Leaves out the unit where the size after it has the same. */
function withoutUnitOf(size: string, next: string): string {
  const [number, unit] = size.split(NBSP);
  return next.split(NBSP)[1] === unit ? number : size;
}
