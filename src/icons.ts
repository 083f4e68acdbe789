/** The icons of Leak Hunter; all but the tab's take the colour of the text around them. */
import { drawn } from './icon';

export { huntIcon, warningIcon } from './icon';

const RING = 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z';

export const backIcon = drawn('back', 'M10 3 5 8l5 5');
export const boxIcon = drawn(
  'box',
  'M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.7 5.1 8 8.2l5.3-3.1M8 8.2v5.8'
);
export const checkIcon = drawn('check', 'M3 8.5 6.5 12 13 4.5');
export const clockIcon = drawn('clock', `${RING}M8 4.5V8l2.3 1.5`);
export const closeIcon = drawn('close', 'M4 4l8 8M12 4l-8 8');
export const copyIcon = drawn('copy', 'M6 5h7v9H6zM3.5 11V2.5H10');
export const downIcon = drawn('down', 'M3 6l5 5 5-5');
export const dropIcon = drawn(
  'drop',
  'M8 1.8c2.8 3.2 4.2 5.5 4.2 7.7a4.2 4.2 0 0 1-8.4 0c0-2.2 1.4-4.5 4.2-7.7z'
);
export const folderIcon = drawn(
  'folder',
  'M2.2 12.8V3.4h4l1.5 2h5v2M2.2 12.8l1.9-5.4h10l-1.9 5.4z'
);
export const forbiddenIcon = drawn('forbidden', `${RING}M3.8 12.2l8.4-8.4`);
export const forwardIcon = drawn('forward', 'M6 3l5 5-5 5');
export const gearIcon = drawn(
  'gear',
  'M12.4 8A4.4 4.4 0 1 1 3.6 8a4.4 4.4 0 0 1 8.8 0zM9.4 8A1.4 1.4 0 1 1 6.6 8a1.4 1.4 0 0 1 2.8 0zM8 3.6V1.7M8 14.3v-1.9M12.4 8h1.9M1.7 8h1.9M11.1 4.9l1.3-1.3M3.6 12.4l1.3-1.3M11.1 11.1l1.3 1.3M3.6 3.6l1.3 1.3'
);
export const growingIcon = drawn(
  'growing',
  'M1.8 11.8 6 7.4l2.8 2.4L14 4.4M10.4 4.2H14v3.6'
);
export const hiddenIcon = drawn(
  'hidden',
  'M1.8 8c1.3-2.6 3.5-4 6.2-4s4.9 1.4 6.2 4c-1.3 2.6-3.5 4-6.2 4S3.1 10.6 1.8 8zM3 13.2 13 2.8M6.4 8.8A1.8 1.8 0 0 1 8.8 6.4'
);
export const infoIcon = drawn('info', `${RING}M8 7.4v3.4M8 5.2v.1`);
export const linkIcon = drawn(
  'link',
  'M7.2 4.6l1.4-1.4a3 3 0 0 1 4.2 4.2l-1.4 1.4M8.8 11.4l-1.4 1.4a3 3 0 0 1-4.2-4.2l1.4-1.4M6.2 9.8l3.6-3.6'
);
export const lockIcon = drawn(
  'lock',
  'M3.8 7.3h8.4v6.2H3.8zM5.5 7.3V5a2.5 2.5 0 0 1 5 0v2.3'
);
export const moreIcon = drawn(
  'more',
  'M2.6 7.6h.8v.8h-.8zM7.6 7.6h.8v.8h-.8zM12.6 7.6h.8v.8h-.8z'
);
export const pinIcon = drawn(
  'pin',
  'M5.5 2h5l-.7 4.6 2.4 2.4H3.8l2.4-2.4zM8 9v5'
);
export const plugIcon = drawn(
  'plug',
  'M6 1.7V5M10 1.7V5M4 5h8v2.7a4 4 0 0 1-8 0zM8 11.7V15'
);
export const questionIcon = drawn(
  'question',
  `${RING}M6.3 6.4A1.7 1.7 0 1 1 8 8.3v.7M8 11.2v.1`
);
export const recycleIcon = drawn(
  'recycle',
  'M13.2 6.8a5.3 5.3 0 0 0-9.6-1.7M2.8 9.2a5.3 5.3 0 0 0 9.6 1.7M3.3 2v3.2h3.2M12.7 14v-3.2H9.5'
);
export const refreshIcon = drawn(
  'refresh',
  'M13.3 8A5.3 5.3 0 1 1 11.6 4.1L13.3 5.6M13.4 2.4v3.3h-3.3'
);
export const undoIcon = drawn(
  'undo',
  'M6 2.8 2.8 6 6 9.2M3 6h6.2a3.6 3.6 0 0 1 0 7.2H6'
);
