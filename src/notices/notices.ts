import type { TranslationBundle } from '@jupyterlab/translation';
import { Disposable } from '../disposable';
import { formatBytes } from '../analysis/format';
import { usageLevel, usageWords, usedBytes } from '../analysis/usage';
import type { Report, RunStarted } from '../protocol/generated';
import type { IHuntModel } from '../tokens';

/** From this share of the limit on it matters what can go. */
const FULL = 0.85;

/** What can go is worth a notice from this share of the limit on. */
const MUCH = 0.2;

/** Between two notices of what can go, in ms. */
const PAUSE = 30 * 60 * 1000;

/** A cell that goes on for so long after an interrupt does not heed it, in ms. */
const HEED = 3000;

/** One thing that a notice offers to do. */
export interface INoticeAction {
  label: string;
  caption: string;
  callback: () => void;
}

/** Where notices are shown. */
export interface INoticeBoard {
  /**
   * Shows a notice.
   *
   * @param urgent - Whether it must be heard at once, and stays.
   *
   * @returns a function that takes it off again.
   */
  show(message: string, actions: INoticeAction[], urgent: boolean): () => void;
}

/**
 * The two notices of one notebook: near the limit while a cell runs, once a
 * crossing; and after a cell, when much of a full memory can go.
 *
 * #### Notes
 * Never a dialog, and nothing is cleared from here: the preview comes first.
 * What is said of a running cell goes when the cell has ended.
 */
export class HuntNotices extends Disposable {
  constructor(private _options: HuntNotices.IOptions) {
    super();
    const { model } = _options;
    this._report = model.report;
    model.sampled.connect(this._onSampled, this);
    model.changed.connect(this._onChanged, this);
  }

  dispose(): void {
    super.dispose();
    this._takeOff();
    this._takeOfferOff();
  }

  private _onSampled(): void {
    const { model, trans, board, open } = this._options;
    const { memory, live, running, settings } = model;
    if (memory === null || live === null || running === null) {
      return;
    }
    const used = usedBytes(memory, live);
    const critical = usageLevel(used, memory.limit, settings) === 'critical';
    const crossed = critical && !this._critical;
    this._critical = critical;
    if (!crossed || !settings.notices.nearLimit) {
      return;
    }
    const words = usageWords(
      used,
      memory.limit,
      model.settings.units === 'decimal'
    );
    this._takeOff();
    this._told = running.run;
    const off = board.show(
      trans.__(
        '%1 is near the memory limit: %2. An interrupt keeps its variables; if the system kills the kernel, they are lost.',
        model.notebookName,
        words
      ),
      [
        {
          label: trans.__('Interrupt cell'),
          caption: trans.__('Stop the running cell'),
          callback: () => this._interrupt(running)
        },
        {
          label: trans.__('Open Leak Hunter'),
          caption: trans.__('Show what holds the memory of this notebook'),
          callback: open
        }
      ],
      true
    );
    this._shown.push(off);
  }

  private _interrupt(run: RunStarted): void {
    const { model, trans, board } = this._options;
    if (model.running?.run !== run.run) {
      return;
    }
    model.interrupt();
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      if (model.running?.run === run.run) {
        const off = board.show(
          trans.__(
            'The cell in %1 has not stopped yet: code of libraries heeds an interrupt when it returns to Python.',
            model.notebookName
          ),
          [],
          true
        );
        this._shown.push(off);
      }
    }, HEED);
  }

  private _onChanged(): void {
    const { model } = this._options;
    if (model.running === null) {
      this._critical = false;
    }
    if (this._told !== null && model.running?.run !== this._told) {
      this._takeOff();
    }
    const { report } = model;
    if (report === this._report) {
      return;
    }
    // A kernel's first report tells of old things: the user opened the panel for them.
    const first = this._report === null;
    this._report = report;
    if (report === null) {
      this._takeOfferOff();
    } else if (!first) {
      this._tellWhatCanGo(report);
    }
  }

  /** What was said of a cell is over with it. */
  private _takeOff(): void {
    window.clearTimeout(this._timer);
    this._told = null;
    this._shown.splice(0).forEach(off => off());
  }

  private _tellWhatCanGo(report: Report): void {
    const { model, trans, board, open } = this._options;
    const { settings } = model;
    const { limit, limit_used, rss } = report.memory;
    const canGo = report.safe_bytes + report.check_bytes;
    const worth =
      limit !== null &&
      (limit_used ?? rss) >= limit * FULL &&
      canGo >= limit * MUCH;
    if (!worth) {
      this._takeOfferOff();
    }
    const early = this._toldAt !== null && Date.now() - this._toldAt < PAUSE;
    if (!worth || early || this._muted || !settings.notices.canGo) {
      return;
    }
    this._toldAt = Date.now();
    this._takeOfferOff();
    const decimal = settings.units === 'decimal';
    this._takeOfferOff = board.show(
      trans.__(
        '%1 of the memory of %2 can go.',
        formatBytes(canGo, { decimal }),
        model.notebookName
      ),
      [
        {
          label: trans.__('Review and clear…'),
          caption: trans.__('Show what would be cleared, before anything is'),
          callback: () => {
            open();
            model.reviewSafe();
          }
        },
        {
          label: trans.__('Not for this notebook'),
          caption: trans.__('No such notice again until it is opened anew'),
          callback: () => {
            this._muted = true;
          }
        }
      ],
      false
    );
  }

  private _critical = false;
  private _muted = false;
  private _toldAt: number | null = null;
  private _report: Report | null;
  private _timer = 0;

  /** The run that the notices on screen tell of. */
  private _told: number | null = null;

  /** Takes off the notice of what can go: it lasts no longer than what it says. */
  private _takeOfferOff: () => void = () => undefined;

  /** Takes them off. */
  private _shown: (() => void)[] = [];
}

/** A namespace for the options of `HuntNotices`. */
export namespace HuntNotices {
  /** What the notices of a notebook need. */
  export interface IOptions {
    model: IHuntModel;
    trans: TranslationBundle;
    board: INoticeBoard;

    /** Brings the notebook and the panel to the front. */
    open: () => void;
  }
}
