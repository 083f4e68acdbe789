import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import {
  FakeModel,
  MEMORY,
  REPORT,
  RUNS,
  SETTINGS,
  gib,
  ref
} from '../../panel/__tests__/fake';
import type { RunStarted } from '../../protocol/generated';
import { CellLine } from '../line';
import { CellLines } from '../lines';
import { FakeCell, FakeNotebook } from './fakes';

const trans = nullTranslator.load('jupyterlab_leakhunter');

const STARTED: RunStarted = {
  kind: 'run-started',
  seq: 1,
  run: 40,
  ...ref(4),
  started: 0,
  oom_kills: null,
  rss: gib(10)
};

/** Waits for the next frame. */
async function frame(): Promise<void> {
  await new Promise(resolve => window.requestAnimationFrame(resolve));
}

describe('CellLines', () => {
  let notebook: FakeNotebook;
  let model: FakeModel;
  let lines: CellLines;

  const ids = (cells: readonly Widget[] = notebook.widgets) =>
    cells.filter(text).map(cell => (cell as FakeCell).model.id);

  beforeEach(async () => {
    notebook = new FakeNotebook();
    Widget.attach(notebook, document.body);
    notebook.load(
      [1, 2, 3, 4, 5, 14, 15].map(count => new FakeCell(`cell-${count}`))
    );
    notebook.addWidget(new FakeCell('words', 'markdown'));
    model = new FakeModel();
    lines = new CellLines({
      notebook: notebook.cast(),
      model,
      trans,
      open: () => undefined
    });
    await frame();
  });

  afterEach(() => {
    lines.dispose();
    model.dispose();
    notebook.dispose();
  });

  it('should stand under the cells with something to say', () => {
    expect(ids()).toEqual(['cell-1', 'cell-2', 'cell-4', 'cell-14']);
    expect(text(notebook.widgets[3])).toContain('+1.86 GiB');
    const { footer } = notebook.widgets[3] as FakeCell;
    expect(footer?.hasClass('lh-mod-filled')).toBe(true);
  });

  it('should go when there is nothing to say any more', async () => {
    model.set({ runs: [], report: null });
    await frame();
    expect(ids()).toEqual([]);
    const { footer } = notebook.widgets[3] as FakeCell;
    expect(footer?.hasClass('lh-mod-filled')).toBe(false);
  });

  it('should keep the widget when a check says the same again', async () => {
    const before = notebook.node.querySelectorAll('.lh-CellLine');
    model.set({ report: { ...REPORT, at: REPORT.at + 1 } });
    await frame();
    const after = notebook.node.querySelectorAll('.lh-CellLine');
    expect(Array.from(after)).toEqual(Array.from(before));
  });

  it('should be hidden when the user says so', async () => {
    model.set({ hiddenLines: new Set(['cell-4']) });
    await frame();
    expect(ids()).toEqual(['cell-1', 'cell-2', 'cell-14']);
    model.set({ hiddenLines: new Set() });
    await frame();
    expect(ids()).toContain('cell-4');
  });

  it('should wait until the notebook is in sight', async () => {
    notebook.hide();
    model.set({ runs: [], report: null });
    await frame();
    expect(ids().length).toBe(4);
    notebook.show();
    await frame();
    expect(ids()).toEqual([]);
  });

  it('should follow a moved cell, which is another widget', async () => {
    const moved = notebook.move(notebook.widgets[3] as FakeCell, 0);
    await frame();
    expect(text(moved)).toContain('+1.86 GiB');
    expect(ids()).toEqual(['cell-4', 'cell-1', 'cell-2', 'cell-14']);
  });

  it('should reach a cell that is added, and one that is built late', async () => {
    const late = new FakeCell('cell-7', 'code', false);
    notebook.addWidget(late);
    notebook.model?.cells.changed.emit();
    await frame();
    expect(text(late)).toBe('');
    late.build();
    await late.ready;
    await frame();
    expect(text(late)).toContain('+1.10 GiB');
  });

  it('should say a line once for many changes, and only one with news', async () => {
    const say = jest.spyOn(CellLine.prototype, 'say');
    for (let count = 0; count < 100; count++) {
      const runs = RUNS.map(one =>
        one.cell_id === 'cell-4' ? { ...one, rss_after: gib(count) } : one
      );
      model.set({ runs });
    }
    await frame();
    expect(say).toHaveBeenCalledTimes(1);
    expect(text(notebook.widgets[3])).toContain('GiB');
    model.set({ runs: [...model.runs], report: { ...REPORT } });
    await frame();
    expect(say).toHaveBeenCalledTimes(1);
    say.mockRestore();
  });

  it('should say only the line of a cell that runs again', async () => {
    const say = jest.spyOn(CellLine.prototype, 'say');
    model.set({ running: STARTED });
    await frame();
    model.set({ running: null });
    await frame();
    expect(say).toHaveBeenCalledTimes(2);
    say.mockRestore();
  });

  it('should look at the cells only when they changed', async () => {
    const widgets = jest.spyOn(notebook, 'widgets', 'get');
    model.set({ runs: [...RUNS] });
    await frame();
    expect(widgets).not.toHaveBeenCalled();
    notebook.model?.cells.changed.emit();
    await frame();
    expect(widgets).toHaveBeenCalledTimes(1);
  });

  it('should not look at the cells when something else changed', async () => {
    const widgets = jest.spyOn(notebook, 'widgets', 'get');
    model.set({ selection: new Set(['f1']) });
    model.set({ tab: 'cells' });
    await frame();
    expect(widgets).not.toHaveBeenCalled();
  });

  it('should follow the settings', async () => {
    model.set({ settings: { ...SETTINGS, cellLine: 'off' } });
    await frame();
    expect(ids()).toEqual([]);
    model.set({ settings: { ...SETTINGS, cellLine: 'all' } });
    await frame();
    expect(ids()).toHaveLength(7);
  });

  it('should show how a running cell does, and its highest sample', async () => {
    model.set({ running: STARTED });
    await frame();
    const cell = notebook.widgets[3];
    expect(cell.node.querySelector('.lh-mod-stale')).not.toBeNull();
    const sample = (rss: number) => {
      model.live = {
        kind: 'sample',
        seq: 2,
        run: 40,
        at: 1,
        rss: gib(rss),
        limit_used: null
      };
      model.sampled.emit(model.live);
      return text(cell);
    };
    expect(sample(14)).toBe('+4.00 GiB so far · peak 14.0 GiB · 88 % of limit');
    expect(sample(12)).toBe('+2.00 GiB so far · peak 14.0 GiB · 75 % of limit');
    model.set({ running: null, live: null });
    await frame();
    expect(text(cell)).toContain('+1.86 GiB · peak');
  });

  it('should not show a cell as running in a dead kernel', async () => {
    model.set({ running: STARTED, state: 'dead', memory: MEMORY });
    await frame();
    expect(notebook.node.querySelector('.lh-mod-stale')).toBeNull();
  });

  it('should leave nothing behind', async () => {
    lines.dispose();
    expect(notebook.node.querySelector('.lh-CellLine')).toBeNull();
    expect(notebook.node.querySelector('.lh-mod-filled')).toBeNull();
    model.set({ runs: [...RUNS] });
    await frame();
    expect(notebook.node.querySelector('.lh-CellLine')).toBeNull();
  });

  it('should end with its notebook', () => {
    notebook.dispose();
    expect(lines.isDisposed).toBe(true);
  });
});

function text(cell: Widget): string {
  return Array.from(
    cell.node.querySelectorAll<HTMLElement>('.lh-CellLine > :not([hidden])')
  )
    .map(node => node.textContent ?? '')
    .join(' ')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim();
}
