import type {
  Accepted,
  Cancel,
  CellRef,
  Expected,
  WishCheck,
  WishClear,
  WishCollect,
  WishCount,
  WishExport,
  WishGiveBack,
  WishInstances,
  WishPlan,
  WishPreview,
  WishProve,
  WishReferences,
  WishStop,
  WishTotals,
  WishTrace,
  WishTracePlan,
  WishUndo,
  WishVariables
} from '../protocol/generated';

/** The requests by which a model asks for something to be done. */
export type Wish =
  | WishCheck
  | WishPreview
  | WishTotals
  | WishClear
  | WishUndo
  | WishGiveBack
  | WishCount
  | WishInstances
  | WishReferences
  | WishCollect
  | WishStop
  | WishVariables
  | WishPlan
  | WishProve
  | WishTracePlan
  | WishTrace
  | WishExport
  | Cancel;

/**
 * The way from a model to its kernel. The model knows only this interface, so
 * that it can be tested without a kernel.
 */
export interface IHuntDoor {
  /** Starts watching, whatever the setting says; also tries again. */
  start(): void;

  /** Does not watch again by itself, also not after a restart. */
  stop(): void;

  /**
   * Sends a wish.
   *
   * @returns whether it waits for the running cell.
   *
   * Rejects with a sentence when the wish was turned down or got no answer.
   */
  wish(wish: Wish): Promise<Accepted>;
}

/** The way from a model to its notebook and the application. */
export interface INotebookDoor {
  restartKernel(): void;
  interruptKernel(): void;
  goToCell(ref: CellRef): void;
  focusNotebook(): void;

  /** The code cell with this element; the active one for null. */
  cellAt(element: Element | null): CellRef | null;

  /** Remembers what is expected in the notebook. */
  markExpected(mark: Expected): void;
  takeBack(fingerprint: string): void;
}
