import { GIVEN, PREVIEW, RECEIPTS, gib } from './fake';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

let ui: IMounted;

afterEach(() => ui.dispose());

describe('the preview', () => {
  beforeEach(() => {
    ui = mount({ view: 'preview', preview: PREVIEW });
  });

  it('should say what goes, what it changes and that there is no undo', () => {
    expect(ui.find('heading', 'Clear 4 things')).toBe(document.activeElement);
    expect(ui.text()).toContain('Now 13.9 GiB→after 7.47 GiBfrees 6.43 GiB');
    expect(ui.text()).toContain('[5] and [7] read df_raw.');
  });

  it('should tick nothing and clear nothing by itself', () => {
    const clear = ui.find('button', 'Clear');
    expect(clear.getAttribute('aria-disabled')).toBe('true');
    ui.click('button', 'Clear');
    expect(ui.model.asked).toEqual([]);
  });

  it('should name the deed and do it', () => {
    ui.click('checkbox', /^df_raw/);
    ui.click('checkbox', /^Out/);
    ui.click('button', 'Clear 2, free ≥ 3.96 GiB');
    expect(ui.model.asked).toEqual(['clear ["f2","f1"]']);
  });

  it('should promise exactly what was asked for: the whole set', () => {
    ui.click('button', 'All');
    expect(ui.look('button', 'Clear 4, free 6.43 GiB')).toBeTruthy();
  });

  it('should forget the ticks of another preview', () => {
    ui.click('button', 'All');
    ui.set({ preview: { ...PREVIEW, id: 'p2' } });
    expect(ui.look('button', 'Clear')).toBeTruthy();
  });

  it('should ask again when stale', () => {
    ui.set({ previewStale: true });
    expect(ui.text()).toContain('Changed since the preview: look again');
    ui.click('button', 'Preview again');
    expect(ui.model.asked).toEqual(['previewClear ["f2","f1","f3","f4"]']);
  });

  it('should say who else holds it', () => {
    const held = ['The thread `loader` uses `df_raw`: frees 0 B.'];
    const totals = { ...PREVIEW.totals, held };
    ui.set({ preview: { ...PREVIEW, totals } });
    expect(ui.text()).toContain('Who else holds itThe thread loader uses');
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
  it('should be good when all is gone and came back', () => {
    ui = mount({ view: 'receipt', receipts: RECEIPTS });
    const box = ui.panel.node.querySelector('.lh-box');
    expect(box?.className).toContain('lh-mod-good');
    expect(ui.text()).toContain(
      'Freed 3.96 GiBPredicted 3.96 GiB. 2 of 2 gone, nothing left behind.'
    );
    ui.click('button', 'Done');
    expect(ui.model.asked).toEqual(['back']);
  });

  it('should name what is still held, and by whom', () => {
    const [first, second] = RECEIPTS.receipts;
    const holders = ['`explainer.data`'];
    const release = ['explainer'];
    const survivors = [{ name: 'df_raw', bytes: gib(1.86), holders, release }];
    ui = mount({
      view: 'receipt',
      receipts: {
        ...RECEIPTS,
        measured: gib(2.1),
        freed: gib(2.1),
        receipts: [first, { ...second, freed: 0, survivors }]
      }
    });
    expect(ui.text()).toContain('Freed 2.10 of 3.96 GiB1 of 2 gone; 1 still');
    expect(ui.text()).toContain('Held by explainer.data.');
    ui.click('button', 'Show holder');
    expect(ui.model.openFinding).toBe('f2');
  });

  it('should tell what Python keeps', () => {
    const receipts = { ...RECEIPTS, measured: gib(0.31) };
    ui = mount({ view: 'receipt', receipts });
    expect(ui.text()).toContain('Freed, not yet returned');
    expect(ui.text()).toContain('kernel memory fell by 317.4 MiB');
    ui.click('button', 'Give it back');
    expect(ui.model.asked).toEqual(['giveBack']);
    ui.set({ given: GIVEN });
    expect(ui.text()).toContain('Given back 301.0 MiB: kernel memory');
  });
});
