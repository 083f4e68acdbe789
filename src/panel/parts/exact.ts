/** The exact size, for a tooltip. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { formatCount } from '../../analysis/format';

/** `160,000,000 bytes`. */
export function exactWords(bytes: number, trans: TranslationBundle): string {
  return trans._n('%2 byte', '%2 bytes', bytes, formatCount(bytes));
}
