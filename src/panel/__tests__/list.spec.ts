import { act } from 'react';
import {
  FINDINGS,
  MIB,
  OUT14,
  PINNED,
  REPORT,
  TRACEBACK,
  finding
} from './fake';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

let ui: IMounted;

afterEach(() => ui.dispose());

describe('the list of findings', () => {
  it('should group by what may be done, with the sums of the report', () => {
    ui = mount();
    expect(ui.text()).toContain('Safe to clear5 findings6.51 GiB');
    expect(ui.text()).toContain('Check first3 findings643 MiB');
    expect(ui.text()).toContain('2 smaller findings, 8.00 MiB');
  });

  it('should say the verdict, the bytes and the reason of a row', () => {
    ui = mount();
    const row = ui.find('listitem', /^df_raw/);
    expect(row.textContent).toContain(
      'Leftover Last read by [7]. No cell reads it after that.'
    );
    expect(row.textContent).toContain('1.86');
  });

  it('should mark what is new since the last look until it is looked at', () => {
    const dots = () =>
      Array.from(ui.panel.node.querySelectorAll('.lh-new'), dot =>
        dot.closest('li')?.getAttribute('data-finding')
      );
    ui = mount();
    expect(dots()).toEqual([]);
    const later = finding({ id: 'x', fingerprint: 'x', title: 'later' });
    const report = { ...REPORT, findings: [...REPORT.findings, later] };
    ui.set({ tab: 'cells', report });
    ui.set({ tab: 'findings' });
    expect(dots()).toEqual(['x']);
    expect(ui.look('img', 'New')).not.toBeNull();
    ui.focus(ui.find('listitem', /^later/));
    expect(dots()).toEqual([]);
    ui.set({ report: { ...report } });
    expect(dots()).toEqual([]);
  });

  it('should mark nothing as new that is there again after a restart', () => {
    ui = mount();
    ui.set({ report: null });
    ui.set({ report: { ...REPORT } });
    expect(ui.look('img', 'New')).toBeNull();
  });

  it('should keep a comma on the line of the cell before it', () => {
    const reason = 'Made by [4], read by [7]. Not by [9]';
    ui = mount({ report: { ...REPORT, findings: [finding({ reason })] } });
    const kept = ui.panel.node.querySelectorAll('.lh-finding .lh-nowrap');
    expect(Array.from(kept, node => node.textContent)).toEqual([
      '[4],',
      '[7].',
      '[9]'
    ]);
    expect(ui.text()).toContain(reason);
  });

  it('should show user text as text', () => {
    const title = '<script>alert(1)</script>';
    const evil = finding({
      id: 'x',
      title,
      reason: `Holds \`${title}\` and ${title}`,
      fix: title,
      facts: [title]
    });
    ui = mount({
      report: { ...REPORT, findings: [evil] },
      openFinding: 'x'
    });
    expect(ui.panel.node.querySelector('script')).toBeNull();
    expect(ui.find('heading', 'Why it is here')).toBeTruthy();
    expect(ui.text()).toContain(`Holds ${title} and ${title}`);
  });

  it('should open a row and say what holds it', () => {
    ui = mount();
    ui.click('button', 'Details of Out[14]');
    expect(ui.model.openFinding).toBe('f1');
    ui.set({});
    const button = ui.find('button', 'Details of Out[14]');
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(ui.text()).toContain('What holds itOutput history');
    expect(ui.text()).toContain('stuck here');
    expect(ui.text()).toContain('2.10 GiB, exactly.');
  });

  it.each([
    ['Leftover', 'warn'],
    ['Hidden', 'warn'],
    ['Pinned', 'warn'],
    ['Growing', 'error'],
    ['Leak', 'proven'],
    ['Held', 'warn'],
    ['Garbage', 'plain'],
    ['Stuck', 'warn'],
    ['Open', 'warn'],
    ['Suspect', 'warn'],
    ['Kept free', 'plain']
  ] as const)('should say %s by an icon and a word', (label, tone) => {
    ui = mount({ report: { ...REPORT, findings: [finding({ label })] } });
    const chip = ui.panel.node.querySelector('.lh-finding .lh-chip');
    expect(chip?.className).toContain(`lh-mod-${tone}`);
    expect(chip?.querySelector('svg')).not.toBeNull();
    expect(chip?.textContent).toBe(label);
  });

  it('should give back what is kept free, and hold nobody to it', () => {
    const kept = finding({
      id: 'k1',
      kind: 'allocator-retention',
      label: 'Kept free',
      group: 'not-a-leak',
      part: 'kept',
      title: 'Not returned to the system',
      bytes: 891 * MIB,
      frees: 0,
      chain: [],
      fix: null,
      remedy: { action: 'advice', code: null, frees: 0 }
    });
    ui = mount({
      report: { ...REPORT, findings: [kept] },
      openFinding: 'k1'
    });
    expect(ui.text()).not.toContain('What holds it');
    expect(ui.text()).toContain('What comes backAt most 891 MiB.');
    expect(ui.find('button', 'Give it back').className).toContain(
      'lh-mod-filled'
    );
    ui.click('button', 'Give it back');
    expect(ui.model.asked).toEqual(['giveBack']);
  });

  it('should collect garbage, after a look', () => {
    const garbage = finding({ label: 'Garbage', chain: [], fix: null });
    ui = mount({
      report: { ...REPORT, findings: [garbage] },
      openFinding: 'f2'
    });
    expect(ui.text()).toContain('What collecting frees1.86 GiB, exactly.');
    ui.click('button', 'Collect');
    expect(ui.model.asked).toEqual(['previewClear ["f2"]']);
  });

  it('should put the fix of a proven leak first, and fill one button', () => {
    const leak = finding({ label: 'Leak' });
    ui = mount({ report: { ...REPORT, findings: [leak] }, openFinding: 'f2' });
    const buttons = Array.from(
      ui.panel.node.querySelectorAll('.lh-opened .lh-button'),
      button =>
        `${button.textContent} ${button.classList.contains('lh-mod-filled')}`
    );
    expect(buttons).toEqual([
      'Copy fix true',
      'Clear… false',
      'Prove it… false',
      'What refers to it false',
      'Where was it allocated… false',
      "It's expected… false"
    ]);
  });

  it('should preview one finding and copy its fix', () => {
    ui = mount({ openFinding: 'f1' });
    ui.click('button', 'Clear…');
    ui.click('button', 'Copy fix');
    expect(ui.model.asked).toEqual(['previewClear ["f1"]']);
    expect(ui.host.asked).toEqual([`copy ${OUT14.fix}`]);
  });

  it('should offer only the fix where nothing can be cleared', () => {
    const advice = finding({
      remedy: { action: 'advice', code: 'x', frees: 0 }
    });
    ui = mount({
      report: { ...REPORT, findings: [advice] },
      openFinding: 'f2'
    });
    expect(ui.look('button', 'Clear…')).toBeNull();
    expect(ui.look('checkbox', 'Select df_raw')).toBeNull();
    const copy = ui.find('button', 'Copy fix');
    expect(copy.className).toContain('lh-mod-filled');
  });

  it('should unpin a view and say what it becomes', () => {
    ui = mount({
      report: { ...REPORT, findings: [PINNED] },
      openFinding: PINNED.id
    });
    expect(ui.text()).toContain('Pinned A 31 KiB view from [9]');
    expect(ui.text()).toContain(
      '1.49 GiB, exactly. Replace the view by a copy. Same values.'
    );
    expect(ui.look('button', 'Clear…')).toBeNull();
    const unpin = ui.find('button', 'Unpin…');
    expect(unpin.className).toContain('lh-mod-filled');
    ui.click('button', 'Unpin…');
    expect(ui.model.asked).toEqual(['previewClear ["f9"]']);
  });

  it('should give only advice on a view that no copy can replace', () => {
    const remedy = { action: 'advice', code: null, frees: 0 } as const;
    ui = mount({
      report: { ...REPORT, findings: [{ ...PINNED, remedy }] },
      openFinding: PINNED.id
    });
    expect(ui.look('button', 'Unpin…')).toBeNull();
    expect(ui.look('checkbox', 'Select sample')).toBeNull();
    expect(ui.text()).toContain('What the fix frees1.49 GiB, exactly.');
    expect(ui.text()).not.toContain('Same values');
    const copy = ui.find('button', 'Copy fix');
    expect(copy.className).toContain('lh-mod-filled');
  });

  it('should mark the link that keeps the whole array, and only that', () => {
    ui = mount({
      report: { ...REPORT, findings: [PINNED] },
      openFinding: PINNED.id
    });
    const steps = Array.from(
      ui.panel.node.querySelectorAll('.lh-chain-step')
    ).map(step => [
      Array.from(step.classList, name => name.replace('lh-mod-', ''))
        .slice(1)
        .join(' '),
      step.textContent?.replace(/\u00a0/g, ' ')
    ]);
    expect(steps).toEqual([
      ['ring', 'Notebook variables'],
      ['link', 'sample'],
      ['way', 'array view 1,000 × 431.3 KiB'],
      ['link stuck', '.base· keeps the whole array'],
      ['object', 'array 200,000 × 1,0001.49 GiB']
    ]);
  });

  it('should show what clearing a traceback breaks', () => {
    ui = mount({
      report: { ...REPORT, findings: [TRACEBACK] },
      openFinding: TRACEBACK.id
    });
    const row = ui.find('listitem', /^traceback of \[19\]/);
    expect(row.className).toContain('lh-part-traceback');
    expect(ui.text()).toContain('%debug and %tb can no longer look into it.');
  });

  it('should put the focus on what was opened elsewhere', () => {
    ui = mount({ openFinding: 'f4' });
    act(() => ui.panel.focusList());
    expect(document.activeElement?.getAttribute('data-finding')).toBe('f4');
  });

  it('should show the selection and what it frees at least', () => {
    ui = mount();
    ui.click('checkbox', 'Select Out[14]');
    ui.click('checkbox', 'Select df_raw');
    expect(ui.text()).toContain('2 selectedfrees ≥ 3.96 GiB…');
    ui.set({ selectionFrees: FINDINGS[0].frees });
    expect(ui.text()).toContain('frees 1.86 GiB');
    ui.click('button', 'Preview…');
    ui.click('button', 'Select none');
    expect(ui.model.asked).toEqual(['previewClear -']);
    expect(ui.look('button', 'Preview…')).toBeNull();
  });

  it('should keep the keyboard when the button that has it goes', async () => {
    ui = mount();
    ui.click('checkbox', 'Select Out[14]');
    ui.focus(ui.find('button', 'Select none'));
    ui.click('button', 'Select none');
    await ui.drawn();
    expect(document.activeElement?.getAttribute('data-finding')).toBe('f1');
  });

  it('should leave a focus alone that is elsewhere', async () => {
    ui = mount();
    ui.set({ tab: 'cells' });
    await ui.drawn();
    expect(document.activeElement).toBe(document.body);
  });

  it('should begin at the chosen tab where no finding is listed', () => {
    ui = mount({ tab: 'variables' });
    act(() => ui.panel.focusList());
    expect(document.activeElement).toBe(ui.find('tab', /^Variables/));
  });
});

describe('the keyboard in the list', () => {
  const rows = () =>
    Array.from(ui.panel.node.querySelectorAll<HTMLElement>('.lh-finding'));

  beforeEach(() => {
    ui = mount();
    ui.focus(rows()[0]);
  });

  it('should reach one row by Tab and walk by arrows', () => {
    ui.press(rows()[0], 'ArrowDown');
    expect(document.activeElement).toBe(rows()[1]);
    expect(rows().map(row => row.tabIndex)).toEqual([-1, 0, -1, -1, -1, -1]);
    const inside = rows().flatMap(row => [...row.querySelectorAll('button')]);
    expect(
      inside
        .filter(button => button.tabIndex === 0)
        .every(button => rows()[1].contains(button))
    ).toBe(true);
    ui.press(rows()[1], 'End');
    expect(document.activeElement).toBe(rows()[5]);
    ui.press(rows()[5], 'Home');
    expect(document.activeElement).toBe(rows()[0]);
  });

  it('should open, close, select, go, preview and copy', () => {
    const [row] = rows();
    ui.press(row, 'ArrowRight');
    expect(ui.model.openFinding).toBe('f1');
    ui.press(row, 'ArrowLeft');
    expect(ui.model.openFinding).toBeNull();
    ui.press(row, ' ');
    expect([...ui.model.selection]).toEqual(['f1']);
    ui.press(row, 'Enter');
    ui.press(row, 'Delete');
    ui.press(row, 'f');
    ui.press(row, 'Escape');
    expect(ui.model.asked).toEqual([
      'goToCell 14',
      'previewClear ["f1"]',
      'focusNotebook'
    ]);
    expect(ui.host.asked).toEqual([`copy ${OUT14.fix}`]);
  });
});

describe('the keyboard in an opened row', () => {
  it('should stay at the row when a folded chain unfolds', () => {
    const chain = Array.from({ length: 9 }, (_, index) => ({
      ...OUT14.chain[0],
      label: `holder ${index}`
    }));
    const long = finding({ id: 'long', chain });
    ui = mount({
      report: { ...REPORT, findings: [long] },
      openFinding: 'long'
    });
    ui.focus(ui.find('button', '… 5 more'));
    ui.click('button', '… 5 more');
    expect(ui.text()).toContain('holder 4');
    expect(document.activeElement?.getAttribute('data-finding')).toBe('long');
  });

  it('should stay at the row when what has the focus closes', () => {
    ui = mount({ openFinding: 'f1' });
    const inside = ui.find('button', 'Copy fix');
    ui.focus(inside);
    ui.press(inside, 'ArrowLeft');
    expect(ui.model.openFinding).toBeNull();
    expect(document.activeElement?.getAttribute('data-finding')).toBe('f1');
  });
});

describe('the tabs', () => {
  it('should be walked through by arrows', () => {
    ui = mount();
    const findings = ui.find('tab', 'Findings8');
    ui.focus(findings);
    ui.press(findings, 'ArrowRight');
    expect(ui.model.tab).toBe('cells');
    expect(document.activeElement).toBe(ui.find('tab', 'Cells17'));
  });
});
