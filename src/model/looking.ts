/** What the user looks at in one notebook: tabs, filters, what is opened or hidden. */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { isListed, NO_FILTER, type IFindingFilter } from '../analysis/findings';
import type { CellRef, CellRun, Finding, PartId } from '../protocol/generated';
import type { HuntTab, IHuntSettings } from '../tokens';
import { KernelFacts } from './facts';

/**
 * How closely the memory of a running cell is looked at: in a panel; in the
 * status bar, or to warn near the limit; not at all.
 */
export type Attention = 'close' | 'glance' | 'none';

/** The facts about a kernel, and where in them the user is. */
export abstract class Looking extends KernelFacts {
  abstract readonly settings: IHuntSettings;

  /** Back to the list, from whatever view. */
  abstract showList(): void;

  /** Asks for the variables while they are on screen. */
  protected abstract lookAtVariables(): void;

  get changed(): ISignal<this, void> {
    return this._changed;
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

  get visible(): boolean {
    return this._visible;
  }
  set visible(visible: boolean) {
    if (visible !== this._visible) {
      this._visible = visible;
      this.tellAttention();
      this.lookAtVariables();
    }
  }

  get inStatusBar(): boolean {
    return this._inStatusBar;
  }
  set inStatusBar(shown: boolean) {
    this._inStatusBar = shown;
    this.tellAttention();
  }

  get tab(): HuntTab {
    return this._tab;
  }
  set tab(tab: HuntTab) {
    if (tab !== this._tab) {
      this._tab = tab;
      this._shownCell = null;
      this._changed.emit();
      this.lookAtVariables();
    }
  }

  get comparing(): boolean {
    return this._comparing && this.pastRuns.length > 0;
  }
  set comparing(comparing: boolean) {
    if (comparing !== this._comparing) {
      this._comparing = comparing;
      this._changed.emit();
    }
  }

  get openFinding(): string | null {
    const id = this._openFinding;
    return this.findings.some(finding => finding.id === id) ? id : null;
  }
  set openFinding(id: string | null) {
    if (id !== this._openFinding) {
      this._openFinding = id;
      this._marking = null;
      // What is opened from elsewhere, such as a cell, must be in sight.
      const opened = this.findings.find(finding => finding.id === id);
      if (opened && !isListed(opened, this._filter)) {
        this._filter = NO_FILTER;
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
    const { part } = this._filter;
    const inSheet = this.report?.sheet.parts.some(
      ({ part: id, bytes }) => id === part && bytes > 0
    );
    const found = this.findings.some(finding => finding.part === part);
    return inSheet || found ? part : null;
  }
  set partFilter(part: PartId | null) {
    if (part !== this._filter.part) {
      this._filter = { ...NO_FILTER, part };
      this._changed.emit();
    }
  }

  get filter(): IFindingFilter {
    return { ...this._filter, part: this.partFilter };
  }

  filterByCell(cell: CellRef | null): void {
    this._list({ ...NO_FILTER, cell });
  }

  filterBySpan(runs: readonly CellRun[]): void {
    const counts = runs.flatMap(run => run.execution_count ?? []);
    const span = {
      first: counts[0] ?? null,
      last: counts[counts.length - 1] ?? null,
      counts: new Set(counts)
    };
    this._list({ ...NO_FILTER, span: runs.length > 0 ? span : null });
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

  get chosenVariables(): ReadonlySet<string> {
    return this._chosenVariables;
  }

  chooseVariables(names: Iterable<string>): void {
    this._chosenVariables = new Set(names);
    this._changed.emit();
  }

  protected get findings(): readonly Finding[] {
    return this.report?.findings ?? [];
  }

  protected forgetGoneVariables(): void {
    const known = this.inventory.known?.variables ?? [];
    const names = known.map(({ name }) => name);
    const chosen = names.filter(name => this._chosenVariables.has(name));
    this._chosenVariables = new Set(chosen);
  }

  protected tellAttention(): void {
    const { attention } = this;
    if (attention !== this._paid) {
      this._paid = attention;
      this._attentionChanged.emit(attention);
    }
  }

  protected emitChanged(): void {
    this._changed.emit();
  }

  /** Lists some findings; of a cell or of runs they are brought to the front. */
  private _list(filter: IFindingFilter): void {
    this._filter = filter;
    if (filter.cell !== null || filter.span !== null) {
      this._tab = 'findings';
      this.showList();
    }
    this._changed.emit();
  }

  private _visible = false;
  private _inStatusBar = false;
  private _paid: Attention = 'none';
  private _tab: HuntTab = 'findings';
  private _comparing = false;
  private _chosenVariables: ReadonlySet<string> = new Set();
  private _openFinding: string | null = null;
  private _marking: string | null = null;
  private _filter: IFindingFilter = NO_FILTER;
  private _shownCell: CellRef | null = null;
  private _hiddenLines: ReadonlySet<string> = new Set();
  private _changed = new Signal<this, void>(this);
  private _attentionChanged = new Signal<this, Attention>(this);
}
