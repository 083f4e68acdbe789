/**
 * The public interfaces of Leak Hunter: what the views show and what they may
 * ask for. Types and tokens only, so that anyone may import this file.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type {
  BirthCells,
  CellRef,
  CellRun,
  Expected,
  Exported,
  ExportFormat,
  GivenBack,
  Memory,
  ObjectsShow,
  PartId,
  Preview,
  Receipts,
  Report,
  RunStarted,
  Sample,
  Totals,
  Undone
} from './protocol/generated';
import type { IFindingFilter } from './analysis/findings';
import type { ILastExit } from './model/exit';
import type { IInventory } from './model/inventory';
import type { IObjects } from './model/objects';
import type { ITest, ITestSubject } from './model/proving';
import type { ITrace, ITraceChoice, ITraceSubject } from './model/tracing';

/**
 * How the kernel of a notebook stands.
 *
 * - `none`: the notebook has no kernel;
 * - `starting`: the kernel, or the watching of it, is being started;
 * - `asking`: nobody asked to watch it (setting `watch`, or it was unloaded);
 * - `not-python`: another language, nothing is sent to it;
 * - `missing`: the kernel's environment lacks the package;
 * - `failed`: it could not be switched on, `message` says why;
 * - `version`: the kernel side speaks another protocol, `message` names both;
 * - `watching`: everything works; see also `restartedAt` and `running`;
 * - `restarting`, `dead`: what was recorded before is kept, but gone.
 */
export type KernelState =
  | 'none'
  | 'starting'
  | 'asking'
  | 'not-python'
  | 'missing'
  | 'failed'
  | 'version'
  | 'watching'
  | 'restarting'
  | 'dead';

/** What stands in the place of the list. */
export type HuntView =
  | 'list'
  | 'preview'
  | 'receipt'
  | 'receipts'
  | 'undone'
  | 'objects'
  | 'test'
  | 'trace';

/** The tabs over the list. */
export type HuntTab = 'findings' | 'cells' | 'variables';

/** The wishes that the kernel answers later, with an event. */
export type WishKind =
  | 'check'
  | 'preview'
  | 'clear'
  | 'undo'
  | 'give-back'
  | 'objects'
  | 'collect'
  | 'stop'
  | 'plan'
  | 'test'
  | 'trace-plan'
  | 'trace'
  | 'export';

/** How far something is that takes long. */
export interface IFar {
  readonly done: number;

  /** As far as it is known; what is looked at may lead to more. */
  readonly total: number;
}

/** A wish under way; one at a time. */
export interface IPendingWish {
  readonly what: WishKind;
  readonly request: string;

  /** Whether it waits for the running cell to end. */
  readonly waits: boolean;

  /** Objects looked at, or bytes saved or brought back; null when not told. */
  readonly progress: IFar | null;
}

/** A code cell of the notebook as it stands now, in the notebook's order. */
export interface INotebookCell {
  readonly id: string;

  /** First line that is not blank; `''` for an empty cell. */
  readonly firstLine: string;

  /** As shown in the notebook, `null` before the first run. */
  readonly executionCount: number | null;

  /** Changed since it last ran. */
  readonly edited: boolean;
}

/** The settings, typed; the defaults and ranges are in `schema/plugin.json`. */
export interface IHuntSettings {
  readonly watch: 'always' | 'ask' | 'never';

  /** Under which cells a line says what they did to memory. */
  readonly cellLine: 'off' | 'worth-saying' | 'all';

  /** From where on a cell's change, or what it holds, is worth a line. */
  readonly worthSaying: {
    readonly bytes: number;
    readonly percentOfLimit: number;
  };

  /** Whether the numbers of the cells are saved in their metadata. */
  readonly saveInMetadata: boolean;

  /** In bytes; findings below it are summed in one line. */
  readonly minFinding: number;

  /** Later cells that must not have read a variable before it is safe. */
  readonly leftoverAfter: number;

  /** In percent of the limit. */
  readonly warnAt: number;

  /** In percent of the limit. */
  readonly criticalAt: number;

  /** In bytes; `null` takes the limit that the system sets. */
  readonly memoryLimit: number | null;

  /** Which notices are shown. */
  readonly notices: {
    /** Near the limit while a cell runs. */
    readonly nearLimit: boolean;

    /** When much of a full memory can go. */
    readonly canGo: boolean;
  };
  readonly units: 'binary' | 'decimal';

  /** Whether all parts of the memory are listed, or only their four groups. */
  readonly sheet: { readonly open: boolean };
  readonly chart: {
    readonly open: boolean;

    /** Whether a step is as wide as any other, or as long as it took. */
    readonly by: 'run' | 'time';

    /** In CSS pixels. */
    readonly height: number;
  };
  readonly checkAfterCell: {
    readonly when: 'idle' | 'never';
    readonly budgetMs: number;
  };
  readonly exactPeak: boolean;

  /** How it is told which cell made a buffer. */
  readonly birthCells: BirthCells;

  /** How long, and on how much disk, what was cleared is kept for undo. */
  readonly undo: {
    /** 0 saves nothing: clearing cannot be undone. */
    readonly minutes: number;
    readonly maxBytes: number;

    /** Of what is free on the disk, between 0 and 1. */
    readonly maxShareOfDisk: number;
  };

  /** Runs and limits of a growth test. */
  readonly proveIt: {
    /** Runs in each batch. */
    readonly batches: readonly number[];
    readonly maxSeconds: number;

    /** Of the memory limit. */
    readonly stopAtPercent: number;
  };

  /** Whether the status bar says how full the memory is. */
  readonly statusBar: boolean;

  /** What is kept to say how a kernel ended. */
  readonly blackBox: {
    /** How long samples are kept. */
    readonly seconds: number;

    /** How many of the last runs are kept once their kernel is gone. */
    readonly keepRuns: number;
  };
}

/**
 * The state of one notebook, and what may be wished for.
 *
 * #### Notes
 * Every value is immutable: compare by identity to see whether it changed.
 * The methods return at once; what comes of them arrives by `changed`.
 * A wish that makes no sense now (see `canAct`) does nothing.
 */
export interface IHuntModel extends IDisposable {
  /** Emitted after anything but `live` changed. */
  readonly changed: ISignal<this, void>;

  /** Emitted after `live` changed: at most twice a second, only for the header. */
  readonly sampled: ISignal<this, Sample>;

  // ---------------------------------------------------------- the kernel

  /** File name of the notebook. */
  readonly notebookName: string;

  /** Whole path of the notebook. */
  readonly notebookPath: string;
  readonly state: KernelState;

  /** A sentence for `failed` and `version`, else `null`. */
  readonly message: string | null;

  /** Name of the kernel's language for display, `''` while not known. */
  readonly language: string;

  /** The line that installs the package, for `missing`. */
  readonly installCommand: string;

  /** The cell running now. */
  readonly running: RunStarted | null;

  /** The newest sample of the cell running now. */
  readonly live: Sample | null;

  /** Those of the cell running now, the oldest first; `blackBox` says how far back. */
  readonly samples: readonly Sample[];

  /** Memory after the last cell or check. */
  readonly memory: Memory | null;

  /** Readings that this system lacks. */
  readonly missing: readonly string[];

  /** When the kernel was restarted under our eyes, in ms since the epoch. */
  readonly restartedAt: number | null;

  /** Runs of this kernel, in order. */
  readonly runs: readonly CellRun[];

  /** Runs of before the restart; what they made is gone. */
  readonly pastRuns: readonly CellRun[];

  /** How the kernel before ended, unless the user ended it or has read it. */
  readonly lastExit: ILastExit | null;

  /** The result of the last check. */
  readonly report: Report | null;

  /**
   * How far the check is that nobody asked for, in objects; `stopped` when the
   * user ended it. `null` while there is none, or none that takes long.
   */
  readonly looking: IFar | 'stopped' | null;

  /** Whether `report` is older than the last run or a cell is running. */
  readonly reportStale: boolean;

  /** The code cells of the notebook, in order. */
  readonly cells: readonly INotebookCell[];

  /** The cell meant by a reference, `null` when it was deleted. */
  findCell(ref: CellRef): INotebookCell | null;

  readonly settings: IHuntSettings;

  /** What the notebook remembers as expected. */
  readonly expected: readonly Expected[];

  // ------------------------------------------------- what the user looks at

  /** Whether a view shows this model; set by the panel. */
  visible: boolean;

  /** Whether the status bar shows its memory; set by the item there. */
  inStatusBar: boolean;
  tab: HuntTab;

  /** Whether the runs of before a restart stand beside those of now. */
  comparing: boolean;

  /** Id of the opened finding. */
  openFinding: string | null;

  /** Id of the finding that is about to be called expected: its reason is asked for. */
  marking: string | null;

  /** The part of the memory whose findings are listed; `null` lists all. */
  partFilter: PartId | null;

  /** Which findings are listed. */
  readonly filter: IFindingFilter;

  /** Lists the findings of a cell, or all of them again. */
  filterByCell(ref: CellRef | null): void;

  /** Lists the findings that were born in some runs in a row. */
  filterBySpan(runs: readonly CellRun[]): void;

  /** The cell whose row in the table of cells is to be in sight. */
  readonly shownCell: CellRef | null;

  /** Opens the table of cells at the row of a cell. */
  showCell(ref: CellRef): void;

  /** Ids of the cells whose line the user has hidden, until the page is left. */
  readonly hiddenLines: ReadonlySet<string>;

  /** Hides the line under a cell, or shows it again. */
  toggleLine(cellId: string): void;

  /** Ids of the ticked findings that still exist. */
  readonly selection: ReadonlySet<string>;

  /** Ticks or unticks one finding. */
  toggle(id: string): void;

  /** Ticks exactly these. */
  select(ids: Iterable<string>): void;

  /** What clearing the ticked set frees; `null` while the kernel is asked. */
  readonly selectionFrees: number | null;

  /** Sum of what each ticked finding frees alone: what the set frees at least. */
  readonly selectionAtLeast: number;

  readonly view: HuntView;
  readonly preview: Preview | null;

  /** Whether a cell has ended since the preview. */
  readonly previewStale: boolean;

  /** Ids of the items of `preview` that are to be cleared. */
  readonly ticked: ReadonlySet<string>;

  /** What clearing the ticked items does; `null` while the kernel is asked. */
  readonly totals: Totals | null;

  /** What was cleared in this kernel, the newest first. */
  readonly receipts: readonly Receipts[];

  /** The one on screen, for the view `receipt`. */
  readonly receipt: Receipts | null;

  /** The last clearing that can be undone now. */
  readonly undoable: Receipts | null;

  /** What the last undo brought back, for the view `undone`. */
  readonly undone: Undone | null;

  /** What was given back to the system since the last cell ran. */
  readonly given: GivenBack | null;

  /** What is known of the kernel's objects, for the view `objects`. */
  readonly objects: IObjects | null;

  /** The variables; kept up to date while their tab is on screen. */
  readonly inventory: IInventory;

  /** Names of the ticked variables that still exist. */
  readonly chosenVariables: ReadonlySet<string>;

  /** Ticks exactly these variables. */
  chooseVariables(names: Iterable<string>): void;
  /** The growth test on screen, or under way. */
  readonly test: ITest | null;

  /** Whether the kernel ran something since the test was planned. */
  readonly testStale: boolean;

  /** The trace on screen, or under way. */
  readonly trace: ITrace | null;

  /** Whether the kernel ran something since the trace was planned. */
  readonly traceStale: boolean;

  /** The code cell with this element; the active one for null. */
  cellAt(element: Element | null): CellRef | null;
  readonly pending: IPendingWish | null;

  /** Why the last wish was not granted, in one sentence. */
  readonly refusal: string | null;

  // ------------------------------------------------------------ the wishes

  /** Whether the kernel side can take a new wish now. */
  readonly canAct: boolean;

  /** Starts watching this kernel; `always` also saves the setting. */
  startWatching(always?: boolean): void;

  /** Stops watching, once no cell runs, until it is started again. */
  stopWatching(): void;

  /** Tries again to switch on, after `missing`, `failed` or `version`. */
  retry(): void;

  /** Interrupts the running cell. */
  interrupt(): void;

  /** Restarts the kernel; the lab asks the user to confirm. */
  restart(): void;

  /** @param budget - seconds the check may take; the kernel's default if left out. */
  checkNow(budget?: number): void;

  /** Ticks the safe group and previews clearing it. */
  reviewSafe(): void;

  /**
   * Previews clearing these findings; the ticked ones if left out.
   *
   * @param ids - `name:x` is the variable `x` alone.
   */
  previewClear(ids?: readonly string[]): void;

  /** Ticks or unticks one item of the preview. */
  tick(id: string): void;

  /** Ticks exactly these items of the preview. */
  tickAll(ids: Iterable<string>): void;

  /**
   * Clears what is ticked in the preview on screen.
   *
   * @param save - Whether what can be brought back is saved first.
   */
  clear(save: boolean): void;

  /**
   * Brings back what a clearing took.
   *
   * @param receipt - Its id; that of `undoable` if left out.
   */
  undo(receipt?: string): void;

  /** Opens the list of receipts. */
  showReceipts(): void;

  /** Opens a receipt of the list. */
  openReceipt(id: string): void;

  /** Remembers in the notebook that a finding is expected at its size of now. */
  markExpected(id: string, reason: string): void;

  /** Forgets that something is expected. */
  takeBack(fingerprint: string): void;

  /** Asks the allocators to return what they keep free. */
  giveBack(): void;

  /**
   * Opens the view of the objects.
   *
   * @param name - A variable: the view begins with what refers to it.
   */
  openObjects(name?: string): void;

  /**
   * Counts objects by class.
   *
   * @param mark - Whether later counts are compared with this one.
   */
  countObjects(show: ObjectsShow, mark?: boolean): void;

  /** Asks for the biggest objects of a class. */
  listInstances(row: string): void;

  /** Asks what refers to an object, or to a variable. */
  askReferences(object: string): void;

  /** Collects garbage; what it returned is shown among the objects. */
  collect(): void;

  /** Opens the view of growth tests with the plan of one. */
  planTest(subject: ITestSubject): void;

  /**
   * Runs the test on screen.
   *
   * @param agreed - to changes that cannot be put back.
   * @param lines - whether two more runs look for the lines of a leak.
   */
  runTest(agreed: boolean, lines: boolean): void;

  /** Opens the view of traces with the plan of one. */
  planTrace(subject: ITraceSubject): void;

  /** Runs the trace on screen. */
  runTrace(choice: ITraceChoice): void;

  /** Asks for the trace on screen as a file, which `takeFile` returns once. */
  exportTrace(format: ExportFormat): void;

  /** The file that was asked for; `null` once it was taken. */
  takeFile(): Exported | null;

  /** Takes the pending wish back; a test or a trace ends with what was measured. */
  cancel(): void;

  /** Ends the check that nobody asked for; the next cell begins another. */
  stopLooking(): void;

  /** One step back, in the end to the list. */
  back(): void;

  /** Back to the list, from whatever view. */
  showList(): void;

  /** Takes `refusal` off the screen. */
  dismissRefusal(): void;

  /** Forgets the runs of before the restart. */
  forgetPast(): void;

  /** Forgets how the kernel before ended. */
  dismissExit(): void;

  /** Scrolls to a cell, selects it and flashes it once. */
  goToCell(ref: CellRef): void;

  /** Gives the keyboard back to the notebook: Escape in the panel. */
  focusNotebook(): void;

  /** Saves one setting for this user. */
  saveSetting<K extends keyof IHuntSettings>(
    key: K,
    value: IHuntSettings[K]
  ): void;
}

/** What a view may ask of the application, with a notebook or without. */
export interface IHuntHost {
  /** Whether the panel stays on its notebook while others are used. */
  readonly isKept: boolean;

  /** Keeps the panel on its notebook, or lets it follow again. */
  keep(kept: boolean): void;

  /** Creates and opens a notebook. */
  newNotebook(): void;

  /** Opens the settings of Leak Hunter. */
  openSettings(): void;

  /** Puts a text on the clipboard. */
  copy(text: string): void;

  /** Puts the panel on the clipboard as a text, or the record of a kernel that ended. */
  copyReport(): void;

  /** Saves the records of this notebook as a file. */
  exportRecords(): void;

  /** Saves a file where the browser saves files. */
  save(name: string, content: Uint8Array<ArrayBuffer>): void;
}

/** The models of all open notebooks. */
export interface IHuntTracker {
  /**
   * The model that the panel and its commands are on: of the notebook they are
   * kept on, else of the one last in use. `null` without a notebook.
   */
  readonly current: IHuntModel | null;

  /** The model of the notebook last in use. */
  readonly front: IHuntModel | null;

  /** Emitted when `current`, `front` or `isKept` changed. */
  readonly currentChanged: ISignal<this, IHuntModel | null>;

  /** Whether `current` stays while other notebooks are used, until its own is closed. */
  readonly isKept: boolean;

  /** Keeps `current`, or follows the notebook last in use again. */
  keep(kept: boolean): void;

  /** Makes room for a model that is about to be shown: no other is kept. */
  bring(model: IHuntModel): void;

  /** The model of a notebook panel, `null` before there is one and once it is closed. */
  get(panel: NotebookPanel): IHuntModel | null;

  /** The model of a notebook panel as soon as there is one, `null` if it was closed before. */
  ready(panel: NotebookPanel): Promise<IHuntModel | null>;
}

export const IHuntTracker = new Token<IHuntTracker>(
  'jupyterlab-leakhunter:IHuntTracker',
  'The memory models of all open notebooks.'
);
