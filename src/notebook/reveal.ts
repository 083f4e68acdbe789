import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

/** The class that flashes a cell; the style leaves it out with reduced motion. */
const FLASH_CLASS = 'lh-flash';

/** As long as the animation in the style, in ms. */
const FLASH_TIME = 1000;

/**
 * Selects a cell, scrolls to it and flashes it once.
 *
 * #### Notes
 * A windowed notebook puts the cell on the page only while it scrolls to it,
 * so the flash waits for the end of the scrolling.
 */
export async function revealCell(
  panel: NotebookPanel,
  cellId: string
): Promise<void> {
  const notebook = panel.content;
  const index = notebook.widgets.findIndex(({ model }) => model.id === cellId);
  if (index < 0) {
    return;
  }
  const cell = notebook.widgets[index];
  notebook.deselectAll();
  // The lab opens the heading that an active cell is folded under.
  notebook.activeCellIndex = index;
  attachAround(notebook, index);
  notebook.mode = 'command';
  await notebook.scrollToItem(index, 'smart');
  if (cell.isDisposed) {
    return;
  }
  const { classList } = cell.node;
  classList.add(FLASH_CLASS);
  window.setTimeout(() => classList.remove(FLASH_CLASS), FLASH_TIME);
}

/**
 * Puts a cell that the lab has not built yet on the page, with as many of its
 * neighbours as are seen with it in the middle of the notebook.
 *
 * #### Notes
 * Except with its mode `full`, which scrolls to what it has not drawn, the lab
 * builds the cells of a notebook from the top whenever the browser has nothing
 * else to do, and lets who scrolls to a later one wait for that. What it builds
 * above meanwhile moves nothing: the browser holds on to the active cell.
 */
function attachAround(notebook: Notebook, index: number): void {
  if (notebook.notebookConfig.windowingMode === 'full') {
    return;
  }
  attach(notebook, index);
  const half = notebook.outerNode.clientHeight / 2;
  for (const step of [-1, 1]) {
    let height = 0;
    for (
      let at = index + step;
      height < half && at >= 0 && at < notebook.widgets.length;
      at += step
    ) {
      height += attach(notebook, at);
    }
  }
}

/**
 * Puts one cell at its place among those that are on the page, as the lab does.
 *
 * @returns its height in px
 */
function attach(notebook: Notebook, index: number): number {
  const cell = notebook.widgets[index];
  if (cell.isHidden) {
    return 0;
  }
  if (cell.isPlaceholder()) {
    const { layout } = notebook;
    const place = layout.widgets.filter(widget => indexOf(widget) < index);
    cell.dataset.windowedListIndex = String(index);
    layout.insertWidget(place.length, cell);
  }
  return cell.node.offsetHeight;
}

/** Which cell of the notebook this is, as the lab notes it at what it has put on the page. */
function indexOf({ node }: Widget): number {
  return Number(node.dataset.windowedListIndex);
}
