import { GIB, REPORT, RUNS, gib, run } from '../../panel/__tests__/fake';
import { fits } from '../axes';
import { buildChart, isFarLimit, type IChartInput } from '../build';
import { chartUnit } from '../unit';
import { mergeRuns, stepAt, stepBox } from '../steps';
import { timeSteps, timeTicks } from '../times';

const INPUT: IChartInput = {
  runs: RUNS,
  report: null,
  limit: 16 * GIB,
  decimal: false,
  by: 'run',
  colors: {
    text: '#111',
    line: '#222',
    area: '#333',
    gone: '#555',
    parts: new Proxy({}, { get: (_, part) => `of ${String(part)}` }) as never,
    limit: '#444',
    stripes: '',
    font: 'sans-serif'
  },
  width: 300,
  height: 96
};

const three = [
  run(1, 'a', 0, 1, 2, 1),
  run(2, 'b', 1, 3, null, 2),
  run(3, 'c', 3, 2, 4, 0)
];

/** The points of a trace as `x:y`. */
function points(trace: object): string[] {
  const { x, y } = trace as { x: number[]; y: number[] };
  return x.map((value, index) => `${value}:${y[index]}`);
}

describe('fits', () => {
  it('should leave out a label that an edge would cut', () => {
    const whole = [28, 150, 272].filter(x => fits('12:00:10', x, 300));
    expect(whole).toEqual([28, 150, 272]);
    expect([27, 273].some(x => fits('12:00:10', x, 300))).toBe(false);
  });
});

describe('the chart by the clock', () => {
  const at = (started: number, seconds = 1) =>
    run(started, 'a', 0, 1, 2, 1, { started, seconds });

  it('should make a step as wide as the time until the next run', () => {
    const runs = [at(1000), at(1010), at(1070, 30)];
    const { data, steps } = buildChart({ ...INPUT, runs, by: 'time' });
    expect(points(data[0])).toEqual(['1000:1', '1010:1', '1070:1', '1100:1']);
    expect(steps.map(step => step.runs)).toEqual([1, 1, 1]);
  });

  it('should join runs that have no room', () => {
    const runs = [at(0), at(0.5), at(1), at(3600), at(3601)];
    const steps = timeSteps(runs, 100);
    expect(steps.map(step => step.runs)).toEqual([3, 2]);
    expect(steps[1].to).toBeGreaterThan(steps[1].from);
    expect(timeSteps([], 100)).toEqual([]);
  });

  it('should label round times', () => {
    const noon = new Date(2026, 0, 1, 12, 0, 7).getTime() / 1000;
    expect(timeTicks(noon, noon + 3000, 260)).toEqual({
      at: [noon - 7 + 900, noon - 7 + 1800, noon - 7 + 2700],
      text: ['12:15', '12:30', '12:45']
    });
    expect(timeTicks(noon, noon + 20, 260).text).toEqual([
      '12:00:10',
      '12:00:15',
      '12:00:20',
      '12:00:25'
    ]);
  });
});

describe('buildChart', () => {
  it('should step to the memory after each run', () => {
    const { data } = buildChart({ ...INPUT, runs: three });
    expect(data[0]).toMatchObject({ line: { shape: 'hv', color: '#222' } });
    expect(points(data[0])).toEqual(['0.5:1', '1.5:3', '2.5:2', '3.5:2']);
  });

  it('should draw the line as the upper edge of the colours', () => {
    const { data } = buildChart({ ...INPUT, report: REPORT });
    const layers = data.filter(trace => 'stackgroup' in trace);
    const widths = layers.map(trace => (trace as { line: object }).line);
    expect(widths.pop()).toMatchObject({ width: 1.5, color: '#222' });
    expect(widths.every(line => 'width' in line && line.width === 0)).toBe(
      true
    );
    // One more for all peaks: each trace is dear to draw.
    expect([layers.length > 2, data.length - layers.length]).toEqual([true, 1]);
  });

  it('should tell parts apart by more than colour where the theme asks for it', () => {
    const looks = (stripes: string) =>
      buildChart({
        ...INPUT,
        report: REPORT,
        colors: { ...INPUT.colors, stripes }
      }).data.map(trace => {
        const { name, line, fillpattern } = trace as {
          name?: string;
          line?: { width: number };
          fillpattern?: { shape: string };
        };
        return [name, line?.width, fillpattern?.shape];
      });
    expect(looks('')).toContainEqual(['leftover', 0, undefined]);
    expect(looks('#000')).toContainEqual(['leftover', 1, '|']);
    expect(looks('#000')).toContainEqual(['variables', 1, undefined]);
  });

  it('should mark the peaks that are known and rise above the line', () => {
    const flat = run(4, 'd', 2, 2, 2, 0);
    const { data } = buildChart({ ...INPUT, runs: [...three, flat] });
    expect(points(data[1]).map(at => at.replace(/^.*:/, ''))).toEqual([
      '2',
      '2',
      'null',
      '4',
      '4',
      'null'
    ]);
    const { x } = data[1] as { x: number[] };
    expect([(x[0] + x[1]) / 2, (x[3] + x[4]) / 2]).toEqual([1, 3]);
  });

  it('should draw the limit and leave its words a place under it', () => {
    const { layout, limitTop } = buildChart(INPUT);
    expect(layout.shapes).toMatchObject([{ y0: 16, line: { color: '#444' } }]);
    // The limit is the highest point of all, 6 % below the upper edge.
    expect(limitTop).toBeCloseTo(8 + 70 * (1 - 1 / 1.06));
  });

  it('should not let a limit far above press the steps flat', () => {
    const limit = 512 * GIB;
    const { layout, limitTop } = buildChart({ ...INPUT, limit });
    expect([isFarLimit(RUNS, limit), layout.shapes]).toEqual([true, []]);
    expect(limitTop).toBe(4);
    expect(layout.yaxis?.range?.[1]).toBeLessThan(20);
  });

  it('should live without runs and without a limit', () => {
    const empty = buildChart({ ...INPUT, runs: [], limit: null });
    expect([empty.steps, points(empty.data[0]), empty.limitTop]).toEqual([
      [],
      [],
      null
    ]);
  });

  it('should put round numbers at the axes', () => {
    const { layout } = buildChart(INPUT);
    expect(layout.yaxis?.tickvals).toEqual([0, 8, 16]);
    expect(layout.xaxis?.tickvals).toEqual([1, 5, 10, 15]);
  });

  it('should leave the first run number room for itself', () => {
    const { layout } = buildChart({ ...INPUT, width: 560 });
    expect(layout.xaxis?.tickvals).toEqual([1, 4, 6, 8, 10, 12, 14, 16]);
  });
});

describe('chartUnit', () => {
  it('should be that of the highest point shown', () => {
    const small = [run(1, 'a', 0, 0.1, 0.2, 0.1)];
    expect([
      chartUnit(RUNS, 16 * GIB, false),
      chartUnit(small, 16 * GIB, false),
      chartUnit(RUNS, null, true)
    ]).toEqual(['GiB', 'MiB', 'GB']);
  });
});

describe('mergeRuns', () => {
  const shape = (room: number) =>
    mergeRuns(three, room).map(
      ({ from, to, after, peak, run: top }) =>
        `${from}-${to} after ${after / GIB} peak ${(peak ?? 0) / GIB} of ${top.run}`
    );

  it('should keep each run where there is room', () => {
    expect(shape(3)).toEqual([
      '0.5-1.5 after 1 peak 2 of 1',
      '1.5-2.5 after 3 peak 0 of 2',
      '2.5-3.5 after 2 peak 4 of 3'
    ]);
  });

  it('should keep the largest peak of merged runs', () => {
    const runs = [three[0], three[2], three[1]];
    const [first] = mergeRuns(runs, 2);
    expect([first.peak, first.run.run, first.after, first.runs]).toEqual([
      gib(4),
      3,
      gib(2),
      2
    ]);
  });

  it('should need no more steps than there is room for', () => {
    const runs = Array.from({ length: 1000 }, (_, i) =>
      run(i + 1, 'x', 0, 1, 1, 0)
    );
    expect(mergeRuns(runs, 177).length).toBeLessThanOrEqual(177);
  });
});

describe('stepAt', () => {
  const { steps } = buildChart(INPUT);

  it('should find the step under the pointer', () => {
    const boxes = steps.map((_, index) => stepBox(steps, index, 300));
    const found = boxes.map(({ left, width }) =>
      stepAt(steps, left + width / 2, 300)
    );
    expect(found).toEqual(steps.map((_, index) => index));
  });

  it('should find nothing beside the plot', () => {
    expect([stepAt(steps, 5, 300), stepAt(steps, 299, 300)]).toEqual([
      null,
      null
    ]);
  });
});
