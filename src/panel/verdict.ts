/** The verdict of a finding as an icon and a word; both always stand together. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { clockIcon, hiddenIcon, pinIcon } from '../icons';
import type { Label } from '../protocol/generated';

const ICONS: Record<Label, LabIcon> = {
  Leftover: clockIcon,
  Hidden: hiddenIcon,
  Pinned: pinIcon
};

export function verdictIcon(label: Label): LabIcon {
  return ICONS[label];
}

export function verdictWord(label: Label, trans: TranslationBundle): string {
  switch (label) {
    case 'Leftover':
      return trans.__('Leftover');
    case 'Hidden':
      return trans.__('Hidden');
    case 'Pinned':
      return trans.__('Pinned');
  }
}
