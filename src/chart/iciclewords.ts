/** What the boxes of a trace say. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ITraceBox } from '../analysis/boxes';
import { formatBytes, formatPercent } from '../analysis/format';

/** The words in a box, the longest first. */
export function boxLabels(
  { kind, spot, bytes }: ITraceBox,
  trans: TranslationBundle,
  decimal: boolean
): string[] {
  if (spot === null) {
    return kind === 'all'
      ? [trans.__('All: %1', formatBytes(bytes, { decimal })), trans.__('All')]
      : [trans.__('Not seen by Python')];
  }
  const count = spot.cell?.execution_count ?? null;
  if (count === null) {
    return spot.function
      ? [`${spot.function} · ${spot.where}`, spot.function]
      : [spot.where];
  }
  const place = trans.__('[%1] line %2', count, spot.line);
  const whole = spot.source ? [`${place}: ${spot.source}`] : [];
  return [...whole, place, `[${count}]`];
}

/** One box as a sentence: where it is, its bytes, and its part of the whole. */
export function boxWords(
  box: ITraceBox,
  whole: number,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const [words] = boxLabels(box, trans, decimal);
  return trans.__(
    '%1: %2, %3',
    box.spot === null ? words : placeWords(box, trans),
    formatBytes(box.bytes, { decimal }),
    formatPercent(box.bytes, whole)
  );
}

function placeWords({ spot }: ITraceBox, trans: TranslationBundle): string {
  return spot?.function
    ? trans.__('%1 in %2', spot.function, spot.where)
    : (spot?.where ?? '');
}
