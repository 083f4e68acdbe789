import { Widget } from '@lumino/widgets';
import { MessageLoop } from '@lumino/messaging';
import { act } from 'react';
import {
  GIVEN,
  REPORT,
  SETTINGS,
  SHEET,
  gib,
  ref,
  MIB
} from '../../panel/__tests__/fake';
import { mount, type IMounted } from '../../panel/__tests__/mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

const OPEN = { settings: { ...SETTINGS, sheet: { open: true } } };
const HEAD = /^Where the 13\.9.GiB is/;

const RUNNING = {
  kind: 'run-started' as const,
  seq: 1,
  run: 32,
  ...ref(32),
  started: 0,
  oom_kills: null,
  rss: gib(13.9)
};

let ui: IMounted;

afterEach(() => ui.dispose());

const bar = () => ui.find('img', HEAD);
const part = (id: string) =>
  bar().querySelector<HTMLElement>(`[data-part="${id}"]`);
const head = () => ui.find('button', HEAD);
const tip = () =>
  ui.panel.node
    .querySelector('.lh-bar-place .lh-tip')
    ?.textContent?.replace(/\u00a0/g, ' ');

/** Presses a part of the bar, as the pointer does. */
function press(id: string): void {
  act(() => part(id)?.click());
  ui.set({});
}

describe('the bar', () => {
  it('should be as wide as the memory, each part by its bytes', () => {
    ui = mount();
    const widths = Array.from(bar().children).map(child => [
      (child as HTMLElement).dataset.part,
      Number((child as HTMLElement).style.flexGrow)
    ]);
    expect(widths).toEqual(
      SHEET.parts
        .filter(({ bytes }) => bytes > 0)
        .map(one => [one.part, one.bytes])
    );
  });

  it('should be one sentence for a screen reader', () => {
    ui = mount();
    expect(
      bar()
        .getAttribute('aria-label')
        ?.replace(/\u00a0/g, ' ')
    ).toBe(
      'Where the 13.9 GiB is, in GiB: ' +
        'In use 4.94 (Variables some cell still reads 3.92, ' +
        'Held by libraries for you 0.22, Libraries and code 0.46, ' +
        'Mapped files 0.24, Shared memory 0.10); ' +
        'Could go 7.14 (Leftover variables 4.96, Output history 2.18); ' +
        'Kept free 0.87; Unexplained 0.95. ' +
        'The arrow keys tell each part, Enter lists its findings.'
    );
  });

  it('should say under the pointer what a part is', () => {
    ui = mount();
    const over = new MouseEvent('mouseover', { bubbles: true });
    act(() => void part('hidden')?.dispatchEvent(over));
    expect(tip()).toBe(
      'Held by libraries for you225 MiB · 2 %236,223,201 bytestorch 205 MiB · IPython 20.5 MiB'
    );
  });

  it('should be walked through by keys, and list the findings of a part', () => {
    ui = mount({ tab: 'cells' });
    ui.focus(bar());
    ui.press(bar(), 'End');
    expect(tip()).toContain('Unexplained');
    ui.press(bar(), 'Home');
    expect(tip()).toContain('Variables some cell still reads');
    for (let step = 0; step < 6; step++) {
      ui.press(bar(), 'ArrowRight');
    }
    expect(tip()).toBe(
      'Output history2.18 GiB · 16 %2,340,841,062 bytesClick: list its findings'
    );
    ui.press(bar(), 'Enter');
    expect([ui.model.partFilter, ui.model.tab]).toEqual([
      'history',
      'findings'
    ]);
    ui.press(bar(), 'ArrowLeft');
    expect(tip()).toContain('Leftover variables');
    ui.press(bar(), 'Escape');
    expect([tip(), ui.model.asked]).toEqual([undefined, []]);
  });

  it('should list all again when the part is pressed again', () => {
    ui = mount();
    press('history');
    expect(part('history')?.className).toContain('lh-mod-chosen');
    press('history');
    expect(ui.model.partFilter).toBeNull();
  });
});

describe('the filter', () => {
  const titles = () =>
    Array.from(ui.panel.node.querySelectorAll('.lh-finding'), row =>
      row.getAttribute('data-finding')
    );

  it('should list the findings of one part, with the sum of their rows', () => {
    ui = mount();
    press('history');
    expect(titles()).toEqual(['f1', 'f5']);
    expect(ui.text()).toContain('Safe to clear2 findings2.18 GiB');
    expect(ui.text()).not.toContain('Check first');
  });

  it('should be taken off by its chip, which leaves the keyboard at the list', async () => {
    ui = mount();
    press('history');
    ui.focus(ui.find('button', 'Output history: list all findings'));
    ui.click('button', 'Output history: list all findings');
    await ui.drawn();
    expect(titles().length).toBe(6);
    expect(document.activeElement?.getAttribute('data-finding')).toBe('f1');
  });

  it('should say that a part has no finding', () => {
    ui = mount({ partFilter: 'libraries' });
    expect(ui.text()).toContain('No finding in this part of the memory.');
    ui.set({ report: { ...REPORT, findings: [], safe_bytes: 0 } });
    expect(ui.text()).toContain('Libraries and codeNothing left behind');
  });
});

describe('the closed section', () => {
  it('should say four numbers that add up', () => {
    ui = mount();
    expect(head().getAttribute('aria-expanded')).toBe('false');
    expect(ui.text()).toContain(
      'In use4.94Could go7.14Kept free0.87Unexplained0.95'
    );
  });

  it('should open, and remember that for the user', () => {
    ui = mount();
    ui.click('button', HEAD);
    ui.set(OPEN);
    ui.click('button', HEAD);
    expect(ui.model.asked).toEqual([
      'saveSetting "sheet" {"open":true}',
      'saveSetting "sheet" {"open":false}'
    ]);
  });

  it('should be dated and dimmed while a cell runs', () => {
    ui = mount();
    expect(head().textContent).not.toContain('from');
    ui.begin({ running: RUNNING });
    expect(head().textContent).toContain('from after [31]');
    expect(bar().closest('.lh-dimmed')).not.toBeNull();
  });

  it('should not be there before the first check', () => {
    ui = mount({ report: null });
    expect(ui.look('img', HEAD)).toBeNull();
  });

  it.each([
    [700, true],
    [500, true],
    [479, false]
  ])('should show the bar in a panel of %p px: %p', (height, shown) => {
    ui = mount();
    act(() => {
      MessageLoop.sendMessage(ui.panel, new Widget.ResizeMessage(300, height));
      MessageLoop.flush();
    });
    ui.set({});
    expect(ui.look('img', HEAD) !== null).toBe(shown);
    ui.set({ given: GIVEN });
    expect(ui.text()).toContain('Given back 301.0 MiB');
    ui.click('button', HEAD);
    ui.set({});
    expect(ui.look('img', HEAD)).not.toBeNull();
    expect(ui.model.asked.length).toBe(shown ? 1 : 0);
  });
});

describe('the opened section', () => {
  const rows = () =>
    Array.from(ui.panel.node.querySelectorAll('.lh-parts tr'), row =>
      Array.from(row.children, cell =>
        (cell.textContent ?? '').replace(/\u00a0/g, ' ')
      ).join('|')
    );

  it('should list every part down to the sum', () => {
    ui = mount(OPEN);
    expect(rows()).toEqual([
      'Part of the memory|Share|GiB',
      'In use|36 %|4.94',
      'Variables some cell still reads|28 %|3.92',
      'Held by libraries for youtorch 205 MiB · IPython 20.5 MiB|2 %|0.22',
      'Libraries and code|3 %|0.46',
      'Mapped files|2 %|0.24',
      'Shared memory|1 %|0.10',
      'Could go|51 %|7.14',
      'Leftover variables|35 %|4.96',
      'Output history|16 %|2.18',
      'Garbage not yet collectednot checked||·',
      'Kept free by PythonGive it back|6 %|0.87',
      'Unexplained|7 %|0.95',
      'Kernel memory (RSS)|100 %|13.90'
    ]);
  });

  it('should name in a second line only what is large', () => {
    const details = [
      { label: 'small', bytes: MIB - 1 },
      { label: 'pandas', bytes: MIB }
    ];
    const parts = SHEET.parts.map(one =>
      one.part === 'libraries' ? { ...one, details } : one
    );
    ui = mount({ ...OPEN, report: { ...REPORT, sheet: { ...SHEET, parts } } });
    expect(rows()).toContain('Libraries and codepandas 1.00 MiB|3 %|0.46');
  });

  it('should filter by a row, and say which', () => {
    ui = mount(OPEN);
    ui.click('button', 'Leftover variables');
    ui.set({});
    const row = ui.find('button', 'Leftover variables');
    expect(row.getAttribute('aria-pressed')).toBe('true');
    expect(ui.model.partFilter).toBe('leftover');
  });

  it('should say what does not add up', () => {
    ui = mount();
    expect(ui.text()).not.toContain('overlap');
    expect(ui.text()).not.toContain('more of what can go');
    ui.set({
      report: {
        ...REPORT,
        sheet: { ...SHEET, overlap: 31 * MIB },
        check_bytes: REPORT.check_bytes + gib(0.5)
      }
    });
    expect(ui.text()).toContain('parts overlap by 31.0 MiB');
    expect(ui.text()).toContain(
      '512 MiB more of what can go is in other parts'
    );
    ui.set({ report: { ...REPORT, check_bytes: 0 } });
    expect(ui.text()).toContain('643 MiB of Could go is in no finding.');
  });
});

describe('giving back', () => {
  it('should ask, wait and say what came back', () => {
    ui = mount(OPEN);
    ui.click('button', 'Give it back');
    expect(ui.model.asked).toEqual(['giveBack']);
    const pending = {
      what: 'give-back',
      request: 'r',
      waits: true,
      progress: null
    } as const;
    ui.set({ pending, canAct: false });
    expect(ui.find('button', 'Give it back').title).toBe(
      'It is being given back'
    );
    expect(ui.text()).toContain('Giving back waits');
    ui.set({ pending: null, canAct: true, given: GIVEN });
    expect(ui.text()).toContain(
      'Given back 301.0 MiB: kernel memory 13.9 GiB → 13.6 GiB. From: malloc 300.0 MiB.'
    );
  });

  it('should be told to a screen reader, once', () => {
    jest.useFakeTimers();
    ui = mount();
    ui.set({ given: GIVEN });
    act(() => void jest.runOnlyPendingTimers());
    expect(ui.panel.node.querySelector('[role="status"]')?.textContent).toBe(
      'Given back 301.0\u00a0MiB: kernel memory 13.9\u00a0GiB → 13.6\u00a0GiB. From: malloc 300.0\u00a0MiB.'
    );
    jest.useRealTimers();
  });

  it('should not claim what did not come', () => {
    ui = mount({ given: { ...GIVEN, rss_after: GIVEN.rss_before } });
    expect(ui.text()).toContain(
      'Nothing came back: Python keeps it for reuse.'
    );
  });
});

describe('what stands beside the kernel', () => {
  const child = (pid: number, name: string, bytes: number, count: number) => ({
    pid,
    name,
    bytes,
    cell: ref(count)
  });
  const children = [
    child(1, 'worker-1', 50 * MIB, 4),
    child(2, 'worker-2', 60 * MIB, 4),
    child(3, 'tracker', 0, 7),
    child(4, 'worker-3', 40 * MIB, 9)
  ];
  const gpu = {
    name: 'H100',
    allocated: gib(3),
    reserved: gib(4),
    peak: gib(3.5)
  };

  it('should be left out where there is nothing', () => {
    ui = mount();
    expect(ui.panel.node.querySelector('.lh-beside')).toBeNull();
  });

  it('should list child processes with the cell that started them', () => {
    ui = mount({ report: { ...REPORT, sheet: { ...SHEET, children } } });
    expect(ui.find('img', /^4 child processes, 150/)).toBeTruthy();
    expect(ui.panel.node.querySelector('.lh-beside-list')).toBeNull();
    ui.set(OPEN);
    expect(ui.text()).toContain(
      '4 child processes150 MiBworker-2[4]60.0 MiBworker-1[4]50.0 MiBworker-3[9]40.0 MiBtracker[7]0 B'
    );
    ui.click('button', '[9]');
    expect(ui.model.asked).toEqual(['goToCell 9']);
  });

  it('should show what a GPU holds and what is kept free there', () => {
    const sheet = { ...SHEET, gpus: [gpu] };
    ui = mount({ ...OPEN, report: { ...REPORT, sheet } });
    expect(ui.text()).toContain(
      'GPU H1004.00 GiB3.00 GiB in use · 1.00 GiB kept free · peak 3.50 GiB'
    );
    expect(ui.find('img', /^H100: 3\.00/)).toBeTruthy();
    const peak = ui.panel.node.querySelector<HTMLElement>(
      '.lh-beside .lh-meter-peak'
    );
    expect(peak?.style.left).toBe('87.50%');
  });
});
