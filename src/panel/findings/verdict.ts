/** The verdict of a finding as an icon and a word; both always stand together. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import {
  boxIcon,
  clockIcon,
  dropIcon,
  folderIcon,
  growingIcon,
  hiddenIcon,
  linkIcon,
  lockIcon,
  pinIcon,
  questionIcon,
  recycleIcon
} from '../../icons';
import type { Label } from '../../protocol/generated';

/** How urgent a verdict looks: what may go, what grows, what was proven, what is no fault. */
export type VerdictTone = 'warn' | 'error' | 'proven' | 'plain';

const LOOKS: Record<Label, [LabIcon, VerdictTone]> = {
  Leftover: [clockIcon, 'warn'],
  Hidden: [hiddenIcon, 'warn'],
  Pinned: [pinIcon, 'warn'],
  Growing: [growingIcon, 'error'],
  Leak: [dropIcon, 'proven'],
  Held: [linkIcon, 'warn'],
  Garbage: [recycleIcon, 'plain'],
  Stuck: [lockIcon, 'warn'],
  Open: [folderIcon, 'warn'],
  Suspect: [questionIcon, 'warn'],
  'Kept free': [boxIcon, 'plain']
};

export function verdictIcon(label: Label): LabIcon {
  return LOOKS[label][0];
}

export function verdictTone(label: Label): VerdictTone {
  return LOOKS[label][1];
}

export function verdictWord(label: Label, trans: TranslationBundle): string {
  switch (label) {
    case 'Leftover':
      return trans.__('Leftover');
    case 'Hidden':
      return trans.__('Hidden');
    case 'Pinned':
      return trans.__('Pinned');
    case 'Growing':
      return trans.__('Growing');
    case 'Leak':
      return trans.__('Leak');
    case 'Held':
      return trans.__('Held');
    case 'Garbage':
      return trans.__('Garbage');
    case 'Stuck':
      return trans.__('Stuck');
    case 'Open':
      return trans.__('Open');
    case 'Suspect':
      return trans.__('Suspect');
    case 'Kept free':
      return trans.__('Kept free');
  }
}
