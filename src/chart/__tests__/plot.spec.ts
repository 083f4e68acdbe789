import { act } from 'react';
import { GIB, REPORT, RUNS, SETTINGS } from '../../panel/__tests__/fake';
import { mount, type IMounted } from '../../panel/__tests__/mount';
import type { IChart } from '../build';
import { draw } from '../traces';

jest.mock('../traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

const drawn = draw as jest.MockedFunction<typeof draw>;

let ui: IMounted;

/** What is called when an element gets another size. */
const resized = new Set<() => void>();

/** Waits until the chunk with plotly is there and has drawn. */
async function settle(): Promise<void> {
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve));
  });
}

beforeEach(async () => {
  drawn.mockClear();
  jest.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(276);
  resized.clear();
  jest.spyOn(window, 'ResizeObserver').mockImplementation(measure => ({
    observe: () => resized.add(measure as () => void),
    unobserve: () => undefined,
    disconnect: () => undefined
  }));
  ui = mount();
  await settle();
});

afterEach(() => {
  ui.dispose();
  jest.useRealTimers();
  jest.restoreAllMocks();
  document.body.removeAttribute('data-jp-theme-name');
});

describe('the chart', () => {
  it('should speak of one run as one', () => {
    ui.set({ runs: RUNS.slice(0, 1) });
    ui.find('img', /^Memory after 1 cell run, now/);
  });

  const plot = () => ui.find('img', /^Memory after each of/);

  it('should draw one step a run, once', async () => {
    ui.set({});
    await settle();
    const charts = drawn.mock.calls.map(call => call[1] as IChart);
    expect(charts.map(chart => chart.steps.length)).toEqual([RUNS.length]);
  });

  it('should draw also what changes in the moment of a drawing', async () => {
    jest.useFakeTimers();
    ui.set({ runs: RUNS.slice(0, 3) });
    act(() => {
      jest.runOnlyPendingTimers();
      ui.model.set({ runs: RUNS.slice(0, 4) });
    });
    act(() => void jest.runOnlyPendingTimers());
    jest.useRealTimers();
    await settle();
    const charts = drawn.mock.calls.map(call => call[1] as IChart);
    expect(charts[charts.length - 1].steps.length).toBe(4);
  });

  it('should draw once what changes in quick succession', async () => {
    jest.useFakeTimers();
    ui.set({ runs: RUNS.slice(0, 3) });
    ui.set({ runs: RUNS.slice(0, 4) });
    expect(plot().getAttribute('aria-label')).toContain('each of 4 cell runs');
    expect(drawn).toHaveBeenCalledTimes(1);
    act(() => void jest.runOnlyPendingTimers());
    jest.useRealTimers();
    await settle();
    const charts = drawn.mock.calls.map(call => call[1] as IChart);
    expect(charts.map(chart => chart.steps.length)).toEqual([RUNS.length, 4]);
  });

  it('should draw a run and its check at once', async () => {
    jest.useFakeTimers();
    ui.set({ runs: [...RUNS, { ...RUNS[16], run: 40 }] });
    act(() => void jest.advanceTimersByTime(1000));
    ui.set({ report: { ...REPORT, after_run: 40 } });
    act(() => void jest.advanceTimersByTime(0));
    jest.useRealTimers();
    await settle();
    const charts = drawn.mock.calls.map(call => call[1] as IChart);
    expect(charts.map(chart => chart.steps.length)).toEqual([17, 18]);
  });

  it('should draw a run whose check does not come', async () => {
    jest.useFakeTimers();
    const more = [40, 41].map(run => ({ ...RUNS[16], run }));
    ui.set({ runs: [...RUNS, more[0]] });
    act(() => void jest.advanceTimersByTime(1900));
    // Another run does not put it off.
    ui.set({ runs: [...RUNS, ...more] });
    act(() => void jest.advanceTimersByTime(100));
    jest.useRealTimers();
    await settle();
    const charts = drawn.mock.calls.map(call => call[1] as IChart);
    expect(charts.map(chart => chart.steps.length)).toEqual([17, 19]);
  });

  it('should not draw out of sight, and only what changed when it is back', async () => {
    const width = jest.spyOn(HTMLElement.prototype, 'clientWidth', 'get');
    const resize = async (pixels: number) => {
      width.mockReturnValue(pixels);
      await act(async () => resized.forEach(measure => measure()));
      await settle();
    };
    await resize(0);
    await resize(276);
    expect(drawn).toHaveBeenCalledTimes(1);
    await resize(0);
    document.body.setAttribute('data-jp-theme-name', 'JupyterLab Dark');
    await settle();
    expect(drawn).toHaveBeenCalledTimes(1);
    await resize(276);
    expect(drawn).toHaveBeenCalledTimes(2);
  });

  it('should go by the clock when the setting says so', async () => {
    const chart = { ...SETTINGS.chart, by: 'time' as const };
    ui.set({ settings: { ...SETTINGS, chart } });
    await settle();
    const [, last] = drawn.mock.calls.map(call => call[1] as IChart);
    expect(last.steps[0].from).toBe(RUNS[0].started);
    expect(ui.text()).toContain('Memory by the clock, GiB');
  });

  it('should draw again when the theme changed', async () => {
    await act(async () => {
      document.body.setAttribute('data-jp-theme-name', 'JupyterLab Dark');
      await Promise.resolve();
    });
    await settle();
    expect(drawn).toHaveBeenCalledTimes(2);
  });

  it('should say the limit beside what plotly draws', () => {
    jest.useFakeTimers();
    const { memory } = ui.model;
    const words = (limit: number | null) => {
      ui.set({ memory: memory && { ...memory, limit } });
      act(() => void jest.runOnlyPendingTimers());
      return ui.panel.node.querySelector('.lh-plot-limit')?.textContent;
    };
    expect([words(20 * GIB), words(512 * GIB), words(null)]).toEqual([
      'limit 20.0\u00a0GiB',
      '↑ limit 512\u00a0GiB',
      undefined
    ]);
  });

  it('should say that the table is the same data', () => {
    expect(plot().getAttribute('aria-label')).toBe(
      'Memory after each of 17 cell runs, now 13.9\u00a0GiB. The tab Cells is the same data as a table.'
    );
  });

  it('should be walked through by keys and lead to the cell', () => {
    ui.focus(plot());
    ui.press(plot(), 'Home');
    ui.press(plot(), 'ArrowRight');
    expect(ui.text()).toContain(
      "[2] users = pd.read_parquet('users.parquet')after 829 MiB (+430 MiB) · peak 1.40 GiBstill held now: 430 MiBClick: go to cell"
    );
    ui.press(plot(), 'End');
    ui.press(plot(), 'Enter');
    expect(ui.model.asked).toEqual(['goToCell 31']);
    ui.press(plot(), 'Escape');
    expect(ui.text()).not.toContain('Click: go to cell');
  });

  const at = (kind: string, clientX: number) =>
    act(() => {
      plot().dispatchEvent(new MouseEvent(kind, { bubbles: true, clientX }));
    });

  it('should lead to the cell under the pointer', () => {
    at('mousedown', 40);
    at('mouseup', 40);
    expect(ui.model.asked).toEqual(['goToCell 1']);
  });

  it('should list what the runs left that a drag goes over, either way', () => {
    at('mousedown', 76);
    at('mousemove', 40);
    expect(ui.panel.node.querySelector('.lh-plot-span')).not.toBeNull();
    at('mouseup', 40);
    expect(ui.panel.node.querySelector('.lh-plot-span')).toBeNull();
    expect(ui.model.asked).toEqual(['filterBySpan "1-4"']);
  });

  it('should forget a drag that leaves it or is escaped', () => {
    at('mousedown', 76);
    at('mousemove', 40);
    ui.press(plot(), 'Escape');
    at('mouseup', 40);
    expect(ui.model.asked).toEqual([]);
  });

  it('should list all findings again on escape', () => {
    const span = { first: 1, last: 2, counts: new Set([1, 2]) };
    ui.set({ spanFilter: span });
    expect(ui.text()).toContain('From [1] to [2]');
    ui.press(plot(), 'Escape');
    expect(ui.model.asked).toEqual(['filterBySpan "none"']);
  });
});
