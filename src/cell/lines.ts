/** The lines under the cells of one notebook. */
import type { Cell } from '@jupyterlab/cells';
import type { CellList, Notebook } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import { Disposable } from '../disposable';
import type { ICellLine } from '../analysis/cellline';
import { runningLine } from '../analysis/cellline';
import type { CellLineFacts } from '../analysis/celllines';
import { cellLines } from '../analysis/celllines';
import type { IMessageHandler, Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import type { Finding } from '../protocol/generated';
import type { IHuntModel } from '../tokens';
import { CellLine } from './line';
import { CellPlaces } from './places';

/** What the lines say, and which of them stand. */
type Facts = CellLineFacts & Pick<IHuntModel, 'hiddenLines' | 'running'>;

/** What changes which lines stand, but not what they say. */
const WHICH: ReadonlySet<keyof Facts> = new Set(['hiddenLines', 'running']);

/** What may change how any of them looks. */
const ALL: ReadonlySet<keyof Facts> = new Set([
  'hiddenLines',
  'settings',
  'state'
]);

/**
 * Keeps a line under each cell that has something to say.
 *
 * #### Notes
 * However much changes at once, the lines are gone through once before the next
 * frame is drawn, and only if something changed that a line is made from. Cells
 * without one are not touched: in a long notebook asking each for its id takes
 * longer than all else. A notebook out of sight is left alone until it is shown.
 */
export class CellLines extends Disposable {
  constructor(private _options: CellLines.IOptions) {
    super();
    const { notebook, model } = _options;
    notebook.modelChanged.connect(this._onModelChanged, this);
    notebook.disposed.connect(this.dispose, this);
    model.changed.connect(this._schedule, this);
    model.sampled.connect(this._onSampled, this);
    MessageLoop.installMessageHook(notebook, this._hook);
    this._onModelChanged();
  }

  dispose(): void {
    super.dispose();
    window.cancelAnimationFrame(this._frame);
    MessageLoop.removeMessageHook(this._options.notebook, this._hook);
    this._byId.clear();
    this._places.clear();
  }

  private _onModelChanged(): void {
    this._cells?.changed.disconnect(this._onCellsChanged, this);
    this._cells = this._options.notebook.model?.cells ?? null;
    this._cells?.changed.connect(this._onCellsChanged, this);
    this._onCellsChanged();
  }

  private _onCellsChanged(): void {
    this._moved = true;
    this._schedule();
  }

  private _schedule(): void {
    if (this._frame === 0 && !this.isDisposed) {
      this._frame = window.requestAnimationFrame(() => {
        this._frame = 0;
        if (this._options.notebook.isVisible) {
          this._update();
        }
      });
    }
  }

  private _update(): void {
    const { model } = this._options;
    const facts: Facts = {
      hiddenLines: model.hiddenLines,
      limit: model.memory?.limit ?? null,
      pastRuns: model.pastRuns,
      report: model.report,
      restartedAt: model.restartedAt,
      running: model.running,
      runs: model.runs,
      settings: model.settings,
      state: model.state
    };
    const names = Object.keys(facts) as (keyof typeof facts)[];
    const changed = names.filter(name => facts[name] !== this._facts?.[name]);
    if (changed.length === 0 && !this._moved) {
      return;
    }
    const before = this._lines;
    if (changed.some(name => !WHICH.has(name))) {
      this._lines = cellLines(facts);
    }
    const all = this._moved || changed.some(name => ALL.has(name));
    // Those that ran or run; of those that had a line or get one, the news.
    const ids = new Set(
      [this._facts, facts].map(one => one?.running?.cell_id ?? '')
    );
    for (const id of new Set([...before.keys(), ...this._lines.keys()])) {
      if (all || !isSame(before.get(id), this._lines.get(id))) {
        ids.add(id);
      }
    }
    this._facts = facts;
    if (this._moved) {
      this._moved = false;
      this._lookAtCells();
      this._places.prune();
    }
    ids.forEach(this._decorate, this);
  }

  private _lookAtCells(): void {
    this._byId.clear();
    for (const cell of this._options.notebook.widgets) {
      const { id, type } = cell.model;
      if (type === 'code') {
        this._byId.set(id, cell);
      }
    }
  }

  private _onSampled(): void {
    const { notebook, model } = this._options;
    const { running, live } = model;
    if (running === null || live === null) {
      return;
    }
    // Kept up also out of sight: the line of a cell tells its whole run.
    const known = this._peak.run === live.run ? this._peak.bytes : 0;
    this._peak = { run: live.run, bytes: Math.max(known, live.rss) };
    if (notebook.isVisible && running.cell_id !== null) {
      this._decorate(running.cell_id);
    }
  }

  /** Brings the line under one cell up to date, if the notebook has that cell. */
  private _decorate(id: string): void {
    const cell = this._byId.get(id);
    if (cell === undefined || cell.isDisposed) {
      return;
    }
    const runs =
      this._options.model.state === 'watching' &&
      this._options.model.running?.cell_id === id;
    const live = runs ? this._running() : null;
    const line = live ?? this._lines.get(id);
    const hidden = this._options.model.hiddenLines.has(id);
    if (line === undefined || hidden) {
      this._places.remove(cell);
    } else {
      const { units } = this._options.model.settings;
      this._places
        .get(cell)
        ?.say(line, units === 'decimal', runs && live === null);
    }
  }

  private _running(): ICellLine | null {
    const { running, live, memory, settings } = this._options.model;
    if (running === null || live === null || settings.cellLine === 'off') {
      return null;
    }
    const limit = memory?.limit ?? null;
    const peak = this._peak.run === live.run ? this._peak.bytes : live.rss;
    return runningLine(running, live, peak, { settings, limit });
  }

  /** A notebook that comes into sight may have changed meanwhile. */
  private _hook = (_: IMessageHandler, { type }: Message): boolean => {
    if (type === 'after-show' || type === 'after-attach') {
      this._schedule();
    }
    return true;
  };

  private _cells: CellList | null = null;
  private _facts: Facts | null = null;
  private _lines: ReadonlyMap<string, ICellLine> = new Map();

  /** The code cells, as they stood when the lines were last gone through. */
  private _byId = new Map<string, Cell>();
  private _places = new CellPlaces(
    () => new CellLine(this._options),
    () => this._onCellsChanged()
  );
  private _peak = { run: 0, bytes: 0 };
  private _moved = true;
  private _frame = 0;
}

export namespace CellLines {
  export interface IOptions {
    notebook: Notebook;
    model: IHuntModel;
    trans: TranslationBundle;

    /** Shows a finding in the panel. */
    open: (finding: Finding) => void;
  }
}

/** Whether two lines say the same; after each check they are made anew. */
function isSame(one: ICellLine | undefined, other: ICellLine | undefined) {
  return JSONExt.deepEqual(
    (one ?? null) as PartialJSONValue,
    (other ?? null) as PartialJSONValue
  );
}
