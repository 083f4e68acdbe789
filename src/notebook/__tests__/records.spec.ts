import type { Notebook } from '@jupyterlab/notebook';
import { FakeModel, RUNS, SETTINGS } from '../../panel/__tests__/fake';
import { CellRecords } from '../records';

/** A cell that counts how often its metadata is written. */
class FakeCell {
  constructor(
    readonly id: string,
    readonly type = 'code',
    public metadata: unknown = undefined
  ) {}

  writes = 0;

  getMetadata(): unknown {
    return this.metadata;
  }

  setMetadata(_: string, value: unknown): void {
    this.metadata = value;
    this.writes++;
  }
}

const SAVED = { ...SETTINGS, saveInMetadata: true };

describe('CellRecords', () => {
  const cells = () => [
    new FakeCell('cell-4', 'code', { other: 1 }),
    new FakeCell('words', 'markdown'),
    new FakeCell('new')
  ];

  function follow(model: FakeModel, notebook: FakeCell[]): CellRecords {
    return new CellRecords({
      notebook: { model: { cells: notebook } } as unknown as Notebook,
      model
    });
  }

  it('should write nothing unless the setting says so', () => {
    const model = new FakeModel();
    const all = cells();
    const records = follow(model, all);
    model.set({ runs: [...RUNS] });
    expect(all.map(({ writes }) => writes)).toEqual([0, 0, 0]);
    model.set({ settings: SAVED });
    expect(all.map(({ writes }) => writes)).toEqual([1, 0, 0]);
    records.dispose();
    model.dispose();
  });

  it('should write numbers, once, and keep what others wrote', () => {
    const model = new FakeModel({ settings: SAVED });
    const all = cells();
    const records = follow(model, all);
    model.set({ runs: [...RUNS] });
    model.set({ runs: [...RUNS] });
    const [first] = all;
    expect(first.writes).toBe(1);
    const { memory, ...rest } = first.metadata as { memory: object };
    expect(rest).toEqual({ other: 1 });
    expect(Object.keys(memory)).toEqual([
      'change',
      'peak',
      'peak_exact',
      'held',
      'runs',
      'seconds'
    ]);
    records.dispose();
    model.set({ runs: [] });
    expect(first.writes).toBe(1);
    model.dispose();
  });
});
