import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import {
  FakeModel,
  GIB,
  MEMORY,
  REPORT,
  SETTINGS,
  gib
} from '../../panel/__tests__/fake';
import { MemoryStatus } from '../item';

const trans = nullTranslator.load('jupyterlab_leakhunter');

describe('MemoryStatus', () => {
  let item: MemoryStatus;
  let model: FakeModel;
  let opened: number;

  const set = (more: Partial<FakeModel>) =>
    act(() => {
      model.set(more);
      MessageLoop.flush();
    });
  const button = () => item.node.querySelector('button');
  const text = () => (button()?.textContent ?? '').replace(/\u00a0/g, ' ');

  beforeEach(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    opened = 0;
    model = new FakeModel();
    item = new MemoryStatus(trans, () => opened++);
    act(() => {
      Widget.attach(item, document.body);
      item.model = model;
      MessageLoop.flush();
    });
  });

  afterEach(() => act(() => item.dispose()));

  it('should say how full it is and what can go', () => {
    expect(text()).toBe('Mem13.9 / 16.0 GiB· 6.51 can go');
    expect(button()?.className).toContain('lh-mod-warn');
    expect(button()?.querySelector('svg')).not.toBeNull();
  });

  it('should be calm below the threshold, with nothing that can go', () => {
    const memory = { ...MEMORY, limit_used: 400 * 1024 ** 2 };
    set({ memory, report: { ...REPORT, safe_bytes: 0 } });
    expect(text()).toBe('Mem400 MiB / 16.0 GiB');
    expect(button()?.querySelector('svg')).toBeNull();
  });

  it('should name the unit of what can go where it is another', () => {
    set({ report: { ...REPORT, safe_bytes: 300 * 1024 ** 2 } });
    expect(text()).toBe('Mem13.9 / 16.0 GiB· 300 MiB can go');
  });

  it('should do without a limit', () => {
    set({ memory: { ...MEMORY, limit: null }, report: null });
    expect(text()).toBe('Mem13.9 GiB');
  });

  it('should say when steady growth reaches the limit', () => {
    const samples = [0, 1, 2, 3, 4, 5].map(at => ({
      kind: 'sample' as const,
      seq: at,
      run: 40,
      at,
      rss: gib(13 + at * 0.1),
      limit_used: gib(13 + at * 0.1)
    }));
    const running = { ...samples[0], started: 0 } as never;
    set({ running, samples, live: samples[5] });
    expect(text()).toBe('Mem13.5 / 16.0 GiB· limit in about 25 s');
  });

  it('should follow the samples of a running cell', () => {
    const live = {
      kind: 'sample',
      seq: 2,
      run: 40,
      at: 1,
      rss: GIB,
      limit_used: gib(15)
    } as const;
    const running = { ...live, ...MEMORY.peak_cell, started: 0 } as never;
    set({ running, live });
    expect(text()).toContain('15.0 / 16.0 GiB');
    expect(button()?.className).toContain('lh-mod-critical');
  });

  it('should let its model be sampled only while it is on screen', () => {
    expect(model.inStatusBar).toBe(true);
    act(() => item.hide());
    expect(model.inStatusBar).toBe(false);
    act(() => item.show());
    const other = new FakeModel();
    act(() => {
      item.model = other;
    });
    expect([model.inStatusBar, other.inStatusBar]).toEqual([false, true]);
    act(() => {
      other.set({ state: 'dead' });
      MessageLoop.flush();
    });
    expect(other.inStatusBar).toBe(false);
    other.dispose();
  });

  it('should be drawn only for what it says', () => {
    const drawn = jest.spyOn(item, 'update');
    const { samples } = model;
    set({ tab: 'cells', runs: [], selection: new Set(), samples });
    expect(drawn).not.toHaveBeenCalled();
    set({ memory: { ...MEMORY, rss: GIB }, runs: [] });
    expect(drawn).toHaveBeenCalledTimes(1);
  });

  it('should open the panel', () => {
    button()?.click();
    expect(opened).toBe(1);
  });

  it('should say once when it is to be hidden, and why', () => {
    const seen: boolean[] = [];
    item.activeChanged.connect(({ isActive }) => seen.push(isActive));
    set({ state: 'dead' });
    set({ state: 'restarting' });
    set({ state: 'watching' });
    set({ settings: { ...SETTINGS, statusBar: false } });
    expect(seen).toEqual([false, true, false]);
    act(() => {
      item.model = null;
      MessageLoop.flush();
    });
    expect(button()).toBeNull();
  });
});
