/** The place under a cell where a line can stand without being an output. */
import type { Cell } from '@jupyterlab/cells';
import type { Widget } from '@lumino/widgets';
import { PanelLayout } from '@lumino/widgets';

/** The lab's class of the foot of a cell. */
const FOOTER_CLASS = 'jp-CellFooter';

/** The lab gives the foot no height; with a line in it, it has its own. */
const FILLED_CLASS = 'lh-mod-filled';

/**
 * Puts a widget into the foot of a cell.
 *
 * #### Notes
 * The foot is empty in the lab; another extension may have filled it too.
 * A cell that is not ready has no foot yet.
 *
 * @returns whether there was a place for it.
 */
export function addToFooter(cell: Cell, widget: Widget): boolean {
  const { layout } = cell;
  const footer =
    layout instanceof PanelLayout
      ? layout.widgets.find(child => child.hasClass(FOOTER_CLASS))
      : undefined;
  if (footer === undefined) {
    return false;
  }
  footer.layout ??= new PanelLayout();
  if (!(footer.layout instanceof PanelLayout)) {
    return false;
  }
  footer.layout.addWidget(widget);
  footer.addClass(FILLED_CLASS);
  return true;
}

/** Takes a widget out of a foot again, and disposes it. */
export function removeFromFooter(widget: Widget): void {
  widget.parent?.removeClass(FILLED_CLASS);
  widget.dispose();
}
