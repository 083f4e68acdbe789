import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { canBeExpected, markOf } from '../analysis/expected';
import type {
  CellRef,
  Expected,
  Exported,
  ExportFormat,
  ObjectsShow,
  Sample,
  Totals
} from '../protocol/generated';
import type { IHuntModel, IHuntSettings, INotebookCell } from '../tokens';
import type { IHuntDoor, INotebookDoor } from './door';
import { leave, stepOut } from './clearing';
import { Looking } from './looking';
import { noObjects } from './objects';
import { Pace } from './pace';
import { newTest, type ITestSubject } from './proving';
import { Selection } from './selection';
import type { HuntSettings } from './settings';
import type { IHuntState } from './state';
import type { HuntStore } from './store';
import { Ticks } from './ticks';
import { newTrace, type ITraceChoice, type ITraceSubject } from './tracing';
import { Wishes } from './wishes';

/** Seconds a check may take when the user asked for it. */
const CHECK_BUDGET = 2;

/**
 * The model of one notebook: the facts about its kernel, what the user looks
 * at, and the wishes. It knows its kernel and its notebook only as doors.
 */
export class HuntModel extends Looking implements IHuntModel {
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
    this._ticks.changed.connect(this.emitChanged, this);
    this._settings.changed.connect(this._onSettingsChanged, this);
    this.store.changed.connect(this._onStateChanged, this);
    this.store.sampled.connect(this._onSampled, this);
    this._pace = new Pace(() => this._emitSampled());
    this.tellAttention();
  }

  readonly installCommand: string;

  get sampled(): ISignal<this, Sample> {
    return this._sampled;
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
      this.emitChanged();
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
      this.emitChanged();
    }
  }

  get expected(): readonly Expected[] {
    return this._expected;
  }
  set expected(expected: readonly Expected[]) {
    if (expected !== this._expected) {
      this._expected = expected;
      this.emitChanged();
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
    return this.findings
      .filter(finding => this.selection.has(finding.id))
      .reduce((sum, finding) => sum + finding.frees, 0);
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
      this._wishes.send('stop', { command: 'leakhunter.stop' });
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
    this._wishes.send('check', { command: 'leakhunter.check', budget });
  }

  reviewSafe(): void {
    const ids = this.findings
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
      this._wishes.send('preview', {
        command: 'leakhunter.preview',
        ids: [...ids]
      });
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
      this._wishes.send('clear', {
        command: 'leakhunter.clear',
        preview: preview.id,
        ids: [...ticked],
        save
      });
    }
  }

  undo(receipt = this.undoable?.id): void {
    if (receipt !== undefined) {
      this._wishes.send('undo', { command: 'leakhunter.undo', receipt });
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
    const finding = this.findings.find(one => one.id === id);
    if (finding && canBeExpected(finding)) {
      this._notebook.markExpected(markOf(finding, reason, Date.now() / 1000));
    }
  }

  takeBack(fingerprint: string): void {
    this._notebook.takeBack(fingerprint);
  }

  giveBack(): void {
    this._wishes.send('give-back', { command: 'leakhunter.give-back' });
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

  stopLooking(): void {
    this._wishes.stopLooking();
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
    this._wishes.send('objects', {
      command: 'leakhunter.count',
      show,
      mark,
      since_run: null,
      only: null,
      budget: CHECK_BUDGET
    });
  }

  listInstances(row: string): void {
    this._wishes.send('objects', { command: 'leakhunter.instances', row });
  }

  askReferences(object: string): void {
    this._wishes.send('objects', { command: 'leakhunter.references', object });
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
    this._wishes.send('collect', { command: 'leakhunter.collect' });
  }

  planTest(subject: ITestSubject): void {
    if (this.canAct) {
      this.store.update(state => ({
        ...state,
        view: 'test',
        test: newTest(subject)
      }));
      this._wishes.send('plan', {
        command: 'leakhunter.prove-plan',
        ...subject
      });
    }
  }

  cellAt(element: Element | null): CellRef | null {
    return this._notebook.cellAt(element);
  }

  runTest(agreed: boolean, lines: boolean): void {
    const { test, testStale } = this;
    if (test?.plan && !testStale) {
      this._wishes.send('test', {
        command: 'leakhunter.prove',
        test: test.plan.test,
        agreed,
        lines
      });
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
        this._wishes.send('trace-plan', {
          command: 'leakhunter.trace-plan',
          ...subject
        });
      }
    }
  }

  runTrace(choice: ITraceChoice): void {
    const { trace, traceStale } = this;
    if (trace?.plan && !traceStale) {
      this._wishes.send('trace', {
        command: 'leakhunter.trace',
        trace: trace.plan.trace,
        ...choice,
        functions: [...choice.functions]
      });
    }
  }

  exportTrace(format: ExportFormat): void {
    const { trace } = this;
    if (trace?.found) {
      this._wishes.send('export', {
        command: 'leakhunter.trace-export',
        trace: trace.found.id,
        format
      });
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
    this.comparing = false;
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
    super.dispose();
    this._pace.dispose();
    this.door = null;
    this._selection.dispose();
    this._ticks.dispose();
    this.store.dispose();
  }

  /** A run of the user's code is ended as a cell is. */
  private _stopTrace(): void {
    this._notebook.interruptKernel();
    this.store.update(state => ({
      ...state,
      trace: state.trace && { ...state.trace, stopping: true }
    }));
  }

  private _onStateChanged(_: HuntStore, before: IHuntState): void {
    const cleared = before.pending?.what === 'clear' && this.view === 'receipt';
    if (cleared && this.pending === null) {
      this._selection.set([]);
    }
    if (this.store.state.inventory.known !== before.inventory.known) {
      this.forgetGoneVariables();
    }
    const back = this.view === 'list' && before.view !== 'list';
    if (back || this.report !== before.report) {
      this._selection.refresh(this.findings);
    }
    this.emitChanged();
    this.lookAtVariables();
  }

  /** Asks for the variables while they are on screen. */
  protected lookAtVariables(): void {
    if (this.visible && this.tab === 'variables' && this.view === 'list') {
      this._wishes.variables();
    }
  }

  private _onSampled(): void {
    this._pace.next();
  }

  private _emitSampled(): void {
    const { live } = this.store.state;
    if (live !== null) {
      this._sampled.emit(live);
    }
  }

  private _onSettingsChanged(): void {
    this.tellAttention();
    this.emitChanged();
  }

  private _onSelectionChanged(): void {
    this._wishes.forgetEstimate();
    this.emitChanged();
  }

  /** Not while a preview is asked for or shown: the kernel side keeps one. */
  private _onSettled(): void {
    if (this.view === 'list' && this.pending?.what !== 'preview') {
      this._wishes.estimate([...this.selection]);
    }
  }

  private _settings: HuntSettings;
  private _notebook: INotebookDoor;
  private _wishes: Wishes;
  private _selection: Selection;
  private _ticks: Ticks;
  private _pace: Pace;
  private _notebookPath = '';
  private _cells: readonly INotebookCell[] = [];
  private _expected: readonly Expected[] = [];
  private _sampled = new Signal<this, Sample>(this);
}

export namespace HuntModel {
  export interface IOptions {
    settings: HuntSettings;
    notebook: INotebookDoor;

    /** The line that installs the package in a kernel. */
    installCommand: string;
  }
}
