import { nullTranslator } from '@jupyterlab/translation';
import { keeperWords, lineWords } from '../../cell/words';
import {
  GIB,
  MIB,
  OUT14,
  REPORT,
  SETTINGS,
  finding,
  gib,
  ref,
  run
} from '../../panel/__tests__/fake';
import type { CellRun, Finding } from '../../protocol/generated';
import type { IHuntSettings } from '../../tokens';
import type { ICellLine } from '../cellline';
import { runningLine } from '../cellline';
import type { CellLineFacts } from '../celllines';
import { cellLines } from '../celllines';

const trans = nullTranslator.load('jupyterlab_leakhunter');

function facts(
  runs: readonly CellRun[],
  findings: readonly Finding[] = [],
  more: Partial<CellLineFacts> = {}
): CellLineFacts {
  const report = { ...REPORT, cells: [], findings: [...findings] };
  return {
    limit: 16 * GIB,
    pastRuns: [],
    report,
    restartedAt: null,
    runs,
    settings: SETTINGS,
    state: 'watching',
    ...more
  };
}

/** The line as it is read, chip and all; null where there is none. */
function read(line: ICellLine | null | undefined): string | null {
  if (!line) {
    return null;
  }
  const { keeper, chip, others } = line;
  return [
    lineWords(line, trans, false),
    keeper && keeperWords(keeper, trans),
    chip && `(${chip.label}: ${chip.title}${others > 0 ? ` +${others}` : ''})`
  ]
    .filter(Boolean)
    .join(' ')
    .replace(/\u00a0/g, ' ');
}

/** The line under the cell of the last run. */
function lineOf(
  runs: readonly CellRun[],
  findings: readonly Finding[] = [],
  more: Partial<CellLineFacts> = {}
): string | null {
  const { cell_id } = runs[runs.length - 1];
  return read(cellLines(facts(runs, findings, more)).get(cell_id ?? ''));
}

const SMALL: Partial<IHuntSettings> = { cellLine: 'all' };
const with_ = (more: Partial<IHuntSettings>) => ({
  settings: { ...SETTINGS, ...more }
});
const mib = (value: number) => value / 1024;

describe('the line under a cell', () => {
  const load = run(4, 'df_raw = …', 0.81, 2.67, 4.1, 1.86);

  it.each<
    [string, CellRun[], Finding[], Partial<CellLineFacts>, string | null]
  >([
    [
      'all that came is held',
      [load],
      [],
      {},
      '+1.86 GiB · peak 4.10 GiB · all still held'
    ],
    [
      'a part is held',
      [run(14, 'x', 6.24, 8.72, 10.9, 2.1)],
      [],
      {},
      '+2.48 GiB · peak 10.9 GiB · 2.10 GiB still held'
    ],
    [
      'the peak is no news',
      [run(1, 'x', 1, 2, 2.01, 1)],
      [],
      {},
      '+1.00 GiB · all still held'
    ],
    [
      'the peak was sampled',
      [run(1, 'x', 1, 2, 3, 1, { peak_exact: false })],
      [],
      {},
      '+1.00 GiB · peak ≥ 3.00 GiB · all still held'
    ],
    ['not checked yet', [run(32, 'x', 1, 2, 2, 0)], [], {}, '+1.00 GiB'],
    [
      'held in memory that was there before',
      [run(1, 'x', 1, 1, 1, 0.5)],
      [],
      {},
      '512 MiB still held'
    ],
    ['memory came back', [run(1, 'del x', 2, 1, 2, 0)], [], {}, '−1.00 GiB'],
    ['too little', [run(1, 'x', 1, 1 + mib(49), null, mib(49))], [], {}, null],
    [
      'enough',
      [run(1, 'x', 1, 1 + mib(50), null, mib(50))],
      [],
      {},
      '+50.0 MiB · all still held'
    ],
    [
      'little, but 1 % of the limit',
      [run(1, 'x', 1, 1 + mib(11), null, 0)],
      [],
      { limit: GIB },
      '+11.0 MiB'
    ],
    [
      'little, no limit known',
      [run(1, 'x', 1, 1 + mib(11), null, 0)],
      [],
      { limit: null },
      null
    ],
    [
      'a finding belongs to it',
      [run(4, 'x', 1, 1, 1, 0)],
      [finding()],
      {},
      '(Leftover: df_raw)'
    ],
    [
      'three findings belong to it',
      [load],
      [
        finding({ id: 'a', title: 'a', frees: 60 * MIB }),
        finding({ id: 'b', title: 'b', frees: 80 * MIB }),
        finding({ id: 'c', title: 'c', frees: 20 * MIB })
      ],
      {},
      '+1.86 GiB · peak 4.10 GiB · all still held (Leftover: b +2)'
    ],
    [
      'a finding too small for a row',
      [run(4, 'x', 1, 1, 1, 0)],
      [finding({ frees: 9 * MIB })],
      {},
      null
    ],
    [
      'a finding that is no leak',
      [run(4, 'x', 1, 1, 1, 0)],
      [finding({ group: 'not-a-leak' }), finding({ group: 'expected' })],
      {},
      null
    ],
    [
      'a del that freed nothing',
      [run(15, 'del merged', 8.72, 8.72, 8.72, 0, { deleted: ['merged'] })],
      [OUT14],
      {},
      '0 B freed: the output history still keeps it'
    ],
    [
      'a del that freed a part',
      [run(15, 'del merged', 8.72, 8, 8.72, 0, { deleted: ['merged', 'x'] })],
      [OUT14],
      {},
      '−737 MiB the output history still keeps it'
    ],
    [
      'a del of a name used again later',
      [run(20, 'del merged', 8.72, 8.72, 8.72, 0, { deleted: ['merged'] })],
      [OUT14],
      {},
      null
    ],
    [
      'another cell only mentions the del',
      [run(15, 'x', 8.72, 8.72, 8.72, 0)],
      [OUT14],
      {},
      null
    ],
    [
      'all: nothing happened',
      [run(1, 'x', 1, 1, 1, 0)],
      [],
      with_(SMALL),
      '0 B'
    ],
    ['off', [load], [finding()], with_({ cellLine: 'off' }), null],
    ['nobody watches any more', [load], [], { state: 'asking' }, null],
    ['a cell of elsewhere', [{ ...load, cell_id: null }], [], {}, null]
  ])('should be right when %s', (_, runs, findings, more, expected) => {
    expect(lineOf(runs, findings, more)).toBe(expected);
  });

  const again = (after: number[], held: number[]) =>
    after.map((gib_, index) => ({
      ...run(index + 1, 'x', index === 0 ? 1 : after[index - 1], gib_, null, 0),
      held: gib(held[index]),
      ...ref(27)
    }));

  it('should say what each of several like runs did', () => {
    const steps = [1, 2, 3, 4, 5, 6, 7, 8];
    const runs = again(
      steps.map(step => 1 + step * mib(39)),
      steps.map(() => mib(39.6))
    );
    expect(lineOf(runs)).toBe('8 runs · +39.0 MiB each · 317 MiB still held');
  });

  it('should say what the last of several unlike runs did', () => {
    expect(lineOf(again([1, 2], [0, 1]))).toBe(
      '2 runs · last +1.00 GiB · 1.00 GiB still held'
    );
  });

  it('should not say that the last run changed nothing', () => {
    expect(lineOf(again([2, 2], [0, 1]))).toBe('2 runs · 1.00 GiB still held');
  });
});

describe('the line after the kernel is gone', () => {
  const past = [run(4, 'x', 0.81, 2.67, 4.1, 1.86), run(5, 'y', 2, 2, 2, 0)];

  it.each<[Partial<CellLineFacts>, string]>([
    [{ restartedAt: 1 }, '+1.86 GiB · peak 4.10 GiB · before the restart'],
    [{ state: 'dead' }, '+1.86 GiB · peak 4.10 GiB · before the kernel stopped']
  ])('should say when it was, with %j', (more, expected) => {
    const lines = cellLines(
      facts([], [], { report: null, pastRuns: past, ...more })
    );
    expect([...lines.keys()]).toEqual(['cell-4']);
    expect(read(lines.get('cell-4'))).toBe(expected);
  });

  it('should give way to a new run, even one with nothing to say', () => {
    const runs = [run(4, 'x', 1, 1, 1, 0)];
    const lines = cellLines(
      facts(runs, [], { pastRuns: past, restartedAt: 1 })
    );
    expect(lines.size).toBe(0);
  });
});

describe('the line of a running cell', () => {
  const started = {
    kind: 'run-started',
    seq: 1,
    run: 9,
    ...ref(9),
    started: 0,
    oom_kills: null,
    rss: gib(11.5)
  } as const;
  const sample = (rss: number) =>
    ({
      kind: 'sample',
      seq: 2,
      run: 9,
      at: 1,
      rss: gib(rss),
      limit_used: null
    }) as const;
  const settings = SETTINGS;

  it.each<[string, number, number, number | null, string | null]>([
    [
      'a limit',
      14.6,
      14.9,
      16,
      '+3.10 GiB so far · peak 14.9 GiB · 91 % of limit'
    ],
    ['no limit', 12, 12, null, '+512 MiB so far · peak 12.0 GiB'],
    ['little, far from the limit', 11.51, 11.51, 64, null],
    [
      'little, near the limit',
      11.51,
      11.51,
      13,
      '+10.2 MiB so far · peak 11.5 GiB · 89 % of limit'
    ],
    [
      'a peak that is over',
      11.5,
      13,
      64,
      '0 B so far · peak 13.0 GiB · 18 % of limit'
    ]
  ])('should be right with %s', (_, rss, peak, limit, expected) => {
    const rules = { settings, limit: limit === null ? null : limit * GIB };
    const line = runningLine(started, sample(rss), gib(peak), rules);
    expect(read(line)).toBe(expected);
  });
});
