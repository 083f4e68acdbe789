/** The icons of Leak Hunter; all but the tab's take the colour of the text around them. */
import { LabIcon } from '@jupyterlab/ui-components';
import hunterSvg from '../style/icons/hunter.svg';
import backSvg from '../style/icons/back.svg';
import boxSvg from '../style/icons/box.svg';
import checkSvg from '../style/icons/check.svg';
import clockSvg from '../style/icons/clock.svg';
import closeSvg from '../style/icons/close.svg';
import copySvg from '../style/icons/copy.svg';
import downSvg from '../style/icons/down.svg';
import dropSvg from '../style/icons/drop.svg';
import folderSvg from '../style/icons/folder.svg';
import forbiddenSvg from '../style/icons/forbidden.svg';
import forwardSvg from '../style/icons/forward.svg';
import gearSvg from '../style/icons/gear.svg';
import growingSvg from '../style/icons/growing.svg';
import hiddenSvg from '../style/icons/hidden.svg';
import infoSvg from '../style/icons/info.svg';
import linkSvg from '../style/icons/link.svg';
import lockSvg from '../style/icons/lock.svg';
import moreSvg from '../style/icons/more.svg';
import pinSvg from '../style/icons/pin.svg';
import plugSvg from '../style/icons/plug.svg';
import questionSvg from '../style/icons/question.svg';
import recycleSvg from '../style/icons/recycle.svg';
import refreshSvg from '../style/icons/refresh.svg';
import undoSvg from '../style/icons/undo.svg';
import warningSvg from '../style/icons/warning.svg';

function icon(name: string, svgstr: string): LabIcon {
  return new LabIcon({ name: `jupyterlab-leakhunter:${name}`, svgstr });
}

/** A magnifier with a drop: the panel's tab, menus and settings. */
export const huntIcon = icon('hunter', hunterSvg);

export const backIcon = icon('back', backSvg);
export const boxIcon = icon('box', boxSvg);
export const checkIcon = icon('check', checkSvg);
export const clockIcon = icon('clock', clockSvg);
export const closeIcon = icon('close', closeSvg);
export const copyIcon = icon('copy', copySvg);
export const downIcon = icon('down', downSvg);
export const dropIcon = icon('drop', dropSvg);
export const folderIcon = icon('folder', folderSvg);
export const forbiddenIcon = icon('forbidden', forbiddenSvg);
export const forwardIcon = icon('forward', forwardSvg);
export const gearIcon = icon('gear', gearSvg);
export const growingIcon = icon('growing', growingSvg);
export const hiddenIcon = icon('hidden', hiddenSvg);
export const infoIcon = icon('info', infoSvg);
export const linkIcon = icon('link', linkSvg);
export const lockIcon = icon('lock', lockSvg);
export const moreIcon = icon('more', moreSvg);
export const pinIcon = icon('pin', pinSvg);
export const plugIcon = icon('plug', plugSvg);
export const questionIcon = icon('question', questionSvg);
export const recycleIcon = icon('recycle', recycleSvg);
export const refreshIcon = icon('refresh', refreshSvg);
export const undoIcon = icon('undo', undoSvg);
export const warningIcon = icon('warning', warningSvg);
