/** The icons that are on screen from the start; the others come with the views. */
import { LabIcon } from '@jupyterlab/ui-components';
import hunterSvg from '../style/icons/hunter.svg';
import warningSvg from '../style/icons/warning.svg';

/** Makes an icon of ours. */
export function icon(name: string, svgstr: string): LabIcon {
  return new LabIcon({ name: `jupyterlab-leakhunter:${name}`, svgstr });
}

/** A magnifier with a drop: the panel's tab, menus and settings. */
export const huntIcon = icon('hunter', hunterSvg);

export const warningIcon = icon('warning', warningSvg);
