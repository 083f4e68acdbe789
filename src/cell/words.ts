/** The words of the line under a cell. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CellLinePart, ICellLine } from '../analysis/cellline';
import { formatAtLeast, formatBytes, formatPercent } from '../analysis/format';
import type { CellRef, Finding } from '../protocol/generated';

/** The facts of a line, such as `+1.86 GiB · peak 4.10 GiB · all still held`. */
export function lineWords(
  line: ICellLine,
  trans: TranslationBundle,
  decimal: boolean
): string {
  return line.parts.map(part => partWords(part, trans, decimal)).join(' · ');
}

function partWords(
  part: CellLinePart,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const signed = (bytes: number) =>
    formatBytes(bytes, { signed: true, decimal });
  switch (part.part) {
    case 'runs':
      return trans._n('%1 run', '%1 runs', part.count);
    case 'change':
      return signed(part.bytes);
    case 'each':
      return trans.__('%1 each', signed(part.bytes));
    case 'last':
      return trans.__('last %1', signed(part.bytes));
    case 'so-far':
      return trans.__('%1 so far', signed(part.bytes));
    case 'peak':
      return trans.__(
        'peak %1',
        (part.exact ? formatBytes : formatAtLeast)(part.bytes, { decimal })
      );
    case 'all-held':
      return trans.__('all still held');
    case 'held':
      return trans.__('%1 still held', formatBytes(part.bytes, { decimal }));
    case 'nothing-freed':
      return trans.__('%1 freed:', formatBytes(0, { decimal }));
    case 'of-limit':
      return trans.__('%1 of limit', formatPercent(part.used, part.limit));
    case 'gone':
      return part.how === 'restarted'
        ? trans.__('before the restart')
        : trans.__('before the kernel stopped');
  }
}

/** What still keeps a value whose name was deleted. */
export function keeperWords(
  finding: Finding,
  trans: TranslationBundle
): string {
  switch (finding.kind) {
    case 'output-history':
      return trans.__('the output history still keeps it');
    case 'traceback':
      return trans.__('a traceback still keeps it');
    default:
      return trans.__('%1 still keeps it', finding.title);
  }
}

/** The name on a chip; a cell need not be told its own number. */
export function chipName({ title, cell }: Finding): string {
  const own = ` of ${countText(cell)}`;
  return title.endsWith(own) ? title.slice(0, -own.length) : title;
}

function countText(cell: CellRef | null): string {
  return `[${cell?.execution_count ?? ' '}]`;
}
