/** The place under a cell where a line can stand without being an output. */
import type { Cell } from '@jupyterlab/cells';
import type { Widget } from '@lumino/widgets';
import { PanelLayout } from '@lumino/widgets';

/** The lab's class of the foot of a cell. */
const FOOTER_CLASS = 'jp-CellFooter';

/** The lab gives the foot no height; with a line in it, it has its own. */
const FILLED_CLASS = 'lh-mod-filled';

/**
 * The foot of a cell; null while it has none, because it is not built yet, or
 * where another extension fills it in a way that leaves no room.
 *
 * #### Notes
 * The foot is empty in the lab. One that others filled too is shared with them.
 */
export function findFooter(cell: Cell): Widget | null {
  const { layout } = cell;
  const footer =
    layout instanceof PanelLayout
      ? layout.widgets.find(child => child.hasClass(FOOTER_CLASS))
      : undefined;
  const free = footer?.layout === null || footer?.layout instanceof PanelLayout;
  return footer !== undefined && free ? footer : null;
}

/** Puts a widget into a foot. */
export function addToFooter(footer: Widget, widget: Widget): void {
  footer.layout ??= new PanelLayout();
  (footer.layout as PanelLayout).addWidget(widget);
  footer.addClass(FILLED_CLASS);
}

/** Takes a widget out of a foot again, and disposes it. */
export function removeFromFooter(widget: Widget): void {
  widget.parent?.removeClass(FILLED_CLASS);
  widget.dispose();
}
