import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type {
  PartialJSONValue,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Settings as KernelSettings } from '../protocol/generated';
import type { IHuntSettings } from '../tokens';

/** What `schema/plugin.json` says when the user says nothing; a test compares. */
export const DEFAULT_SETTINGS: IHuntSettings = {
  watch: 'always',
  cellLine: 'worth-saying',
  worthSaying: { bytes: 50 * 1024 * 1024, percentOfLimit: 1 },
  saveInMetadata: false,
  minFinding: 10 * 1024 * 1024,
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
  undo: { minutes: 30, maxBytes: 8 * 1024 ** 3, maxShareOfDisk: 0.5 },
  proveIt: { batches: [2, 4, 8, 16], maxSeconds: 120, stopAtPercent: 95 },
  statusBar: true,
  blackBox: { seconds: 60, keepRuns: 20 }
};

/**
 * Settings as the registry hands them out.
 *
 * #### Notes
 * The registry has checked them against the schema; but it may hand out a part
 * of a nested object, and `memoryLimit` is the word `auto` there.
 */
export function readSettings(
  composite: ReadonlyPartialJSONObject
): IHuntSettings {
  const given = composite as Partial<IHuntSettings> & { memoryLimit?: unknown };
  const { memoryLimit } = given;
  return {
    ...DEFAULT_SETTINGS,
    ...given,
    memoryLimit: typeof memoryLimit === 'number' ? memoryLimit : null,
    worthSaying: { ...DEFAULT_SETTINGS.worthSaying, ...given.worthSaying },
    notices: { ...DEFAULT_SETTINGS.notices, ...given.notices },
    sheet: { ...DEFAULT_SETTINGS.sheet, ...given.sheet },
    chart: { ...DEFAULT_SETTINGS.chart, ...given.chart },
    checkAfterCell: {
      ...DEFAULT_SETTINGS.checkAfterCell,
      ...given.checkAfterCell
    },
    undo: { ...DEFAULT_SETTINGS.undo, ...given.undo },
    proveIt: { ...DEFAULT_SETTINGS.proveIt, ...given.proveIt },
    blackBox: { ...DEFAULT_SETTINGS.blackBox, ...given.blackBox }
  };
}

/** The part of the settings that the kernel side follows, in its words. */
export function kernelSettings(settings: IHuntSettings): KernelSettings {
  return {
    leftover_after: settings.leftoverAfter,
    min_finding: settings.minFinding,
    decimal_units: settings.units === 'decimal',
    memory_limit: settings.memoryLimit,
    exact_peak: settings.exactPeak,
    birth_cells: settings.birthCells,
    check_after_cell: settings.checkAfterCell.when === 'idle',
    check_budget_ms: settings.checkAfterCell.budgetMs,
    undo_minutes: settings.undo.minutes,
    undo_max_bytes: settings.undo.maxBytes,
    undo_share_of_disk: settings.undo.maxShareOfDisk,
    prove_seconds: settings.proveIt.maxSeconds,
    prove_stop_percent: settings.proveIt.stopAtPercent,
    prove_batches: [...settings.proveIt.batches]
  };
}

/** The settings of this user; the defaults until (and unless) they are loaded. */
export class HuntSettings {
  /** Emitted when any setting changed. */
  get changed(): ISignal<this, IHuntSettings> {
    return this._changed;
  }

  get value(): IHuntSettings {
    return this._value;
  }

  /** Takes over loaded settings and follows them from now on. */
  follow(settings: ISettingRegistry.ISettings): void {
    this._settings = settings;
    settings.changed.connect(this._onChanged, this);
    this._onChanged(settings);
  }

  /** Saves one setting; without a registry it holds until the page is left. */
  async set<K extends keyof IHuntSettings>(
    key: K,
    value: IHuntSettings[K]
  ): Promise<void> {
    if (this._settings === null) {
      this._take({ ...this._value, [key]: value });
      return;
    }
    await this._settings.set(
      key,
      (key === 'memoryLimit' ? (value ?? 'auto') : value) as PartialJSONValue
    );
  }

  private _onChanged(settings: ISettingRegistry.ISettings): void {
    this._take(readSettings(settings.composite));
  }

  private _take(value: IHuntSettings): void {
    this._value = value;
    this._changed.emit(value);
  }

  private _value = DEFAULT_SETTINGS;
  private _settings: ISettingRegistry.ISettings | null = null;
  private _changed = new Signal<this, IHuntSettings>(this);
}
