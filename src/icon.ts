/** The icons that are on screen from the start; the others come with the views. */
import { LabIcon } from '@jupyterlab/ui-components';
import hunterSvg from '../style/icons/hunter.svg';

/** Makes an icon of ours. */
function icon(name: string, svgstr: string): LabIcon {
  return new LabIcon({ name: `jupyterlab-leakhunter:${name}`, svgstr });
}

/**
 * Draws an icon with a pen, in the colour of the text around it.
 *
 * @param path - The way of the pen in a square of 16 by 16.
 */
export function drawn(name: string, path: string): LabIcon {
  return icon(
    name,
    `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><path fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" d="${path}"/></svg>`
  );
}

/** A magnifier with a drop: the panel's tab, menus and settings. */
export const huntIcon = icon('hunter', hunterSvg);

export const warningIcon = drawn(
  'warning',
  'M8 2.2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1'
);
