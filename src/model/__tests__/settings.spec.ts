import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { PartialJSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import * as schema from '../../../schema/plugin.json';
import {
  DEFAULT_SETTINGS,
  HuntSettings,
  kernelSettings,
  readSettings
} from '../settings';

/** Loaded settings as the registry would hand them out. */
class FakeSettings {
  composite: PartialJSONObject = {};
  changed = new Signal<this, void>(this);

  async set(key: string, value: unknown): Promise<void> {
    this.composite = { ...this.composite, [key]: value as string };
    this.changed.emit();
  }

  cast(): ISettingRegistry.ISettings {
    return this as unknown as ISettingRegistry.ISettings;
  }
}

/** One setting of the schema, as far as these tests look at it. */
interface ISetting {
  title?: string;
  type?: string;
  minimum?: number;
  maximum?: number;
  oneOf?: unknown[];
  properties?: Record<string, ISetting>;
}

/** All settings by name, the nested ones too. */
function leaves(settings: Record<string, ISetting>): [string, ISetting][] {
  return Object.entries(settings).flatMap(([name, setting]) => [
    [name, setting] as [string, ISetting],
    ...leaves(setting.properties ?? {})
  ]);
}

describe('DEFAULT_SETTINGS', () => {
  it('should say what the schema says, for every setting', () => {
    const defaults = Object.fromEntries(
      Object.entries(schema.properties).map(([key, property]) => [
        key,
        property.default
      ])
    );
    expect(defaults).toEqual({ ...DEFAULT_SETTINGS, memoryLimit: 'auto' });
  });

  it('should be what the nested defaults of the schema are', () => {
    const nested = Object.values(schema.properties).flatMap(setting =>
      'properties' in setting ? [setting] : []
    );
    expect(
      nested.map(({ properties }) =>
        Object.fromEntries(
          Object.entries(properties).map(([key, { default: d }]) => [key, d])
        )
      )
    ).toEqual(nested.map(setting => setting.default));
    expect(nested.length).toBe(8);
  });

  it('should have a title and a range for each, and words for each choice', () => {
    const bare = leaves(schema.properties).filter(
      ([, setting]) =>
        !setting.title ||
        (setting.type === 'string' && !setting.oneOf) ||
        (['integer', 'number'].includes(String(setting.type)) &&
          (setting.minimum === undefined || setting.maximum === undefined))
    );
    expect(bare.map(([name]) => name)).toEqual([]);
    const undescribed = Object.entries(schema.properties).filter(
      ([, { description }]) => !description
    );
    expect(undescribed).toEqual([]);
  });
});

describe('readSettings', () => {
  it('should complete nested settings that are given in part', () => {
    const settings = readSettings({
      chart: { open: false },
      worthSaying: { percentOfLimit: 5 }
    });
    expect(settings.chart).toEqual({ open: false, by: 'run', height: 96 });
    expect(settings.worthSaying).toEqual({
      bytes: 52428800,
      percentOfLimit: 5
    });
  });

  it.each([
    ['auto', null],
    [1024, 1024]
  ])('should read the memory limit %p', (given, limit) => {
    expect(readSettings({ memoryLimit: given }).memoryLimit).toBe(limit);
  });
});

describe('kernelSettings', () => {
  it('should speak the words of the kernel side', () => {
    const settings = readSettings({
      checkAfterCell: { when: 'never', budgetMs: 50 },
      memoryLimit: 1024,
      units: 'decimal',
      undo: { minutes: 5 },
      proveIt: { maxSeconds: 60 }
    });
    expect(kernelSettings(settings)).toEqual({
      leftover_after: 3,
      min_finding: 10485760,
      decimal_units: true,
      memory_limit: 1024,
      exact_peak: true,
      birth_cells: 'hooks',
      check_after_cell: false,
      check_budget_ms: 50,
      undo_minutes: 5,
      undo_max_bytes: 8589934592,
      undo_share_of_disk: 0.5,
      prove_seconds: 60,
      prove_stop_percent: 95,
      prove_batches: [2, 4, 8, 16]
    });
  });
});

describe('HuntSettings', () => {
  it('should follow the registry', async () => {
    const loaded = new FakeSettings();
    const settings = new HuntSettings();
    const seen: string[] = [];
    settings.changed.connect((_, { watch }) => seen.push(watch));
    settings.follow(loaded.cast());
    await loaded.set('watch', 'never');
    expect(seen).toEqual(['always', 'never']);
    expect(settings.value.watch).toBe('never');
  });

  it('should save in the words of the schema', async () => {
    const loaded = new FakeSettings();
    const settings = new HuntSettings();
    settings.follow(loaded.cast());
    await settings.set('memoryLimit', null);
    await settings.set('units', 'decimal');
    expect(loaded.composite).toEqual({ memoryLimit: 'auto', units: 'decimal' });
  });

  it('should hold settings without a registry', async () => {
    const settings = new HuntSettings();
    await settings.set('minFinding', 5);
    expect(settings.value.minFinding).toBe(5);
  });
});
