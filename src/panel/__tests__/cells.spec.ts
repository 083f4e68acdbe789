import { act } from 'react';
import { REPORT, RUNS, run } from './fake';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

let ui: IMounted;

beforeEach(() => {
  ui = mount({ tab: 'cells' });
});

afterEach(() => ui.dispose());

/** The rows of the table as lines. */
function lines(): string[] {
  return Array.from(ui.panel.node.querySelectorAll('tbody tr')).map(row =>
    Array.from(row.children)
      .map(cell => cell.textContent)
      .join('|')
  );
}

describe('the table of cells', () => {
  it('should say what each cell did, in one unit', () => {
    expect(lines()[0]).toBe(
      '[1]import pandas as pd, numpy as np|+0.31|0.39|1|12\u00a0s|0.31'
    );
    expect(ui.text()).toContain(
      'Values in GiB. Held now adds up to 12.03 of 13.90'
    );
  });

  it('should tell deleted, edited and failed cells', () => {
    const tagged = lines().filter(line => line.includes('· '));
    expect(tagged.map(line => line.split('|')[0])).toEqual([
      '[11]X_train_old = split(df)· deleted',
      '[16]merged_backup = merged.copy()· edited',
      '[19]train(model, loader, epochs=3)· failed'
    ]);
  });

  it('should fold cells that changed nothing', () => {
    expect(lines().length).toBe(RUNS.length - 3);
    ui.click('button', 'Show 3 cells that changed nothing');
    expect(lines().length).toBe(RUNS.length);
  });

  it('should sort by a column and say so', () => {
    ui.click('button', 'Held now');
    expect(lines()[0]).toContain('[14]');
    expect(ui.find('columnheader', 'Held now▾').getAttribute('aria-sort')).toBe(
      'descending'
    );
    ui.click('button', 'Held now▾');
    expect(ui.find('columnheader', 'Held now▴').getAttribute('aria-sort')).toBe(
      'ascending'
    );
  });

  it('should say what numpy made in all, where that is counted', () => {
    expect(ui.look('columnheader', 'Made')).toBeNull();
    const made = (count: number, bytes: number) =>
      run(count, 'x = big()', 1, 2, 2, 0.5, {
        cell_id: 'x',
        made: bytes * 1024 ** 3
      });
    ui.set({ runs: [made(1, 1.5), made(2, 0.25)], report: null });
    ui.find('columnheader', 'Made');
    expect(lines()[0]).toContain('· ×2|+1.00|2.00|2|12\u00a0s|1.75|');
  });

  it('should go to a cell, but not to a deleted one', () => {
    ui.click('button', '[14]');
    expect(ui.model.asked).toEqual(['goToCell 14']);
    expect(ui.look('button', '[11]')).toBeNull();
  });

  it('should give the bytes in the tooltips', () => {
    const titles = Array.from(
      ui.panel.node.querySelectorAll('tbody tr:first-child td'),
      cell => cell.getAttribute('title')
    );
    expect(titles).toEqual([
      expect.stringMatching(/^[\d,]+ bytes$/),
      expect.stringMatching(/^[\d,]+ bytes$/),
      null,
      null,
      expect.stringMatching(/^[\d,]+ bytes$/)
    ]);
  });

  it('should be walked through by arrows', () => {
    const first = ui.find('button', '[1]');
    ui.focus(first);
    ui.press(first, 'ArrowDown');
    const next = document.activeElement as HTMLElement;
    expect(next.closest('tr')?.rowIndex).toBe(2);
    ui.press(next, 'End');
    const last = document.activeElement?.closest('tr');
    expect(last?.nextElementSibling).toBeNull();
  });

  it('should be one stop of Tab, past cells that are deleted', () => {
    const stops = () =>
      Array.from(
        ui.panel.node.querySelectorAll<HTMLElement>('tbody button'),
        button => (button.tabIndex === 0 ? button.textContent : '')
      ).join('');
    expect(stops()).toBe('[1]');
    const before = ui.find('button', '[9]');
    ui.focus(before);
    ui.press(before, 'ArrowDown');
    // [11] is deleted.
    expect(document.activeElement?.textContent).toBe('[14]');
    expect(stops()).toBe('[14]');
    ui.click('button', 'Cell▴');
    expect(stops()).toBe('[14]');
    ui.set({ runs: RUNS.slice(0, 5), report: null });
    expect([document.activeElement?.textContent, stops()]).toEqual([
      '[5]',
      '[5]'
    ]);
  });

  it('should say when nothing has run', () => {
    ui.set({ runs: [], report: { ...REPORT, cells: [] } });
    expect(ui.text()).toContain('No cell has run since watching began.');
  });

  it('should keep the runs of before a restart, as gone', () => {
    ui.set({ pastRuns: RUNS.slice(0, 6) });
    expect(lines().pop()).toContain('gone');
    ui.click('button', 'Forget');
    expect(ui.model.asked).toEqual(['forgetPast']);
  });
});

describe('the comparison with the run before a restart', () => {
  const compared = () =>
    Array.from(
      ui.panel.node.querySelectorAll('.lh-mod-compared tbody tr'),
      row =>
        Array.from(row.children, cell => cell.textContent?.trim()).join('|')
    );

  it('should be opened and closed beside Forget', () => {
    ui.set({ tab: 'findings', restartedAt: 1, runs: [], pastRuns: RUNS });
    ui.click('button', 'Compare');
    expect([ui.model.comparing, ui.model.tab]).toEqual([true, 'cells']);
    ui.set({});
    expect(ui.panel.node.querySelector('.lh-mod-gone')).toBeNull();
    ui.click('button', 'Back');
    expect(ui.model.comparing).toBe(false);
  });

  it('should show before, now and the difference of each cell', () => {
    ui.set({
      report: null,
      comparing: true,
      pastRuns: [
        run(1, 'a = 1', 1, 2, 4, 0),
        run(2, 'b = 2', 2, 3, 3, 0, { peak_exact: false }),
        run(3, 'c = 3', 3, 3, 3, 0)
      ],
      // Counts begin anew; the ids stay.
      runs: [
        run(9, 'a = 1', 1, 1.5, 4.25, 0, { cell_id: RUNS[0].cell_id }),
        run(1, 'new', 1, 3, 3, 0, { cell_id: 'new' })
      ]
    });
    expect(compared()).toEqual([
      '[9]a = 1|+1.00 → +0.50−0.50|4.00 → 4.25+0.25',
      '[2]b = 2|+1.00 → ·not run yet|≥ 3.00 → ·'
    ]);
    expect(ui.text()).toContain('Values in GiB: before the restart → now');
  });

  it('should say of a cell that is deleted that it is', () => {
    ui.set({
      report: null,
      runs: [],
      cells: [],
      comparing: true,
      pastRuns: [run(1, 'a = 1', 1, 2, 4, 0)]
    });
    expect(compared()[0]).toContain('·deleted|');
  });

  it('should sort by the difference, cells not run yet last', () => {
    const once = (count: number, after: number) =>
      run(count, `x${count}`, 0, after, after, 0);
    ui.set({
      report: null,
      comparing: true,
      pastRuns: [once(1, 1), once(2, 1), once(4, 1)],
      runs: [once(2, 3), once(4, 5)]
    });
    const heads = ui.panel.node.querySelectorAll<HTMLElement>(
      '.lh-mod-compared thead button'
    );
    act(() => heads[1].click());
    expect(compared().map(row => row.slice(0, 3))).toEqual([
      '[4]',
      '[2]',
      '[1]'
    ]);
  });

  it('should draw only what is near the screen', () => {
    const pastRuns = Array.from({ length: 300 }, (_, index) =>
      run(index + 1, `x${index}`, 1, 2, 2, 1)
    );
    ui.set({ pastRuns, comparing: true });
    expect(
      ui.panel.node.querySelectorAll('.lh-mod-compared tr[aria-rowindex]')
        .length
    ).toBe(80);
  });

  it('should not be offered where no cell has an id', () => {
    ui.set({
      pastRuns: [run(1, 'a = 1', 1, 2, 4, 0, { cell_id: null })]
    });
    expect(ui.look('button', 'Compare')).toBeNull();
  });
});

describe('a long table of cells', () => {
  const counts = () =>
    Array.from(
      ui.panel.node.querySelectorAll('tbody tr[aria-rowindex]'),
      row => Number(row.getAttribute('aria-rowindex')) - 1
    );
  const gaps = () =>
    Array.from(
      ui.panel.node.querySelectorAll<HTMLElement>('tbody tr[aria-hidden]'),
      row => row.style.height
    );
  const long = (count: number) => {
    const runs = Array.from({ length: count }, (_, index) =>
      run(index + 1, `x${index}`, 1, 2, 2, 1)
    );
    ui.set({ runs, report: null, cells: [] });
  };
  const scroll = (above: number) => {
    const body = ui.panel.node.querySelector('tbody');
    jest
      .spyOn(body as Element, 'getBoundingClientRect')
      .mockReturnValue({ top: -above } as DOMRect);
    const scroller = body?.closest('.lh-scroll');
    act(() => void scroller?.dispatchEvent(new Event('scroll')));
  };

  it('should list cells by their code, and those that hold memory', () => {
    const runs = Array.from({ length: 24 }, (_, index) =>
      run(index + 1, `x${index}`, 1, 2, 2, index % 8 === 0 ? 1 : 0)
    );
    ui.set({ runs, report: { ...REPORT, cells: [], findings: [] }, cells: [] });
    expect(counts().length).toBe(24);
    ui.click('button', 'Holding 3');
    expect(counts().length).toBe(3);
    expect(ui.text()).toContain('3 of 24 cells hold memory now.');
    const field = ui.panel.node.querySelector<HTMLInputElement>(
      'input[type="search"]'
    );
    ui.click('button', 'Show all');
    expect(document.activeElement).toBe(field);
    const type = (text: string) =>
      act(() => {
        // React follows a value only through the setter of the element's own class.
        Object.getOwnPropertyDescriptor(
          HTMLInputElement.prototype,
          'value'
        )?.set?.call(field, text);
        field?.dispatchEvent(new Event('input', { bubbles: true }));
      });
    type('X23');
    expect(counts().length).toBe(1);
    expect(ui.text()).toContain('1 of 24 cells is listed.');
    ui.press(field as Element, 'Escape');
    expect([field?.value, counts().length]).toEqual(['', 24]);
    expect(ui.model.asked).toEqual([]);
    type('X23');
    // What is asked for from elsewhere must be in sight.
    ui.set({ shownCell: runs[4] });
    expect(counts().length).toBe(24);
  });

  it('should be drawn whole up to 100 rows', () => {
    long(100);
    expect([counts().length, gaps()]).toEqual([100, []]);
  });

  it('should draw only what is near the screen', () => {
    long(1000);
    expect([counts()[0], counts().length]).toEqual([1, 80]);
    expect(gaps()).toEqual(['23920px']);
    scroll(400 * 26);
    expect([counts()[0], counts().length]).toEqual([381, 80]);
    expect(gaps()).toEqual(['9880px', '14040px']);
    expect(
      ui.panel.node.querySelector('table')?.getAttribute('aria-rowcount')
    ).toBe('1001');
  });

  it('should keep the keyboard wherever it is scrolled to', () => {
    long(1000);
    ui.set({
      cells: ui.model.runs.map(({ cell_id, execution_count }) => ({
        id: cell_id ?? '',
        executionCount: execution_count,
        firstLine: '',
        edited: false
      }))
    });
    ui.focus(ui.find('button', '[1]'));
    scroll(400 * 26);
    expect(document.activeElement?.textContent).toBe('[381]');
    ui.press(document.activeElement as Element, 'End');
    scroll(1000 * 26);
    expect(document.activeElement?.textContent).toBe('[1000]');
  });

  it('should show the end of a table that got shorter', () => {
    long(1000);
    scroll(900 * 26);
    long(210);
    expect([counts()[0], counts().length]).toEqual([131, 80]);
  });
});
