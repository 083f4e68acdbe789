/** Values and a model for the specs: a notebook that holds 6.4 GiB it does not need. */
import { Signal } from '@lumino/signaling';
import type {
  CellRef,
  CellRun,
  Expected,
  Exported,
  ExportFormat,
  Finding,
  GivenBack,
  Memory,
  ObjectsShow,
  Part,
  PartDetail,
  PartId,
  Preview,
  Receipts,
  Report,
  Sample,
  Sheet,
  Totals,
  Undone
} from '../../protocol/generated';
import type { IFindingFilter, ISpan } from '../../analysis/findings';
import type { ILastExit } from '../../model/exit';
import type { IInventory } from '../../model/inventory';
import { noInventory } from '../../model/inventory';
import type { IObjects } from '../../model/objects';
import type { ITest, ITestSubject } from '../../model/proving';
import type { ITrace, ITraceChoice, ITraceSubject } from '../../model/tracing';
import type {
  IHuntHost,
  IHuntModel,
  IHuntSettings,
  INotebookCell
} from '../../tokens';

export const GIB = 1024 ** 3;
export const MIB = 1024 ** 2;

const START = 1767276000;

export function gib(value: number): number {
  return Math.round(value * GIB);
}

export function ref(count: number): CellRef {
  return { cell_id: `cell-${count}`, execution_count: count };
}

export function run(
  count: number,
  source_line: string,
  before: number,
  after: number,
  peak: number | null,
  held: number,
  more: Partial<CellRun> = {}
): CellRun {
  return {
    run: count,
    ...ref(count),
    source_line,
    started: START + count * 60,
    seconds: 12,
    rss_before: gib(before),
    rss_after: gib(after),
    anon_before: null,
    anon_after: null,
    peak: peak === null ? null : gib(peak),
    peak_exact: true,
    bound: [],
    rebound: [],
    deleted: [],
    read: [],
    error: null,
    held: gib(held),
    made: null,
    ...more
  };
}

export const RUNS: CellRun[] = [
  run(1, 'import pandas as pd, numpy as np', 0.08, 0.39, 0.39, 0.31),
  run(2, "users = pd.read_parquet('users.parquet')", 0.39, 0.81, 1.4, 0.42),
  run(3, 'users.head()', 0.81, 0.81, 0.81, 0),
  run(
    4,
    "df_raw = pd.read_parquet('events/2025.parquet')",
    0.81,
    2.67,
    4.1,
    1.86
  ),
  run(5, 'df_raw.describe()', 2.67, 2.67, 4.0, 0),
  run(7, 'df = clean(df_raw)', 2.67, 3.77, 5.2, 1.1),
  run(9, 'big = build_matrix(df)', 3.77, 5.26, 6.6, 1.49),
  run(11, 'X_train_old = split(df)', 5.26, 6.24, 7.6, 0.98),
  run(14, "merged = df.merge(users, on='user_id')", 6.24, 8.72, 10.9, 2.1),
  run(15, 'del merged', 8.72, 8.72, 8.72, 0),
  run(16, 'merged_backup = merged.copy()', 8.72, 9.34, 10.9, 0.62),
  run(17, 'features = make_features(df)', 9.34, 10.39, 11.9, 1.05),
  run(19, 'train(model, loader, epochs=3)', 10.39, 12.69, 15.2, 0.75, {
    error: 'RuntimeError'
  }),
  run(20, 'print(1)', 12.69, 12.69, 12.69, 0),
  run(28, 'X_train, X_test = split(features)', 12.69, 13.3, 13.6, 0.94),
  run(29, 'model = fit(X_train, y)', 13.3, 14.01, 14.9, 0.41),
  run(31, 'evaluate(preds)', 14.01, 13.9, null, 0)
];

export function finding(more: Partial<Finding> = {}): Finding {
  const frees = more.frees ?? gib(1.86);
  return {
    id: 'f2',
    fingerprint: 'a1',
    kind: 'leftover-variable',
    verdict: 'leftover',
    label: 'Leftover',
    group: 'safe',
    part: 'leftover',
    title: 'df_raw',
    type: 'DataFrame',
    bytes: frees,
    frees,
    exact: true,
    cell: ref(4),
    names: ['df_raw'],
    path: ['Notebook variables', 'df_raw'],
    reason: 'Last read by [7]. No cell reads it after that.',
    chain: [
      {
        role: 'root',
        label: 'Notebook variables',
        note: '',
        bytes: null,
        stuck: false
      },
      { role: 'link', label: '`df_raw`', note: '', bytes: null, stuck: true },
      {
        role: 'object',
        label: 'DataFrame',
        note: '24,963,072 × 10',
        bytes: frees,
        stuck: false
      }
    ],
    facts: ['[4] made it.', '[7] read it last; 14 cells ran since.'],
    breaks: ['[5] and [7] read `df_raw`: run [4] first.'],
    fix: 'del df_raw',
    does: 'Delete the name.',
    made_again: true,
    remedy: { action: 'clear', code: null, frees },
    expected: null,
    ...more
  };
}

export const OUT14 = finding({
  id: 'f1',
  kind: 'output-history',
  verdict: 'leak',
  label: 'Hidden',
  part: 'history',
  title: 'Out[14]',
  frees: gib(2.1),
  cell: ref(14),
  names: ['Out[14]', '_14'],
  reason:
    'Shown by [14] and still kept in the output history. `del merged` in [15] freed nothing.',
  chain: [
    {
      role: 'root',
      label: 'Output history',
      note: 'IPython keeps every shown result',
      bytes: null,
      stuck: false
    },
    {
      role: 'link',
      label: '`Out[14]`, `_14` and one hidden `_14`',
      note: '',
      bytes: null,
      stuck: true
    },
    {
      role: 'object',
      label: 'DataFrame',
      note: '9,395,240 × 30',
      bytes: gib(2.1),
      stuck: false
    }
  ],
  facts: [
    '[14] ended with `merged`, so the value was stored in the history.',
    '`del merged` in [15] removed your name, not this one.',
    'Nothing reads `Out[14]` or `_14`.'
  ],
  breaks: [],
  fix: 'display(merged.head())   # or end with ;'
});

export const PINNED = finding({
  id: 'f9',
  kind: 'view-base',
  verdict: 'suspect',
  label: 'Pinned',
  part: 'views',
  title: 'sample',
  frees: gib(1.49),
  cell: ref(9),
  names: ['sample'],
  reason: 'A 31 KiB view from [9] keeps a whole 1.49 GiB array alive.',
  chain: [
    {
      role: 'root',
      label: 'Notebook variables',
      note: '',
      bytes: null,
      stuck: false
    },
    { role: 'link', label: '`sample`', note: '', bytes: null, stuck: false },
    {
      role: 'link',
      label: 'array view 1,000 × 4',
      note: '',
      bytes: 32000,
      stuck: false
    },
    {
      role: 'link',
      label: '`.base`',
      note: 'keeps the whole array',
      bytes: null,
      stuck: true
    },
    {
      role: 'object',
      label: 'array 200,000 × 1,000',
      note: '',
      bytes: gib(1.49),
      stuck: false
    }
  ],
  facts: [
    'Nothing but views holds the rest of it.',
    '`sample` is read by [30], so what it shows is kept.'
  ],
  breaks: [],
  fix: 'sample = sample.copy()',
  does: 'Replace the view by a copy. Same values.'
});

export const TRACEBACK = finding({
  id: 'f10',
  kind: 'traceback',
  verdict: 'leak',
  label: 'Hidden',
  part: 'traceback',
  title: 'traceback of [19]',
  frees: gib(0.75),
  cell: ref(19),
  reason: 'The failed run of [19] keeps its locals `batch` and `grads`.',
  breaks: ['`%debug` and `%tb` can no longer look into it.'],
  fix: null
});

export const FINDINGS: Finding[] = [
  finding(),
  OUT14,
  finding({
    id: 'f3',
    title: 'customer_lifetime_value_features_2025_v3_final',
    frees: gib(1.49),
    cell: ref(9),
    reason: 'Last read by [9]. No cell reads it after that.'
  }),
  finding({
    id: 'f4',
    title: 'X_train_old',
    frees: gib(0.98),
    cell: ref(11),
    reason: 'Made by a cell you deleted. No cell reads it.'
  }),
  finding({
    id: 'f5',
    kind: 'output-history',
    label: 'Hidden',
    verdict: 'leak',
    part: 'history',
    title: 'Out[7] and 12 more',
    frees: 82 * MIB,
    cell: ref(7),
    reason: '13 small results are still kept in the output history.'
  }),
  finding({
    id: 'f6',
    verdict: 'suspect',
    group: 'check',
    title: 'merged_backup',
    frees: 635 * MIB,
    exact: false,
    cell: ref(16),
    reason: 'No cell names it, but [31] calls `eval()`: cannot tell.'
  }),
  finding({
    id: 'f7',
    group: 'check',
    title: 'preview',
    frees: 3 * MIB,
    cell: ref(17)
  }),
  finding({
    id: 'f8',
    group: 'check',
    title: 'scratch',
    frees: 5 * MIB,
    cell: ref(17)
  })
];

export const MEMORY: Memory = {
  at: START,
  rss: gib(13.9),
  anon: null,
  peak: gib(15.2),
  peak_exact: true,
  peak_cell: ref(19),
  limit: 16 * GIB,
  limit_source: 'cgroup',
  limit_used: gib(13.9)
};

function part(id: PartId, bytes: number, details: PartDetail[] = []): Part {
  return { part: id, bytes, details, checked: true };
}

const FOUND = (id: PartId) =>
  FINDINGS.filter(finding => finding.part === id).reduce(
    (sum, { frees }) => sum + frees,
    0
  );

const PARTS: Part[] = [
  part('variables', gib(3.92)),
  part('hidden', gib(0.22), [
    { label: 'IPython', bytes: gib(0.02) },
    { label: 'torch', bytes: gib(0.2) }
  ]),
  part('libraries', gib(0.46)),
  part('pools', 0),
  part('files', gib(0.24)),
  part('shared', gib(0.1)),
  part('leftover', FOUND('leftover')),
  part('history', FOUND('history')),
  part('views', 0),
  part('traceback', 0),
  part('registry', 0),
  { ...part('garbage', 0), checked: false },
  part('kept', gib(0.87), [{ label: 'malloc', bytes: gib(0.87) }])
];

/** The sheet of `REPORT`: it adds up, and what could go is what the findings free. */
export const SHEET: Sheet = {
  at: START,
  rss: gib(13.9),
  parts: [
    ...PARTS,
    part(
      'unexplained',
      gib(13.9) - PARTS.reduce((sum, { bytes }) => sum + bytes, 0)
    )
  ],
  overlap: 0,
  children: [],
  gpus: []
};

export const REPORT: Report = {
  schema: 1,
  at: START,
  after: ref(31),
  after_run: 31,
  seconds: 0.21,
  complete: true,
  objects: 1100000,
  memory: MEMORY,
  sheet: SHEET,
  cells: RUNS.map(({ run: _, ...cell }) => ({
    cell_id: cell.cell_id,
    execution_count: cell.execution_count ?? 0,
    source_line: cell.source_line,
    delta: cell.rss_after - cell.rss_before,
    peak: cell.peak,
    peak_exact: true,
    held: cell.held,
    runs: 1,
    seconds: cell.seconds,
    failed: cell.error !== null
  })),
  findings: FINDINGS,
  safe_bytes: gib(6.51),
  check_bytes: 643 * MIB,
  only_together: 0,
  checks: [
    { text: '41 variables: each is read by a cell further down', done: true },
    { text: 'output history: 3 values, 0.4 MiB', done: true },
    { text: 'could not check: figure', done: false }
  ],
  lingering: [],
  alive: []
};

export const PREVIEW: Preview = {
  id: 'p1',
  at: START,
  after_run: 31,
  items: FINDINGS.slice(0, 4).map(({ id, title, part, frees }) => ({
    id,
    title,
    part,
    frees,
    does:
      part === 'history'
        ? 'Forget this output and its 3 other names. The table in the notebook stays.'
        : 'Delete the name.',
    slots: part === 'history' ? ['Out[14]', '_14', '_'] : [title]
  })),
  readers: [
    '[5] and [7] read `df_raw`. To run them again, first run [4] (12 s).'
  ],
  breaks: [],
  totals: {
    ids: ['f2', 'f1', 'f3', 'f4'],
    frees: gib(6.43),
    exact: true,
    rss: gib(13.9),
    rss_after: gib(7.47),
    held: [],
    undo: {
      bytes: gib(4.33),
      seconds: 6,
      free_disk: gib(118),
      minutes: 30,
      unsaved: [
        {
          item: 'f1',
          title: 'Out[14]',
          reason: 'it is an object of your class `Net`',
          in_part: false,
          cell: ref(14),
          seconds: 9
        }
      ],
      refused: null
    }
  }
};

export const RECEIPTS: Receipts = {
  id: 'r1',
  at: START,
  receipts: [
    {
      id: 'f1',
      title: 'Out[14]',
      predicted: gib(2.1),
      measured: gib(2.1),
      freed: gib(2.1),
      did: '4 names forgotten',
      survivors: [],
      skipped: []
    },
    {
      id: 'f2',
      title: 'df_raw',
      predicted: gib(1.86),
      measured: gib(1.86),
      freed: gib(1.86),
      did: 'deleted',
      survivors: [],
      skipped: []
    }
  ],
  predicted: gib(3.96),
  measured: gib(3.96),
  freed: gib(3.96),
  rss_before: gib(13.9),
  rss_after: gib(9.94),
  garbage: 0,
  undo_until: START + 1800,
  undo_bytes: gib(1.86),
  unsaved: PREVIEW.totals.undo.unsaved,
  undone: false
};

/** Of `RECEIPTS`, one thing is still held by `explainer`. */
export const HELD: Receipts = {
  ...RECEIPTS,
  measured: gib(2.1),
  freed: gib(2.1),
  receipts: [
    RECEIPTS.receipts[0],
    {
      ...RECEIPTS.receipts[1],
      freed: 0,
      survivors: [
        {
          name: 'df_raw',
          bytes: gib(1.86),
          holders: ['`explainer.data`'],
          after_preview: true,
          release: ['explainer']
        }
      ]
    }
  ]
};

export const UNDONE: Undone = {
  receipt: 'r1',
  at: START + 60,
  restored: [
    {
      title: 'df_raw',
      name: 'df_raw_restored',
      note: '`df_raw` is bound again, so it came back as `df_raw_restored`.'
    },
    { title: 'X_train_old', name: 'X_train_old', note: null }
  ],
  lost: PREVIEW.totals.undo.unsaved,
  seconds: 5,
  rss_before: gib(9.94),
  rss_after: gib(12.8)
};

export const GIVEN: GivenBack = {
  at: START,
  returned: [
    { what: 'malloc', bytes: 300 * MIB },
    { what: 'Arrow', bytes: 0 }
  ],
  rss_before: gib(13.9),
  rss_after: gib(13.9) - 301 * MIB
};

export const SETTINGS: IHuntSettings = {
  watch: 'always',
  cellLine: 'worth-saying',
  worthSaying: { bytes: 50 * MIB, percentOfLimit: 1 },
  saveInMetadata: false,
  minFinding: 10 * MIB,
  leftoverAfter: 3,
  warnAt: 75,
  criticalAt: 90,
  memoryLimit: null,
  notices: { nearLimit: true, canGo: true },
  units: 'binary',
  sheet: { open: false },
  chart: { open: true, by: 'run', height: 96 },
  checkAfterCell: { when: 'idle', budgetMs: 300 },
  exactPeak: true,
  birthCells: 'hooks',
  undo: { minutes: 30, maxBytes: 8 * GIB, maxShareOfDisk: 0.5 },
  proveIt: { batches: [2, 4, 8, 16], maxSeconds: 120, stopAtPercent: 95 },
  statusBar: true,
  blackBox: { seconds: 60, keepRuns: 20 }
};

const CELLS: INotebookCell[] = RUNS.filter(
  ({ execution_count }) => execution_count !== 11
).map(({ cell_id, execution_count, source_line }) => ({
  id: cell_id as string,
  firstLine: source_line,
  executionCount: execution_count,
  edited: execution_count === 16
}));

/** A model that writes down what it is asked for. */
export class FakeModel implements IHuntModel {
  constructor(more: Partial<FakeModel> = {}) {
    Object.assign(this, more);
  }

  /** Changes values and tells the views. */
  set(more: Partial<FakeModel>): void {
    Object.assign(this, more);
    this.changed.emit();
  }

  readonly changed = new Signal<this, void>(this);
  readonly sampled = new Signal<this, Sample>(this);
  readonly asked: string[] = [];
  isDisposed = false;
  notebookName = 'churn_model.ipynb';
  notebookPath = 'work/churn_model.ipynb';
  state: IHuntModel['state'] = 'watching';
  message: string | null = null;
  language = 'Python';
  installCommand = '%pip install jupyterlab-leakhunter';
  running: IHuntModel['running'] = null;
  live: IHuntModel['live'] = null;
  memory: Memory | null = MEMORY;
  missing: readonly string[] = [];
  restartedAt: number | null = null;
  samples: readonly Sample[] = [];
  lastExit: ILastExit | null = null;
  runs: readonly CellRun[] = RUNS;
  pastRuns: readonly CellRun[] = [];
  report: Report | null = REPORT;
  looking: IHuntModel['looking'] = null;
  reportStale = false;
  cells: readonly INotebookCell[] = CELLS;
  settings = SETTINGS;
  expected: readonly Expected[] = [];
  marking: string | null = null;
  visible = false;
  inStatusBar = false;
  tab: IHuntModel['tab'] = 'findings';
  comparing = false;
  openFinding: string | null = null;
  partFilter: PartId | null = null;
  cellFilter: CellRef | null = null;
  spanFilter: ISpan | null = null;
  get filter(): IFindingFilter {
    const { partFilter: part, cellFilter: cell, spanFilter: span } = this;
    return { part, cell, span };
  }
  shownCell: CellRef | null = null;
  hiddenLines: ReadonlySet<string> = new Set();
  selection: ReadonlySet<string> = new Set();
  selectionFrees: number | null = null;
  view: IHuntModel['view'] = 'list';
  preview: Preview | null = null;
  previewStale = false;
  ticked: ReadonlySet<string> = new Set();
  totals: Totals | null = null;
  receipts: readonly Receipts[] = [];
  receipt: Receipts | null = null;
  undoable: Receipts | null = null;
  undone: Undone | null = null;
  given: GivenBack | null = null;
  objects: IObjects | null = null;
  inventory: IInventory = noInventory;
  chosenVariables: ReadonlySet<string> = new Set();
  test: ITest | null = null;
  testStale = false;
  trace: ITrace | null = null;
  traceStale = false;
  pending: IHuntModel['pending'] = null;
  refusal: string | null = null;
  canAct = true;

  get selectionAtLeast(): number {
    return FINDINGS.filter(({ id }) => this.selection.has(id)).reduce(
      (sum, { frees }) => sum + frees,
      0
    );
  }

  findCell(cell: CellRef): INotebookCell | null {
    return (
      this.cells.find(({ id, executionCount }) =>
        cell.cell_id === null
          ? executionCount === cell.execution_count
          : id === cell.cell_id
      ) ?? null
    );
  }

  filterByCell(cellFilter: CellRef | null): void {
    this._ask('filterByCell', cellFilter?.execution_count ?? null);
    this.set({ cellFilter, partFilter: null });
  }
  filterBySpan(runs: readonly CellRun[]): void {
    const ends = [runs[0], runs[runs.length - 1]].map(one => one?.run);
    this._ask('filterBySpan', runs.length > 0 ? ends.join('-') : 'none');
  }

  showCell(shownCell: CellRef): void {
    this._ask('showCell', shownCell.execution_count);
    this.set({ shownCell, tab: 'cells', view: 'list' });
  }

  toggleLine(cellId: string): void {
    this._ask('toggleLine', cellId);
  }

  toggle(id: string): void {
    const selection = new Set(this.selection);
    if (!selection.delete(id)) {
      selection.add(id);
    }
    this.set({ selection });
  }

  select(ids: Iterable<string>): void {
    this.set({ selection: new Set(ids) });
  }

  chooseVariables(names: Iterable<string>): void {
    this.set({ chosenVariables: new Set(names) });
  }

  startWatching(always = false): void {
    this._ask('startWatching', always);
  }

  stopWatching(): void {
    this._ask('stopWatching');
  }

  retry(): void {
    this._ask('retry');
  }

  interrupt(): void {
    this._ask('interrupt');
  }

  restart(): void {
    this._ask('restart');
  }

  checkNow(budget?: number): void {
    this._ask('checkNow', budget);
  }

  reviewSafe(): void {
    this._ask('reviewSafe');
  }

  previewClear(ids?: readonly string[]): void {
    this._ask('previewClear', ids);
  }

  tick(id: string): void {
    const ticked = new Set(this.ticked);
    if (!ticked.delete(id)) {
      ticked.add(id);
    }
    this.set({ ticked, totals: null });
  }

  tickAll(ids: Iterable<string>): void {
    this.set({ ticked: new Set(ids), totals: null });
  }

  clear(save: boolean): void {
    this._ask('clear', save);
  }

  undo(receipt?: string): void {
    this._ask('undo', receipt);
  }

  showReceipts(): void {
    this._ask('showReceipts');
    this.set({ view: 'receipts' });
  }

  openReceipt(id: string): void {
    this._ask('openReceipt', id);
  }

  markExpected(id: string, reason: string): void {
    this._ask('markExpected', id, reason);
  }

  takeBack(fingerprint: string): void {
    this._ask('takeBack', fingerprint);
  }

  giveBack(): void {
    this._ask('giveBack');
  }

  openObjects(name?: string): void {
    this._ask('openObjects', name);
  }

  countObjects(show: ObjectsShow, mark = false): void {
    this._ask('countObjects', show, mark);
  }

  listInstances(row: string): void {
    this._ask('listInstances', row);
  }

  askReferences(object: string): void {
    this._ask('askReferences', object);
  }

  collect(): void {
    this._ask('collect');
  }

  /** What `cellAt` answers. */
  activeCell: CellRef | null = null;

  cellAt(element: Element | null): CellRef | null {
    return element === null
      ? this.activeCell
      : { cell_id: element.id, execution_count: null };
  }

  planTest(subject: ITestSubject): void {
    this._ask('planTest', subject);
  }

  runTest(agreed: boolean, lines: boolean): void {
    this._ask('runTest', agreed, lines);
  }

  planTrace(subject: ITraceSubject): void {
    this._ask('planTrace', subject);
  }

  runTrace(choice: ITraceChoice): void {
    this._ask('runTrace', choice);
  }

  exportTrace(format: ExportFormat): void {
    this._ask('exportTrace', format);
  }

  takeFile(): Exported | null {
    const file = this.trace?.file ?? null;
    this.trace = this.trace && { ...this.trace, file: null };
    return file;
  }

  stopLooking(): void {
    this._ask('stopLooking');
  }

  cancel(): void {
    this._ask('cancel');
  }

  back(): void {
    this._ask('back');
    this.set({ view: 'list' });
  }

  showList(): void {
    this.set({ view: 'list' });
  }

  dismissRefusal(): void {
    this._ask('dismissRefusal');
  }

  forgetPast(): void {
    this._ask('forgetPast');
  }

  dismissExit(): void {
    this._ask('dismissExit');
    this.set({ lastExit: null });
  }

  goToCell(cell: CellRef): void {
    this._ask('goToCell', cell.execution_count);
  }

  focusNotebook(): void {
    this._ask('focusNotebook');
  }

  saveSetting<K extends keyof IHuntSettings>(
    key: K,
    value: IHuntSettings[K]
  ): void {
    this._ask('saveSetting', key, value);
  }

  dispose(): void {
    this.isDisposed = true;
    Signal.clearData(this);
  }

  private _ask(wish: string, ...args: unknown[]): void {
    const words = args.map(value => JSON.stringify(value) ?? '-');
    this.asked.push([wish, ...words].join(' '));
  }
}

/** A host that writes down what it is asked for. */
export class FakeHost implements IHuntHost {
  readonly asked: string[] = [];
  isKept = false;

  keep(kept: boolean): void {
    this.isKept = kept;
    this.asked.push(`keep ${kept}`);
  }

  newNotebook(): void {
    this.asked.push('newNotebook');
  }

  openSettings(): void {
    this.asked.push('openSettings');
  }

  copy(text: string): void {
    this.asked.push(`copy ${text}`);
  }

  copyReport(): void {
    this.asked.push('copyReport');
  }

  exportRecords(): void {
    this.asked.push('exportRecords');
  }

  save(name: string, content: Uint8Array<ArrayBuffer>): void {
    const text = String.fromCharCode(...content);
    this.asked.push(`save ${name}: ${text}`);
  }
}
