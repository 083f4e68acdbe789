import { REPORT, run } from '../../panel/__tests__/fake';
import type { PartId, Report } from '../../protocol/generated';
import { chartLayers, foldThin, type ILayer } from '../layers';
import { mergeRuns } from '../steps';

const runs = [
  run(1, 'a', 0, 2, null, 0),
  run(2, 'b', 2, 6, null, 0),
  run(3, 'c', 6, 5, null, 0)
];
const GIB = 1024 ** 3;

function checked(
  parts: Partial<Record<PartId, number>>,
  alive: [number, PartId, number][],
  after_run = 3
): Report {
  return {
    ...REPORT,
    after_run,
    alive: alive.map(([born, part, gib]) => ({
      run: born,
      part,
      bytes: gib * GIB
    })),
    sheet: {
      ...REPORT.sheet,
      parts: Object.entries(parts).map(([part, gib]) => ({
        part: part as PartId,
        bytes: gib * GIB,
        details: [],
        checked: true
      }))
    }
  };
}

/** Each layer as its kind and its GiB, step by step. */
function told(layers: ILayer[]): Record<string, string> {
  return Object.fromEntries(
    layers.map(({ kind, bytes }) => [
      kind,
      bytes.map(size => size / GIB).join(' ')
    ])
  );
}

describe('chartLayers', () => {
  const steps = mergeRuns(runs, 100);

  it('should colour what a run made by what it is today, from its run on', () => {
    const report = checked({ libraries: 1, leftover: 2, history: 1, kept: 1 }, [
      [2, 'leftover', 2],
      [3, 'history', 1]
    ]);
    expect(told(chartLayers(steps, report))).toEqual({
      libraries: '1 1 1',
      leftover: '0 2 2',
      history: '0 0 1',
      gone: '1 3 1'
    });
  });

  it('should lay what no run made under it only as far as there is room', () => {
    const report = checked({ libraries: 3, variables: 2 }, [
      [2, 'variables', 1]
    ]);
    expect(told(chartLayers(steps, report))).toEqual({
      variables: '0 2 2',
      libraries: '2 3 3',
      gone: '0 1 0'
    });
  });

  it('should add up to the memory of each step, whatever was counted', () => {
    const report = checked({ libraries: 3, variables: 9 }, [
      [1, 'variables', 9],
      [2, 'history', 4]
    ]);
    const layers = chartLayers(steps, report);
    steps.forEach(({ after }, index) => {
      const sum = layers.reduce((size, layer) => size + layer.bytes[index], 0);
      expect(sum).toBe(after);
    });
  });

  it('should not call gone what no check has seen', () => {
    const report = checked({ libraries: 1 }, [], 2);
    expect(told(chartLayers(steps, report))).toEqual({
      libraries: '1 1 1',
      gone: '1 5 0',
      unknown: '0 0 4'
    });
  });

  it('should have no colours before the first check', () => {
    expect(chartLayers(steps, null)).toEqual([]);
  });

  it('should tell of merged runs what there was after the last of them', () => {
    const report = checked({ variables: 4 }, [[2, 'variables', 4]]);
    expect(told(chartLayers(mergeRuns(runs, 1), report))).toEqual({
      variables: '4',
      gone: '1'
    });
  });
});

describe('foldThin', () => {
  const layer = (kind: ILayer['kind'], ...gib: number[]): ILayer => ({
    kind,
    bytes: gib.map(size => size * GIB)
  });

  it('should leave what is nowhere thick to the layer under it', () => {
    const layers = [
      layer('libraries', 1, 1),
      layer('files', 0.25, 0.25),
      layer('shared', 0, 0.25),
      layer('gone', 0, 2)
    ];
    expect(told(foldThin(layers, 0.5 * GIB))).toEqual({
      libraries: '1.25 1.5',
      gone: '0 2'
    });
    expect(foldThin(layers, 0)).toEqual(layers);
  });

  it('should leave the lowest to the layer over it, and keep one', () => {
    const layers = [
      layer('libraries', 0.25, 0.25),
      layer('files', 0, 0.25),
      layer('variables', 1, 0)
    ];
    expect(told(foldThin(layers, GIB))).toEqual({ variables: '1.25 0.5' });
    expect(told(foldThin(layers, 9 * GIB))).toEqual({ libraries: '1.25 0.5' });
    expect(foldThin([], GIB)).toEqual([]);
  });
});
