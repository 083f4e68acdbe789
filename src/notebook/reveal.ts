import type { NotebookPanel } from '@jupyterlab/notebook';

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
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  notebook.mode = 'command';
  await notebook.scrollToItem(index, 'smart');
  const cell = notebook.isDisposed ? undefined : notebook.widgets[index];
  if (cell === undefined) {
    return;
  }
  const { classList } = cell.node;
  classList.add(FLASH_CLASS);
  window.setTimeout(() => classList.remove(FLASH_CLASS), FLASH_TIME);
}
