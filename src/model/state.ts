/**
 * What is known of one kernel, as one immutable value. A restart or another
 * kernel begins with `emptyState` again; everything else is a change that
 * `reduce.ts` writes down as a pure function.
 */
import type {
  CellRun,
  GivenBack,
  Memory,
  Preview,
  Receipts,
  Report,
  RunStarted,
  Sample,
  Totals,
  Undone
} from '../protocol/generated';
import type {
  HuntView,
  IFar,
  IHuntSettings,
  IPendingWish,
  KernelState
} from '../tokens';
import type { ILastExit } from './exit';
import type { IInventory } from './inventory';
import { noInventory } from './inventory';
import type { ITest } from './proving';
import type { IObjects } from './objects';
import { DEFAULT_SETTINGS } from './settings';
import type { ITrace } from './tracing';

/** What clearing the ticked findings frees; `frees` is `null` until answered. */
export interface IEstimate {
  readonly request: string;
  readonly frees: number | null;
}

/** What clearing the ticked items of a preview does; `totals` is `null` until answered. */
export interface IAskedTotals {
  readonly request: string;
  readonly totals: Totals | null;

  /** The kernel side keeps this preview no more. */
  readonly stale: boolean;
}

/** Everything that the kernel side says, and the wishes it has not answered. */
export interface IHuntState {
  readonly kernel: KernelState;
  readonly message: string | null;
  readonly language: string;

  /** Names this life of the kernel side, `null` before the first hello. */
  readonly session: string | null;

  /** Number of the last event that is part of this state. */
  readonly seq: number;
  readonly running: RunStarted | null;
  readonly live: Sample | null;

  /** Of the cell running now, the oldest first, as far back as `blackBox` says. */
  readonly samples: readonly Sample[];

  /** How much is kept to say how a kernel ended. */
  readonly blackBox: IHuntSettings['blackBox'];
  readonly memory: Memory | null;
  readonly missing: readonly string[];
  readonly restartedAt: number | null;
  readonly runs: readonly CellRun[];
  readonly pastRuns: readonly CellRun[];

  /** How the kernel before ended, unless the user ended it. */
  readonly lastExit: ILastExit | null;

  /** Processes of the kernel's control group killed for memory, at the last hello. */
  readonly oomKills: number | null;
  readonly report: Report | null;

  /** The check that nobody asked for, as far as it was told. */
  readonly looking: IFar | 'stopped' | null;
  readonly view: HuntView;
  readonly preview: Preview | null;
  readonly totals: IAskedTotals | null;

  /** What was cleared in this life of the kernel, the newest first. */
  readonly receipts: readonly Receipts[];

  /** Id of the receipt on screen, or of the one that led to this preview. */
  readonly receipt: string | null;

  /** Whether that receipt was opened from the list of them. */
  readonly fromReceipts: boolean;
  readonly undone: Undone | null;
  readonly given: GivenBack | null;

  /** `null` while their view is closed. */
  readonly objects: IObjects | null;
  readonly inventory: IInventory;

  /** The growth test on screen, or under way. */
  readonly test: ITest | null;

  /** The trace on screen, or under way. */
  readonly trace: ITrace | null;
  readonly pending: IPendingWish | null;
  readonly estimate: IEstimate | null;
  readonly refusal: string | null;
}

/** Nothing found or asked yet: what is forgotten with a kernel. */
export const nothingFound = {
  report: null,
  looking: null,
  view: 'list',
  preview: null,
  totals: null,
  receipts: [],
  receipt: null,
  fromReceipts: false,
  undone: null,
  given: null,
  objects: null,
  inventory: noInventory,
  test: null,
  trace: null,
  pending: null,
  estimate: null,
  refusal: null
} as const;

/** Nothing known yet. */
export const emptyState: IHuntState = {
  kernel: 'none',
  message: null,
  language: '',
  session: null,
  seq: 0,
  running: null,
  live: null,
  samples: [],
  blackBox: DEFAULT_SETTINGS.blackBox,
  memory: null,
  missing: [],
  restartedAt: null,
  runs: [],
  pastRuns: [],
  lastExit: null,
  oomKills: null,
  ...nothingFound
};

/** Number of the last run that has started, 0 before the first. */
export function lastRun(state: IHuntState): number {
  return Math.max(
    state.running?.run ?? 0,
    state.runs[state.runs.length - 1]?.run ?? 0
  );
}
