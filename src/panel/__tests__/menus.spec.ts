import { act } from 'react';
import { noInventory } from '../../model/inventory';
import { inventory } from '../../protocol/__tests__/samples';
import { OUT14, REPORT } from './fake';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

let ui: IMounted;

afterEach(() => {
  document.querySelectorAll('.lm-Menu').forEach(node => node.remove());
  ui.dispose();
});

function openMenu(selector: string): string[] {
  const row = ui.panel.node.querySelector(selector);
  act(() => {
    row?.dispatchEvent(
      new MouseEvent('contextmenu', { bubbles: true, cancelable: true })
    );
  });
  return Array.from(document.querySelectorAll('.lm-Menu-item')).map(item => {
    const off = item.classList.contains('lm-mod-disabled') ? ' (off)' : '';
    return `${item.querySelector('.lm-Menu-itemLabel')?.textContent}${off}`;
  });
}

describe('the menu of a finding', () => {
  it('should offer what the keys do', () => {
    ui = mount();
    expect(openMenu('[data-finding="f1"]')).toEqual([
      'Go to Cell',
      'Go to Holder’s Cell',
      '',
      'Clear…',
      'Copy Fix',
      'Prove It…',
      'It’s Expected…',
      '',
      'Copy as Text',
      'What Refers to It (off)'
    ]);
    const keys = Array.from(
      document.querySelectorAll('.lm-Menu-itemShortcut')
    ).map(({ textContent }) => textContent);
    expect(keys.filter(Boolean)).toEqual(
      expect.arrayContaining(['F', 'P', 'E'])
    );
  });

  it('should leave out what makes no sense', () => {
    const advice = {
      ...OUT14,
      fix: null,
      cell: null,
      chain: [],
      remedy: { ...OUT14.remedy, action: 'advice' as const }
    };
    ui = mount({ report: { ...REPORT, findings: [advice] } });
    expect(
      openMenu('[data-finding="f1"]').filter(item => item.endsWith('(off)'))
    ).toEqual([
      'Go to Cell (off)',
      'Go to Holder’s Cell (off)',
      'Clear… (off)',
      'Copy Fix (off)',
      'Prove It… (off)',
      'What Refers to It (off)'
    ]);
  });

  it('should copy a finding as text by key, and leave a selection alone', async () => {
    ui = mount();
    const row = ui.panel.node.querySelector<HTMLElement>(
      '[data-finding="f1"]'
    ) as HTMLElement;
    expect(ui.press(row, 'c', { ctrlKey: true })).toBe(false);
    await act(async () => {
      await import('../../report/finding');
    });
    expect(ui.host.asked[0]).toMatch(/^copy Hidden Out\[14\]/);
    window.getSelection()?.selectAllChildren(row);
    expect(ui.press(row, 'c', { ctrlKey: true })).toBe(true);
    window.getSelection()?.removeAllRanges();
  });
});

describe('the menu of a variable', () => {
  it('should clear it, go to its cells and copy its name', () => {
    const known = inventory();
    ui = mount({ tab: 'variables', inventory: { ...noInventory, known } });
    expect(openMenu('.lh-variables tbody tr')[0]).toBe('Clear…');
    expect(openMenu('.lh-variables tbody tr').slice(-1)).toEqual(['Copy Name']);
  });
});

describe('the list of one cell', () => {
  it('should list its findings only, and all again', () => {
    ui = mount({ cellFilter: { cell_id: 'cell-14', execution_count: 14 } });
    const titles = () =>
      Array.from(ui.panel.node.querySelectorAll('[data-finding]')).length;
    expect(titles()).toBe(1);
    ui.click('button', 'From cell [14]: list all findings');
    expect(ui.model.cellFilter).toBeNull();
    expect(titles()).toBeGreaterThan(4);
  });

  it('should say so when nothing of it is a finding', () => {
    ui = mount({ cellFilter: { cell_id: 'cell-1', execution_count: 1 } });
    expect(ui.text()).toContain(
      'Nothing that this cell left is listed as a finding.'
    );
  });
});

describe('the row of one cell', () => {
  it('should be unfolded, marked and take the keyboard', () => {
    ui = mount({
      tab: 'cells',
      shownCell: { cell_id: 'cell-3', execution_count: 3 }
    });
    ui.set({});
    const row = ui.panel.node.querySelector('[aria-current="true"]');
    expect(row?.textContent).toContain('users.head()');
    expect(row?.contains(document.activeElement)).toBe(true);
  });
});
