/** The words for the parts of the memory and for their groups. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartGroup } from '../analysis/sheet';
import type { PartId } from '../protocol/generated';

export function partWord(part: PartId, trans: TranslationBundle): string {
  switch (part) {
    case 'variables':
      return trans.__('Variables some cell still reads');
    case 'hidden':
      return trans.__('Held by libraries for you');
    case 'libraries':
      return trans.__('Libraries and code');
    case 'pools':
      return trans.__('Memory pools in use');
    case 'files':
      return trans.__('Mapped files');
    case 'shared':
      return trans.__('Shared memory');
    case 'leftover':
      return trans.__('Leftover variables');
    case 'history':
      return trans.__('Output history');
    case 'views':
      return trans.__('Arrays pinned by small views');
    case 'traceback':
      return trans.__('Failed-cell traceback');
    case 'registry':
      return trans.__('Open figures and registries');
    case 'garbage':
      return trans.__('Garbage not yet collected');
    case 'kept':
      return trans.__('Kept free by Python');
    case 'unexplained':
      return trans.__('Unexplained');
  }
}

export function groupWord(group: PartGroup, trans: TranslationBundle): string {
  switch (group) {
    case 'in-use':
      return trans.__('In use');
    case 'could-go':
      return trans.__('Could go');
    case 'kept':
      return trans.__('Kept free');
    case 'unexplained':
      return trans.__('Unexplained');
  }
}
