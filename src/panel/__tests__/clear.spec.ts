import { act } from 'react';
import type { Totals } from '../../protocol/generated';
import { formatTimeOfDay } from '../../analysis/format';
import { GIVEN, HELD, PREVIEW, RECEIPTS, UNDONE, gib, ref } from './fake';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

let ui: IMounted;

afterEach(() => {
  ui.dispose();
  jest.useRealTimers();
});

function totals(more: Partial<Totals>): Totals {
  return { ...PREVIEW.totals, ...more };
}

describe('the preview', () => {
  beforeEach(() => {
    ui = mount({
      view: 'preview',
      preview: PREVIEW,
      ticked: new Set(['f2', 'f3']),
      totals: totals({ ids: ['f2', 'f3'], frees: gib(3.35) })
    });
  });

  it('should say what goes, what it changes and what it frees', () => {
    expect(ui.find('heading', 'Clear 4 things')).toBe(document.activeElement);
    expect(ui.text()).toContain('Now 13.9 GiB→after 7.47 GiBfrees 3.35 GiB');
    expect(ui.text()).toContain('[5] and [7] read df_raw.');
  });

  it('should name the deed and do it', () => {
    ui.click('button', 'Clear 2, free 3.35 GiB');
    expect(ui.model.asked).toEqual(['clear true']);
  });

  it('should clear nothing that is not ticked', () => {
    ui.set({ ticked: new Set(), totals: null });
    const clear = ui.find('button', 'Clear');
    expect(clear.getAttribute('aria-disabled')).toBe('true');
    ui.click('button', 'Clear');
    expect(ui.model.asked).toEqual([]);
  });

  it('should show a floor until the kernel has answered', () => {
    ui.click('checkbox', /^Out/);
    expect(ui.text()).toContain('frees ≥ 5.45 GiB…');
    expect(ui.look('button', 'Clear 3, free ≥ 5.45 GiB')).toBeTruthy();
    ui.set({ totals: totals({ frees: gib(5.5) }) });
    expect(ui.look('button', 'Clear 3, free 5.50 GiB')).toBeTruthy();
  });

  it('should tick all and none', () => {
    ui.click('button', 'All');
    expect([...ui.model.ticked]).toEqual(['f2', 'f1', 'f3', 'f4']);
    ui.click('button', 'None');
    expect([...ui.model.ticked]).toEqual([]);
  });

  it('should list the places that are emptied when asked', () => {
    expect(ui.text()).not.toContain('_14');
    ui.click('button', '3 places of Out[14] are emptied');
    expect(ui.text()).toContain('3 placesOut[14]_14_');
    // One place that is called like the item needs no list.
    expect(ui.look('button', /of df_raw/)).toBeNull();
  });

  it('should mark what cannot be undone, and say what undo needs', () => {
    const row = ui.find('listitem', /^Out\[14\]/);
    expect(row.textContent).toContain('Cannot be undone');
    expect(ui.find('listitem', /^df_raw/).textContent).not.toContain('undone');
    expect(ui.text()).toContain(
      'Needs 4.33 GiB of disk (118 GiB free), about 6.0 s.'
    );
    expect(ui.text()).toContain(
      'Not saved:Out[14]: it is an object of your class Net. [14] makes it again (9.0 s).'
    );
  });

  it('should tell what can be undone in part from what cannot', () => {
    const [one] = PREVIEW.totals.undo.unsaved;
    const undo = {
      ...PREVIEW.totals.undo,
      unsaved: [{ ...one, title: 'the last exception', in_part: true }]
    };
    ui.set({ preview: { ...PREVIEW, totals: totals({ undo }) } });
    const row = ui.find('listitem', /^Out\[14\]/);
    expect(row.textContent).toContain('Can be undone in part');
    expect(row.textContent).not.toContain('Cannot be undone');
  });

  it('should clear without saving when told so', () => {
    ui.click('checkbox', /^Undo until \d\d:\d\d$/);
    expect(ui.text()).toContain('Not saved: this cannot be undone.');
    ui.click('button', /^Clear 2/);
    expect(ui.model.asked).toEqual(['clear false']);
  });

  it('should say why nothing is saved, and what makes it again', () => {
    const undo = { ...PREVIEW.totals.undo, refused: 'The disk is full.' };
    ui.set({ totals: totals({ undo }) });
    expect(ui.look('checkbox', /Undo until/)).toBeNull();
    expect(ui.text()).toContain('UndoThe disk is full.Out[14]: it is');
    expect(ui.text()).toContain('[14] makes it again (9.0 s)');
    ui.click('button', /^Clear 2/);
    expect(ui.model.asked).toEqual(['clear false']);
  });

  it('should say who shares what', () => {
    const [a, b] = PREVIEW.items;
    const items = [{ ...a, frees: 0 }, b];
    const preview = { ...PREVIEW, items, totals: totals({ frees: gib(3) }) };
    ui.set({ preview });
    expect(ui.find('listitem', /^df_raw/).textContent).toContain(
      'shares 922\u00a0MiB with Out[14]: frees it only together'
    );
    ui.set({ preview: { ...preview, items: [...items, PREVIEW.items[2]] } });
    ui.set({ ticked: new Set(['f1', 'f2', 'f3']) });
    ui.set({ totals: totals({ frees: gib(4.5) }) });
    expect(ui.text()).toContain(
      'Some of these share memory: together they free 932 MiB more.'
    );
  });

  it('should ask again when stale', () => {
    ui.set({ previewStale: true });
    expect(ui.text()).toContain('Changed since the preview: look again');
    ui.click('button', 'Preview again');
    expect(ui.model.asked).toEqual(['previewClear ["f2","f1","f3","f4"]']);
  });

  it('should say what stays because of whom', () => {
    const held = ['The thread `loader` uses `df_raw`: frees 0 B.'];
    ui.set({ totals: totals({ held }) });
    expect(ui.text()).toContain('What stays, and whyThe thread loader uses');
  });

  it('should wait for the running cell, and take it back', () => {
    const pending = {
      what: 'clear',
      request: 'n',
      waits: true,
      progress: null
    } as const;
    const running = {
      ...ref(32),
      kind: 'run-started',
      seq: 1,
      run: 32
    } as const;
    ui.begin({
      pending,
      canAct: false,
      previewStale: true,
      running: { ...running, started: 0, rss: 0, oom_kills: null }
    });
    expect(ui.text()).toContain(
      'Clearing waitsThe kernel is running [32]. It will clear when the cell ends.'
    );
    expect(ui.look('button', 'Preview again')).toBeNull();
    ui.click('button', 'Cancel');
    expect(ui.model.asked).toEqual(['cancel']);
  });

  it('should show how much is saved', () => {
    const pending = {
      what: 'clear',
      request: 'n',
      waits: false,
      progress: { done: gib(1.2), total: gib(4.8) }
    } as const;
    ui.set({ pending, canAct: false });
    const bar = ui.find('progressbar', 'Saving for undo');
    expect(bar.getAttribute('aria-valuenow')).toBe('25');
    expect(ui.text()).toContain('1.20 GiB of 4.80 GiB. Nothing is cleared');
    ui.click('button', 'Cancel');
    expect(ui.model.asked).toEqual(['cancel']);
  });

  it('should say why it was refused', () => {
    jest.useFakeTimers();
    ui.set({ refusal: 'The disk is full, so nothing was cleared.' });
    expect(ui.text()).toContain('Nothing was changedThe disk is full');
    act(() => void jest.runOnlyPendingTimers());
    expect(ui.find('status', /^The disk is full/)).toBeTruthy();
  });

  it('should give the focus back to the row that opened it', () => {
    ui.set({ view: 'list' });
    const row = ui.panel.node.querySelector<HTMLElement>('[data-finding="f2"]');
    ui.focus(row);
    ui.set({ view: 'preview' });
    ui.press(document.activeElement as Element, 'Escape');
    expect((document.activeElement as HTMLElement).dataset.finding).toBe('f2');
  });
});

describe('the receipt', () => {
  it('should give the focus back to the button that led to it', () => {
    ui = mount();
    const review = () => ui.find('button', /^Review and clear/);
    ui.focus(review());
    ui.set({ view: 'preview', preview: PREVIEW });
    ui.set({ view: 'receipt', receipt: RECEIPTS });
    expect(review).toThrow();
    ui.press(document.activeElement as Element, 'Escape');
    expect(review()).toBe(document.activeElement);
  });

  it('should be good when all is gone and came back', () => {
    ui = mount({ view: 'receipt', receipt: RECEIPTS });
    const box = ui.panel.node.querySelector('.lh-box');
    expect(box?.className).toContain('lh-mod-good');
    expect(ui.text()).toContain(
      'Freed 3.96 GiBPredicted 3.96 GiB. 2 of 2 gone, nothing left behind.'
    );
    ui.click('button', 'Done');
    expect(ui.model.asked).toEqual(['back']);
  });

  it('should tell garbage apart that was collected with it', () => {
    ui = mount({ view: 'receipt', receipt: RECEIPTS });
    expect(ui.text()).not.toContain('Garbage');
    ui.set({ receipt: { ...RECEIPTS, garbage: gib(0.25) } });
    expect(ui.text()).toContain('Garbage collected with them0.25');
  });

  it('should name what is still held, and by whom', () => {
    ui = mount({ view: 'receipt', receipt: HELD });
    expect(ui.text()).toContain('Freed 2.10 of 3.96 GiB1 of 2 gone; 1 still');
    expect(ui.text()).toContain(
      'Held by explainer.data, taken after the preview.'
    );
    ui.click('button', 'Show holder');
    expect(ui.model.openFinding).toBe('f2');
  });

  it('should leave the keyboard at the holder that it led to', () => {
    const shown = jest.spyOn(Element.prototype, 'scrollIntoView');
    ui = mount();
    ui.focus(ui.find('button', 'Review and clear…'));
    ui.set({ view: 'receipt', receipt: HELD });
    ui.click('button', 'Show holder');
    ui.set({ view: 'list', receipt: null });
    const row = document.activeElement as HTMLElement;
    expect(row.dataset.finding).toBe('f2');
    expect(shown.mock.contexts).toContain(row);
    shown.mockRestore();
  });

  it('should write four figures all over', () => {
    const [first] = RECEIPTS.receipts;
    const one = { ...first, predicted: 160_000_000, freed: 160_000_000 };
    const sums = { predicted: 160_000_000, freed: 160_000_000 };
    const receipt = { ...RECEIPTS, ...sums, receipts: [one] };
    ui = mount({ view: 'receipt', receipt });
    expect(ui.text()).toContain('Gone1152.6 MiB');
  });

  it('should tell what Python keeps', () => {
    const receipt = { ...RECEIPTS, measured: gib(0.31) };
    ui = mount({ view: 'receipt', receipt });
    expect(ui.text()).toContain('Freed, not yet returned');
    expect(ui.text()).toContain('kernel memory fell by 317.4 MiB');
    ui.click('button', 'Give it back');
    expect(ui.model.asked).toEqual(['giveBack']);
    ui.set({ given: GIVEN });
    expect(ui.text()).toContain('Given back 301.0 MiB: kernel memory');
  });

  it('should preview what lets go of it too', () => {
    ui = mount({ view: 'receipt', receipt: HELD });
    ui.click('button', 'Clear it too…');
    expect(ui.model.asked).toEqual(['previewClear ["explainer"]']);
  });

  it('should say what was left alone, and not be good then', () => {
    const [first, second] = RECEIPTS.receipts;
    const skipped = ['`df_raw` holds something else now.'];
    const left = { ...second, freed: 0, skipped };
    ui = mount({
      view: 'receipt',
      receipt: { ...RECEIPTS, receipts: [first, left] }
    });
    expect(ui.text()).toContain('1 of 2 gone; something was left alone.');
    expect(ui.text()).toContain('Left alonedf_raw holds something else now.');
  });

  it('should undo until the time is over', () => {
    jest.useFakeTimers();
    const undo_until = Date.now() / 1000 + 60;
    ui = mount({ view: 'receipt', receipt: { ...RECEIPTS, undo_until } });
    const words = (verb: string) =>
      `${verb} ${formatTimeOfDay(undo_until, false)}`;
    expect(ui.text()).toContain(words('Undo until'));
    ui.click('button', 'Undo');
    expect(ui.model.asked).toEqual(['undo "r1"']);
    act(() => void jest.advanceTimersByTime(61000));
    expect(ui.find('button', 'Undo').title).toBe(words('Undo ended at'));
    ui.click('button', 'Undo');
    expect(ui.model.asked).toEqual(['undo "r1"']);
  });

  it('should be copied as text', () => {
    ui = mount({ view: 'receipt', receipt: RECEIPTS });
    ui.click('button', 'Copy as text');
    expect(ui.host.asked[0]).toMatch(/^copy Freed 3.96 GiB \(receipt r1/);
  });
});

describe('the result of an undo', () => {
  beforeEach(() => {
    ui = mount({ view: 'undone', undone: UNDONE });
  });

  it('should say what is back, under which name, and what is not', () => {
    expect(ui.find('heading', 'Undo')).toBe(document.activeElement);
    expect(ui.text()).toContain('Undone: 2 of 3 are back');
    expect(ui.text()).toContain(
      'df_raw is bound again, so it came back as df_raw_restored.'
    );
    expect(ui.text()).toContain(
      'Not backOut[14]: it is an object of your class Net. [14] makes it again'
    );
  });
});

describe('the list of receipts', () => {
  const receipts = Array.from({ length: 12 }, (_, index) => ({
    ...RECEIPTS,
    id: `r${12 - index}`,
    undone: index === 0
  }));

  it('should show the last ten, and open one', () => {
    ui = mount({ view: 'receipts', receipts });
    expect(ui.panel.node.querySelectorAll('.lh-receiptrow').length).toBe(10);
    expect(ui.text()).toContain('Freed 3.96 GiB, 2 thingsUndone');
    expect(ui.text()).toContain('2 older receipts: %leakcheck receipts');
    ui.click('button', /^Freed .*Undo ended/);
    expect(ui.model.asked).toEqual(['openReceipt "r11"']);
  });

  it('should give the focus back to the menu that opened it', () => {
    ui = mount();
    ui.focus(ui.find('button', 'More'));
    ui.set({ view: 'receipts' });
    expect(ui.find('heading', 'Receipts')).toBe(document.activeElement);
    ui.press(document.activeElement as Element, 'Escape');
    expect(ui.find('button', 'More')).toBe(document.activeElement);
  });

  it('should say that there are none', () => {
    ui = mount({ view: 'receipts' });
    expect(ui.text()).toContain('Nothing was cleared in this kernel.');
  });
});

describe('the keys of undo', () => {
  it('should undo the last clearing', () => {
    ui = mount({ undoable: RECEIPTS });
    const row = ui.panel.node.querySelector('[data-finding]') as Element;
    ui.press(row, 'z');
    expect(ui.model.asked).toEqual([]);
    ui.press(row, 'z', { ctrlKey: true });
    ui.press(row, 'Z', { metaKey: true, shiftKey: true });
    expect(ui.model.asked).toEqual(['undo -']);
  });

  it('should leave the key to others when there is nothing to undo', () => {
    ui = mount();
    const row = ui.panel.node.querySelector('[data-finding]') as Element;
    expect(ui.press(row, 'z', { ctrlKey: true })).toBe(true);
    expect(ui.model.asked).toEqual([]);
  });
});
