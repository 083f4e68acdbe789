import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { canBeExpected, markOf } from '../analysis/expected';
import { isOfCell } from '../analysis/findings';
import type {
  CellRef,
  Expected,
  Exported,
  ExportFormat,
  Finding,
  ObjectsShow,
  PartId,
  Sample,
  Totals
} from '../protocol/generated';
import type {
  HuntTab,
  IHuntModel,
  IHuntSettings,
  INotebookCell
} from '../tokens';
import type { IHuntDoor, INotebookDoor } from './door';
import { KernelFacts } from './facts';
import { leave, stepOut } from './clearing';
import { noObjects } from './objects';
import { newTest, type ITestSubject } from './proving';
import { Selection } from './selection';
import type { HuntSettings } from './settings';
import type { IHuntState } from './state';
import type { HuntStore } from './store';
import { Ticks } from './ticks';
import { newTrace, type ITraceChoice, type ITraceSubject } from './tracing';
import { Wishes } from './wishes';

/**
 * Between two updates while a cell runs, in ms; a little less than between two
 * samples, so that one of them that comes early is shown at once.
 */
const SAMPLE_PAUSE = 450;

/** Seconds a check may take when the user asked for it. */
const CHECK_BUDGET = 2;

/**
 * How closely the memory of a running cell is looked at: in a panel; in the
 * status bar, or to warn near the limit; not at all.
 */
export type Attention = 'close' | 'glance' | 'none';

/**
 * The model of one notebook: the facts about its kernel, what the user looks
 * at, and the wishes. It knows its kernel and its notebook only as doors.
 */
export class HuntModel extends KernelFacts implements IHuntModel {
  constructor(options: HuntModel.IOptions) {
    super();
    this.installCommand = options.installCommand;
    this._settings = options.settings;
    this._notebook = options.notebook;
    this._wishes = new Wishes(this.store);
    this._selection = new Selection();
    this._ticks = new Ticks(this.store, this._wishes);
    this._selection.changed.connect(this._onSelectionChanged, this);
    this._selection.settled.connect(this._onSettled, this);
    this._ticks.changed.connect(this._emitChanged, this);
    this._settings.changed.connect(this._onSettingsChanged, this);
    this.store.changed.connect(this._onStateChanged, this);
    this.store.sampled.connect(this._onSampled, this);
    this._paid = this.attention;
  }

  readonly installCommand: string;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get sampled(): ISignal<this, Sample> {
    return this._sampled;
  }

  /** Emitted when `attention` changed. */
  get attentionChanged(): ISignal<this, Attention> {
    return this._attentionChanged;
  }

  get attention(): Attention {
    if (this._visible) {
      return 'close';
    }
    return this._inStatusBar || this.settings.notices.nearLimit
      ? 'glance'
      : 'none';
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The way to the kernel; set by `src/kernel`. */
  set door(door: IHuntDoor | null) {
    this._wishes.door = door;
  }

  get notebookPath(): string {
    return this._notebookPath;
  }
  set notebookPath(path: string) {
    if (path !== this._notebookPath) {
      this._notebookPath = path;
      this._changed.emit();
    }
  }

  get notebookName(): string {
    return this._notebookPath.slice(this._notebookPath.lastIndexOf('/') + 1);
  }

  get cells(): readonly INotebookCell[] {
    return this._cells;
  }
  set cells(cells: readonly INotebookCell[]) {
    if (cells !== this._cells) {
      this._cells = cells;
      this._changed.emit();
    }
  }

  get expected(): readonly Expected[] {
    return this._expected;
  }
  set expected(expected: readonly Expected[]) {
    if (expected !== this._expected) {
      this._expected = expected;
      this._changed.emit();
    }
  }

  get settings(): IHuntSettings {
    return this._settings.value;
  }

  findCell(ref: CellRef): INotebookCell | null {
    const { cell_id, execution_count } = ref;
    const found = this._cells.find(cell =>
      cell_id === null
        ? execution_count !== null && cell.executionCount === execution_count
        : cell.id === cell_id
    );
    return found ?? null;
  }

  get visible(): boolean {
    return this._visible;
  }
  set visible(visible: boolean) {
    if (visible !== this._visible) {
      this._visible = visible;
      this._tellAttention();
      this._lookAtVariables();
    }
  }

  get inStatusBar(): boolean {
    return this._inStatusBar;
  }
  set inStatusBar(shown: boolean) {
    this._inStatusBar = shown;
    this._tellAttention();
  }

  get tab(): HuntTab {
    return this._tab;
  }
  set tab(tab: HuntTab) {
    if (tab !== this._tab) {
      this._tab = tab;
      this._shownCell = null;
      this._changed.emit();
      this._lookAtVariables();
    }
  }

  get openFinding(): string | null {
    const id = this._openFinding;
    return this._findings.some(finding => finding.id === id) ? id : null;
  }
  set openFinding(id: string | null) {
    if (id !== this._openFinding) {
      this._openFinding = id;
      this._marking = null;
      // What is opened from elsewhere, such as a cell, must be in sight.
      const opened = this._findings.find(finding => finding.id === id);
      if (opened && opened.part !== this._partFilter) {
        this._partFilter = null;
      }
      if (opened && !isOfCell(opened, this._cellFilter)) {
        this._cellFilter = null;
      }
      this._changed.emit();
    }
  }

  get marking(): string | null {
    return this._marking === this.openFinding ? this._marking : null;
  }
  set marking(id: string | null) {
    this.openFinding = id ?? this._openFinding;
    if (id !== this._marking) {
      this._marking = id;
      this._changed.emit();
    }
  }

  get partFilter(): PartId | null {
    const part = this._partFilter;
    const inSheet = this.report?.sheet.parts.some(
      ({ part: id, bytes }) => id === part && bytes > 0
    );
    const found = this._findings.some(finding => finding.part === part);
    return inSheet || found ? part : null;
  }
  set partFilter(part: PartId | null) {
    if (part !== this._partFilter) {
      this._partFilter = part;
      this._cellFilter = null;
      this._changed.emit();
    }
  }

  get cellFilter(): CellRef | null {
    return this._cellFilter;
  }

  filterByCell(ref: CellRef | null): void {
    this._cellFilter = ref;
    this._partFilter = null;
    if (ref !== null) {
      this._tab = 'findings';
      this.showList();
    }
    this._changed.emit();
  }

  get shownCell(): CellRef | null {
    return this._tab === 'cells' ? this._shownCell : null;
  }

  showCell(ref: CellRef): void {
    // Another object each time: the row is brought into sight again.
    this._shownCell = { ...ref };
    this._tab = 'cells';
    this.showList();
    this._changed.emit();
  }

  get hiddenLines(): ReadonlySet<string> {
    return this._hiddenLines;
  }

  toggleLine(cellId: string): void {
    const hidden = new Set(this._hiddenLines);
    if (!hidden.delete(cellId)) {
      hidden.add(cellId);
    }
    this._hiddenLines = hidden;
    this._changed.emit();
  }

  get selection(): ReadonlySet<string> {
    return this._selection.ids;
  }

  toggle(id: string): void {
    this._selection.toggle(id);
  }

  select(ids: Iterable<string>): void {
    this._selection.set(ids);
  }

  // What one frees alone is reached from no other: the set frees at least that.
  get selectionAtLeast(): number {
    return this._findings
      .filter(finding => this.selection.has(finding.id))
      .reduce((sum, finding) => sum + finding.frees, 0);
  }

  get chosenVariables(): ReadonlySet<string> {
    return this._chosenVariables;
  }

  chooseVariables(names: Iterable<string>): void {
    this._chosenVariables = new Set(names);
    this._changed.emit();
  }

  get canAct(): boolean {
    return this._wishes.canAct;
  }

  startWatching(always = false): void {
    if (always) {
      this.saveSetting('watch', 'always');
    }
    this._wishes.door?.start();
  }

  stopWatching(): void {
    if (this.canAct) {
      this._wishes.door?.stop();
      this._wishes.stop();
    }
  }

  retry(): void {
    this._wishes.door?.start();
  }

  interrupt(): void {
    if (this.running !== null && this.state === 'watching') {
      this._notebook.interruptKernel();
    }
  }

  restart(): void {
    this._notebook.restartKernel();
  }

  checkNow(budget = CHECK_BUDGET): void {
    this._wishes.check(budget);
  }

  reviewSafe(): void {
    const ids = this._findings
      .filter(
        ({ group, remedy }) => group === 'safe' && remedy.action === 'clear'
      )
      .map(finding => finding.id);
    this.select(ids);
    this.previewClear(ids);
  }

  previewClear(ids: readonly string[] = [...this.selection]): void {
    if (ids.length > 0 && this.canAct) {
      this._wishes.forgetEstimate();
      this._wishes.preview([...ids]);
    }
  }

  get ticked(): ReadonlySet<string> {
    return this._ticks.ids;
  }

  get totals(): Totals | null {
    return this._ticks.totals;
  }

  tick(id: string): void {
    this._ticks.toggle(id);
  }

  tickAll(ids: Iterable<string>): void {
    this._ticks.set(ids);
  }

  clear(save: boolean): void {
    const { preview, ticked } = this;
    if (preview !== null && !this.previewStale && ticked.size > 0) {
      this._wishes.clear(preview.id, [...ticked], save);
    }
  }

  undo(receipt = this.undoable?.id): void {
    if (receipt !== undefined) {
      this._wishes.undo(receipt);
    }
  }

  showReceipts(): void {
    this.store.update(state => ({ ...leave(state), view: 'receipts' }));
  }

  openReceipt(id: string): void {
    this.store.update(state => ({
      ...state,
      view: 'receipt',
      receipt: id,
      fromReceipts: true
    }));
  }

  markExpected(id: string, reason: string): void {
    const finding = this._findings.find(one => one.id === id);
    if (finding && canBeExpected(finding)) {
      this._notebook.markExpected(markOf(finding, reason, Date.now() / 1000));
    }
  }

  takeBack(fingerprint: string): void {
    this._notebook.takeBack(fingerprint);
  }

  giveBack(): void {
    this._wishes.giveBack();
  }

  cancel(): void {
    const { pending } = this;
    if (pending?.what === 'trace' && !pending.waits) {
      this._stopTrace();
      return;
    }
    if (pending?.what === 'stop') {
      this._wishes.door?.start();
    }
    this._wishes.cancel();
  }

  openObjects(name?: string): void {
    this.store.update(state => ({
      ...state,
      view: 'objects',
      objects: noObjects,
      refusal: null
    }));
    if (name === undefined) {
      this.countObjects(noObjects.show);
    } else {
      this.askReferences(name);
    }
  }

  countObjects(show: ObjectsShow, mark = false): void {
    if (!this.canAct) {
      return;
    }
    this.store.update(state => ({
      ...state,
      objects: state.objects && { ...state.objects, show }
    }));
    this._wishes.count(show, mark, CHECK_BUDGET);
  }

  listInstances(row: string): void {
    this._wishes.instances(row);
  }

  askReferences(object: string): void {
    this._wishes.references(object);
  }

  collect(): void {
    if (!this.canAct) {
      return;
    }
    this.store.update(state => ({
      ...state,
      view: 'objects',
      objects: state.objects ?? noObjects
    }));
    this._wishes.collect();
  }

  planTest(subject: ITestSubject): void {
    if (this.canAct) {
      this.store.update(state => ({
        ...state,
        view: 'test',
        test: newTest(subject)
      }));
      this._wishes.planTest(subject);
    }
  }

  cellAt(element: Element | null): CellRef | null {
    return this._notebook.cellAt(element);
  }

  runTest(agreed: boolean, lines: boolean): void {
    const { test, testStale } = this;
    if (test?.plan && !testStale) {
      this._wishes.runTest(test.plan.test, agreed, lines);
    }
  }

  planTrace(subject: ITraceSubject): void {
    if (this.canAct) {
      this.store.update(state => ({
        ...state,
        view: 'trace',
        refusal: null,
        trace: newTrace(subject)
      }));
      if (subject.finding !== null || subject.cell !== null) {
        this._wishes.planTrace(subject);
      }
    }
  }

  runTrace(choice: ITraceChoice): void {
    const { trace, traceStale } = this;
    if (trace?.plan && !traceStale) {
      this._wishes.runTrace(trace.plan.trace, choice);
    }
  }

  exportTrace(format: ExportFormat): void {
    const { trace } = this;
    if (trace?.found) {
      this._wishes.exportTrace(trace.found.id, format);
    }
  }

  takeFile(): Exported | null {
    const file = this.trace?.file ?? null;
    if (file !== null) {
      this.store.update(state => ({
        ...state,
        trace: state.trace && { ...state.trace, file: null }
      }));
    }
    return file;
  }

  back(): void {
    this.store.update(stepOut);
  }

  showList(): void {
    this.store.update(leave);
  }

  dismissRefusal(): void {
    this.store.update(state => ({ ...state, refusal: null }));
  }

  forgetPast(): void {
    this.store.update(state => ({ ...state, pastRuns: [], restartedAt: null }));
  }

  dismissExit(): void {
    this.store.update(state => ({ ...state, lastExit: null }));
  }

  goToCell(ref: CellRef): void {
    this._notebook.goToCell(ref);
  }

  focusNotebook(): void {
    this._notebook.focusNotebook();
  }

  saveSetting<K extends keyof IHuntSettings>(
    key: K,
    value: IHuntSettings[K]
  ): void {
    this._settings
      .set(key, value)
      .catch(reason =>
        console.error(`Leak Hunter: '${key}' was not saved`, reason)
      );
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    this.door = null;
    this._selection.dispose();
    this._ticks.dispose();
    this.store.dispose();
    Signal.clearData(this);
  }

  /** A run of the user's code is ended as a cell is. */
  private _stopTrace(): void {
    this._notebook.interruptKernel();
    this.store.update(state => ({
      ...state,
      trace: state.trace && { ...state.trace, stopping: true }
    }));
  }

  private get _findings(): readonly Finding[] {
    return this.report?.findings ?? [];
  }

  private _onStateChanged(_: HuntStore, before: IHuntState): void {
    const cleared = before.pending?.what === 'clear' && this.view === 'receipt';
    if (cleared && this.pending === null) {
      this._selection.set([]);
    }
    if (this.store.state.inventory.known !== before.inventory.known) {
      this._forgetGoneVariables();
    }
    const back = this.view === 'list' && before.view !== 'list';
    if (back || this.report !== before.report) {
      this._selection.refresh(this._findings);
    }
    this._changed.emit();
    this._lookAtVariables();
  }

  /** Asks for the variables while they are on screen. */
  private _lookAtVariables(): void {
    if (this._visible && this._tab === 'variables' && this.view === 'list') {
      this._wishes.variables();
    }
  }

  private _forgetGoneVariables(): void {
    const known = this.inventory.known?.variables ?? [];
    const names = known.map(({ name }) => name);
    const chosen = names.filter(name => this._chosenVariables.has(name));
    this._chosenVariables = new Set(chosen);
  }

  /** After a call that kept Python from running, several samples come at once. */
  private _onSampled(): void {
    if (this._timer !== 0) {
      return;
    }
    const wait = this._sampledAt + SAMPLE_PAUSE - Date.now();
    if (wait <= 0) {
      this._emitSampled();
    } else {
      this._timer = window.setTimeout(() => this._emitSampled(), wait);
    }
  }

  private _emitSampled(): void {
    this._timer = 0;
    this._sampledAt = Date.now();
    const { live } = this.store.state;
    if (live !== null) {
      this._sampled.emit(live);
    }
  }

  private _onSettingsChanged(): void {
    this._tellAttention();
    this._changed.emit();
  }

  private _tellAttention(): void {
    const { attention } = this;
    if (attention !== this._paid) {
      this._paid = attention;
      this._attentionChanged.emit(attention);
    }
  }

  private _onSelectionChanged(): void {
    this._wishes.forgetEstimate();
    this._changed.emit();
  }

  /** Not while a preview is asked for or shown: the kernel side keeps one. */
  private _onSettled(): void {
    if (this.view === 'list' && this.pending?.what !== 'preview') {
      this._wishes.estimate([...this.selection]);
    }
  }

  private _emitChanged(): void {
    this._changed.emit();
  }

  private _settings: HuntSettings;
  private _notebook: INotebookDoor;
  private _wishes: Wishes;
  private _selection: Selection;
  private _ticks: Ticks;
  private _notebookPath = '';
  private _cells: readonly INotebookCell[] = [];
  private _expected: readonly Expected[] = [];
  private _visible = false;
  private _inStatusBar = false;
  private _paid: Attention;
  private _sampledAt = 0;
  private _timer = 0;
  private _tab: HuntTab = 'findings';
  private _chosenVariables: ReadonlySet<string> = new Set();
  private _openFinding: string | null = null;
  private _marking: string | null = null;
  private _partFilter: PartId | null = null;
  private _cellFilter: CellRef | null = null;
  private _shownCell: CellRef | null = null;
  private _hiddenLines: ReadonlySet<string> = new Set();
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
  private _sampled = new Signal<this, Sample>(this);
  private _attentionChanged = new Signal<this, Attention>(this);
}

export namespace HuntModel {
  export interface IOptions {
    settings: HuntSettings;
    notebook: INotebookDoor;

    /** The line that installs the package in a kernel. */
    installCommand: string;
  }
}
