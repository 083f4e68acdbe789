/** The words for the groups of findings. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Group } from '../../protocol/generated';

export function groupTitle(group: Group, trans: TranslationBundle): string {
  switch (group) {
    case 'safe':
      return trans.__('Safe to clear');
    case 'check':
      return trans.__('Check first');
    case 'not-a-leak':
      return trans.__('Not a leak');
    case 'expected':
      return trans.__('Expected');
  }
}
