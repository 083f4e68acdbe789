/** Which cell has its line. */
import type { Cell } from '@jupyterlab/cells';
import { addToFooter, findFooter, removeFromFooter } from './footer';
import type { CellLine } from './line';

/**
 * The lines that stand under cells.
 *
 * #### Notes
 * A cell off the page keeps its line, so scrolling needs no work. A cell that
 * is moved is another widget, and the lab disposes the old one with its line.
 */
export class CellPlaces {
  /**
   * @param create - makes a line.
   * @param onReady - called once a cell that had no place for a line has one.
   */
  constructor(
    private _create: () => CellLine,
    private _onReady: () => void
  ) {}

  /** The line of a cell; null while the cell has no place for one. */
  get(cell: Cell): CellLine | null {
    const known = this._lines.get(cell);
    if (known !== undefined) {
      return known;
    }
    const footer = findFooter(cell);
    if (footer === null) {
      this._wait(cell);
      return null;
    }
    const line = this._create();
    this._lines.set(cell, line);
    addToFooter(footer, line);
    return line;
  }

  remove(cell: Cell): void {
    const line = this._lines.get(cell);
    if (line !== undefined) {
      this._lines.delete(cell);
      removeFromFooter(line);
    }
  }

  /** Forgets the lines that went with their cells. */
  prune(): void {
    for (const [cell, line] of this._lines) {
      if (line.isDisposed) {
        this._lines.delete(cell);
      }
    }
  }

  clear(): void {
    this._lines.forEach(removeFromFooter);
    this._lines.clear();
  }

  /** A cell outside of the page is built only when it comes near. */
  private _wait(cell: Cell): void {
    if (!this._waiting.has(cell)) {
      this._waiting.add(cell);
      cell.ready.then(this._onReady).catch(() => undefined);
    }
  }

  private _lines = new Map<Cell, CellLine>();
  private _waiting = new WeakSet<Cell>();
}
