import { MessageLoop } from '@lumino/messaging';
import { act } from 'react';
import { FakeModel, MEMORY, REPORT, RUNS, SETTINGS, gib, ref } from './fake';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

const RUNNING = {
  kind: 'run-started' as const,
  seq: 1,
  run: 32,
  ...ref(29),
  started: Date.now() / 1000 - 41,
  oom_kills: null,
  rss: gib(13.9)
};

const sample = {
  kind: 'sample' as const,
  seq: 2,
  run: 32,
  at: 0,
  rss: gib(14.6),
  limit_used: gib(14.6)
};

let ui: IMounted;

afterEach(() => ui.dispose());

describe('the states', () => {
  it('should offer a notebook where there is none', () => {
    ui = mount(null);
    ui.click('button', 'New notebook');
    expect(ui.host.asked).toEqual(['newNotebook']);
    const records = ui.panel.node.querySelector('details');
    expect(records?.querySelector('summary')?.textContent).toBe(
      'What it records'
    );
    expect(records?.open).toBe(false);
  });

  it('should ask before watching', () => {
    ui = mount({ state: 'asking' });
    ui.click('button', 'Start watching');
    ui.click('button', 'Always start for Python notebooks');
    expect(ui.model.asked).toEqual([
      'startWatching false',
      'startWatching true'
    ]);
  });

  it('should give the exact line that installs the package', () => {
    ui = mount({ state: 'missing' });
    expect(ui.text()).toContain('%pip install jupyterlab-leakhunter');
    ui.click('button', 'Copy');
    ui.click('button', 'I installed it: try again');
    expect(ui.host.asked).toEqual(['copy %pip install jupyterlab-leakhunter']);
    expect(ui.model.asked).toEqual(['retry']);
  });

  it('should name the language it cannot look into', () => {
    ui = mount({ state: 'not-python', language: 'R' });
    expect(ui.text()).toContain('This notebook runs R.');
  });

  it('should say why watching could not start', () => {
    const message = 'The kernel speaks 3; this panel speaks 1.';
    ui = mount({ state: 'failed', message });
    expect(ui.text()).toContain(`Watching could not start${message}`);
    ui.set({ state: 'version' });
    expect(ui.text()).toContain(`The kernel has another version${message}`);
  });

  it('should make no claim about memory when a kernel died', () => {
    ui = mount({ state: 'dead', running: RUNNING });
    expect(ui.text()).toContain(
      'The kernel stopped unexpectedlyIt stopped while running [29].'
    );
    expect(ui.text()).toContain('gone');
    ui.click('button', 'Restart');
    expect(ui.model.asked).toEqual(['restart']);
  });

  it('should say why a kernel ended, and what could have gone', () => {
    const samples = [13, 14, 15.98].map((size, index) => ({
      kind: 'sample' as const,
      seq: 1,
      run: 32,
      at: 100 + index,
      rss: gib(size),
      limit_used: gib(size)
    }));
    const exit = {
      byItself: true,
      at: 0,
      running: { ...RUNNING, rss: gib(12.68) },
      memory: MEMORY,
      samples,
      report: REPORT,
      oomBefore: 0,
      oomAfter: 1
    };
    ui = mount({ runs: [], report: null, restartedAt: 1, lastExit: exit });
    expect(ui.text()).toContain('The kernel ran out of memory');
    expect(ui.text()).toMatch(
      /while running \[29\] .*; the last reading was 16\.0 \/ 16\.0 GiB\./
    );
    expect(ui.text()).toContain('[29] itself, new since it started3.30');
    expect(ui.text()).toContain(
      '6.51 GiB could have gone. Without it, the kernel would have stood at 9.47 GiB at this moment.'
    );
    expect(ui.find('img', /^Memory in the last 2\.0.s rose/)).toBeTruthy();
    ui.click('button', 'Copy fix');
    expect(ui.host.asked[0]).toMatch(/^copy /);
    ui.click('button', 'Copy details');
    expect(ui.host.asked.pop()).toBe('copyReport');
    ui.click('button', 'Dismiss');
    expect(ui.text()).not.toContain('ran out of memory');
    expect(ui.text()).toContain('Kernel restarted');
  });

  it('should say how long it waits for a kernel', () => {
    jest.useFakeTimers();
    ui = mount({ state: 'starting' });
    expect(ui.text()).toContain('Starting…The kernel is starting.');
    act(() => {
      jest.advanceTimersByTime(12000);
    });
    expect(ui.text()).toContain('Waiting for the kernel: 12 s');
    jest.useRealTimers();
  });

  it('should say what cannot be read, and lead to the limit', () => {
    ui = mount({
      missing: ['peak'],
      memory: { ...MEMORY, limit: null, peak_exact: false },
      runs: RUNS.slice(3)
    });
    expect(ui.text()).toContain(
      'This system keeps no exact peaks: they are sampled and shown with ≥.'
    );
    expect(ui.text()).toContain('3 records before [4] are missing.');
    expect(ui.text()).toContain('1 record is missing between [5] and [7].');
    ui.click('button', 'Set a limit');
    expect(ui.host.asked).toEqual(['openSettings']);
    ui.set({ missing: [], memory: MEMORY, runs: RUNS.slice(0, 5) });
    expect(ui.look('button', 'Set a limit')).toBeNull();
    expect(ui.text()).not.toContain('missing');
  });

  it('should keep the records of before a restart', () => {
    ui = mount({
      restartedAt: Date.now(),
      runs: [],
      pastRuns: RUNS,
      report: null
    });
    expect(ui.text()).toContain('All variables are gone.');
    expect(ui.text()).toContain('Run before');
  });

  it('should list what was checked and what was not when clean', () => {
    ui = mount({ report: { ...REPORT, findings: [], safe_bytes: 0 } });
    expect(ui.text()).toContain('Nothing left behindChecked');
    expect(ui.text()).toContain('could not check: figure');
  });

  it('should say beside findings what could not be checked', () => {
    ui = mount({ report: REPORT });
    expect(ui.text()).toContain('could not check: figure');
    expect(ui.text()).not.toContain('output history: 3 values');
  });

  it('should not be green without a list of checks', () => {
    ui = mount({ report: { ...REPORT, findings: [], checks: [] } });
    expect(ui.text()).toContain('Nothing found');
    expect(ui.panel.node.querySelector('.lh-mod-good')).toBeNull();
  });

  it('should offer more time to a check that did not finish', () => {
    ui = mount({ report: { ...REPORT, complete: false } });
    ui.click('button', 'Check with 30 s');
    expect(ui.model.asked).toEqual(['checkNow 30']);
  });

  it('should wait for the running cell and let the wish be taken back', () => {
    const pending = {
      what: 'clear' as const,
      request: 'r',
      waits: true,
      progress: null
    };
    ui = mount({ running: RUNNING, pending });
    expect(ui.text()).toContain(
      'Clearing waitsThe kernel is running [29]. It will clear when the cell ends.'
    );
    ui.click('button', 'Cancel');
    expect(ui.model.asked).toEqual(['cancel']);
  });

  it('should say what was refused', () => {
    ui = mount({ refusal: '`df_raw` is already gone.' });
    expect(ui.text()).toContain('Nothing was changeddf_raw is already gone.');
    ui.click('button', 'OK');
    expect(ui.model.asked).toEqual(['dismissRefusal']);
  });

  it('should look before it lists', () => {
    ui = mount({ report: null, runs: [] });
    expect(ui.text()).toContain('Looking at what is there…');
    // From the start, so that the button below them does not move.
    ui.set({ looking: { done: 0, total: 5_000 } });
    expect(ui.text()).toContain('0 of 5,000 objectsStop');
    ui.set({ looking: { done: 700_000, total: 1_100_000 } });
    expect(ui.text()).toContain('700,000 of 1,100,000 objects');
    expect(
      ui.find('progressbar', /^Looking/).getAttribute('aria-valuenow')
    ).toBe('64');
    // All that was found so far was looked at: that is no end.
    ui.set({ looking: { done: 700_000, total: 700_000 } });
    expect(ui.text()).toContain('700,000 objects looked at');
    expect(
      ui.find('progressbar', /^Looking/).getAttribute('aria-valuenow')
    ).toBeNull();
    ui.click('button', 'Stop');
    ui.set({ looking: 'stopped' });
    expect(ui.text()).toContain('StoppedNothing was checked.');
    ui.click('button', 'Check now');
    expect(ui.model.asked).toEqual(['stopLooking', 'checkNow -']);
  });

  it('should not say that it looks when it does not', () => {
    const checkAfterCell = { when: 'never' as const, budgetMs: 300 };
    ui = mount({ report: null, settings: { ...SETTINGS, checkAfterCell } });
    expect(ui.text()).toContain('Not checked yet');
    const pending = {
      what: 'check' as const,
      request: 'r1',
      waits: false,
      progress: { done: 1, total: 0 }
    };
    ui.set({ pending });
    expect(ui.text()).toContain('Looking at what is there…');
    ui.click('button', 'Stop');
    expect(ui.model.asked).toEqual(['cancel']);
  });

  it('should tell how far a long check is over what was found before', () => {
    const pending = {
      what: 'check' as const,
      request: 'r1',
      waits: false,
      progress: null
    };
    ui = mount({ pending });
    expect(ui.text()).not.toContain('Checking…');
    ui.set({ pending: { ...pending, progress: { done: 5, total: 2000 } } });
    expect(ui.text()).toContain('Checking…5 of 2,000 objects');
    ui.click('button', 'Stop');
    expect(ui.model.asked).toEqual(['cancel']);
  });
});

describe('the head', () => {
  it('should say how full the kernel is and what the limit is', () => {
    ui = mount();
    expect(ui.text()).toContain('13.9GiBof 16.0 GiB pod limit');
    expect(ui.text()).toContain('87 %Peak 15.2 GiB in [19]2.10 GiB left');
    const meter = ui.find('meter', 'Memory used');
    expect(meter.getAttribute('aria-valuetext')).toBe(
      '13.9\u00a0GiB of 16.0\u00a0GiB, 87\u00a0%'
    );
  });

  it('should warn by a sign and not by colour alone', () => {
    ui = mount({ settings: { ...SETTINGS, warnAt: 90, criticalAt: 95 } });
    expect(ui.panel.node.querySelector('.lh-percent svg')).toBeNull();
    ui.set({ settings: SETTINGS });
    expect(ui.panel.node.querySelector('.lh-percent svg')).toBeTruthy();
  });

  it('should tell this kernel from the others that the limit counts', () => {
    ui = mount({ memory: { ...MEMORY, rss: gib(9.1) } });
    expect(ui.text()).toContain('this kernel 9.10 GiB, others 4.80 GiB');
    expect(ui.panel.node.querySelector('.lh-meter-peak')).toBeNull();
    ui.set({ memory: MEMORY });
    expect(ui.panel.node.querySelector('.lh-meter-peak')).not.toBeNull();
  });

  it('should tell the others in the place of the peak where they come while a cell runs', () => {
    ui = mount({ running: RUNNING });
    const lines = () =>
      ui.panel.node.querySelectorAll('.lh-memory-line').length;
    const before = lines();
    ui.set({ live: { ...sample, rss: gib(9.1), limit_used: gib(13.9) } });
    expect(ui.text()).toContain('this kernel 9.10 GiB, others 4.80 GiB');
    expect(ui.text()).not.toContain('Peak');
    expect(lines()).toBe(before);
  });

  it('should not invent a limit', () => {
    ui = mount({ memory: { ...MEMORY, limit: null, peak_exact: false } });
    expect(ui.text()).toContain('no limit known');
    expect(ui.text()).toContain('Peak ≥ 15.2 GiB');
    expect(ui.look('meter', 'Memory used')).toBeNull();
  });

  it('should be live while a cell runs, and date what is below', () => {
    const now = (RUNNING.started + 41.5) * 1000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    ui = mount({ running: RUNNING, live: sample });
    clock.mockRestore();
    expect(ui.text()).toContain('Running[29]·0:41');
    expect(ui.text()).toContain('14.6GiB');
    expect(ui.text()).toContain('from after [31]');
    expect(ui.panel.node.querySelector('.lh-dimmed')).toBeTruthy();
  });

  it('should tell growth in the place of the peak while it is steady', () => {
    const samples = Array.from({ length: 11 }, (_, index) => ({
      ...sample,
      at: index / 2,
      limit_used: gib(13.9 + index * 0.05)
    }));
    const live = samples[10];
    ui = mount({ running: RUNNING, live, samples });
    expect(ui.text()).toContain('Growing 102 MiB/s: limit in about 15 s');
    expect(ui.text()).not.toContain('Peak 15.2');
    ui.set({ samples: samples.slice(0, 4), live: samples[3] });
    expect(ui.text()).toContain('Peak 15.2');
  });

  it('should offer to interrupt while a cell runs near the limit', () => {
    ui = mount({ running: RUNNING });
    expect(ui.look('button', 'Interrupt cell')).toBeNull();
    ui.set({ live: { ...sample, rss: gib(14.6), limit_used: gib(14.6) } });
    expect(ui.look('button', 'Review and clear…')).toBeNull();
    ui.set({ live: { ...sample, rss: gib(14.2), limit_used: gib(14.2) } });
    expect(ui.look('button', 'Interrupt cell')).not.toBeNull();
    ui.set({ live: { ...sample, rss: gib(9), limit_used: gib(9) } });
    expect(ui.look('button', 'Interrupt cell')).toBeNull();
    expect(ui.look('button', 'Review and clear…')).not.toBeNull();
    ui.set({ live: { ...sample, rss: gib(14.6), limit_used: gib(14.6) } });
    ui.click('button', 'Interrupt cell');
    expect(ui.model.asked).toEqual(['interrupt']);
    ui.set({ running: null, live: null });
    expect(ui.look('button', 'Interrupt cell')).toBeNull();
  });

  it('should answer the question with one button', () => {
    ui = mount();
    expect(ui.text()).toContain('6.51 GiB can go safely');
    ui.click('button', 'Review and clear…');
    expect(ui.model.asked).toEqual(['reviewSafe']);
  });

  it('should check and open the settings', () => {
    ui = mount();
    ui.click('button', 'Check now');
    ui.click('button', 'Settings');
    expect([ui.model.asked, ui.host.asked]).toEqual([
      ['checkNow -'],
      ['openSettings']
    ]);
  });
});

describe('HuntPanel', () => {
  it('should let its model sample only while it is on screen', () => {
    ui = mount();
    expect(ui.model.visible).toBe(true);
    ui.panel.hide();
    expect(ui.model.visible).toBe(false);
  });

  it('should not draw while hidden, and catch up', () => {
    ui = mount();
    ui.panel.hide();
    ui.set({ notebookName: 'other.ipynb' });
    expect(ui.text()).not.toContain('other.ipynb');
    ui.panel.show();
    ui.set({});
    expect(ui.text()).toContain('other.ipynb');
  });

  it('should draw a cell that ends at once once, and as ended', () => {
    ui = mount();
    const drawn = jest.spyOn(ui.panel, 'update');
    ui.set({ running: RUNNING });
    expect(ui.text()).toContain('Idle');
    ui.set({ running: null, runs: [...RUNS] });
    expect(drawn).toHaveBeenCalledTimes(1);
    ui.begin({ running: RUNNING });
    expect(ui.text()).toContain('Running');
    expect(drawn).toHaveBeenCalledTimes(2);
  });

  it('should not draw a cell that began before it was hidden', () => {
    ui = mount();
    const drawn = jest.spyOn(ui.panel, 'update');
    jest.useFakeTimers();
    ui.set({ running: RUNNING });
    ui.panel.hide();
    jest.advanceTimersByTime(100);
    expect(drawn).not.toHaveBeenCalled();
    ui.panel.show();
    expect(drawn).toHaveBeenCalledTimes(1);
    jest.useRealTimers();
    ui.set({});
  });

  it('should run no timer and draw no sample while hidden', () => {
    jest.useFakeTimers();
    ui = mount();
    ui.set({ running: RUNNING });
    const wait = (ms: number) =>
      act(() => {
        jest.advanceTimersByTime(ms);
        MessageLoop.flush();
      });
    wait(100);
    const clock = () => ui.panel.node.querySelector('.lh-clock')?.textContent;
    const before = clock();
    expect(jest.getTimerCount()).toBeGreaterThan(0);
    act(() => ui.panel.hide());
    wait(5000);
    expect(jest.getTimerCount()).toBe(0);
    const shown = ui.panel.node.innerHTML;
    act(() => {
      ui.model.live = sample;
      ui.model.sampled.emit(sample);
    });
    expect(ui.panel.node.innerHTML).toBe(shown);
    act(() => {
      ui.panel.show();
      MessageLoop.flush();
    });
    expect(ui.panel.node.innerHTML).toContain('14.6');
    expect(clock()).not.toBe(before);
    wait(1000);
    expect(jest.getTimerCount()).toBeGreaterThan(0);
    jest.useRealTimers();
  });

  it('should keep order and filters when its notebook gets another name', () => {
    ui = mount({ tab: 'cells' });
    ui.click('button', 'Held now');
    ui.set({ notebookName: 'new.ipynb', notebookPath: 'work/new.ipynb' });
    expect(ui.text()).toContain('new.ipynb');
    ui.find('columnheader', 'Held now▾');
    act(() => {
      ui.panel.model = new FakeModel({ tab: 'cells' });
      MessageLoop.flush();
    });
    ui.find('columnheader', 'Held now');
  });

  it('should let go of its model', () => {
    ui = mount();
    ui.panel.model = null;
    ui.set({});
    expect(ui.model.visible).toBe(false);
    expect(ui.text()).not.toContain('churn_model');
  });

  it('should close the chart in a low panel, and open it by hand', () => {
    ui = mount({
      settings: { ...SETTINGS, chart: { open: false, by: 'run', height: 96 } }
    });
    ui.click('button', 'Memory by cell run, GiB');
    expect(ui.model.asked).toEqual([
      'saveSetting "chart" {"open":true,"by":"run","height":96}'
    ]);
  });
});
