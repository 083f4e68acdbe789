import type { Variable } from '../../protocol/generated';
import { noInventory, type IInventory } from '../../model/inventory';
import { gib, GIB } from './fake';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

let ui: IMounted;

function variable(name: string, more: Partial<Variable> = {}): Variable {
  return {
    name,
    type: 'DataFrame',
    shape: '10 × 4',
    frees: 0,
    exact: true,
    shared: 0,
    shared_with: [],
    shared_more: false,
    together: null,
    read: 'yes',
    last_read: 28,
    unread: false,
    made_in: 28,
    finding: null,
    ...more
  };
}

const ROWS = [
  variable('df_raw', {
    frees: gib(1.86),
    read: 'never',
    last_read: null,
    unread: true,
    finding: 'f2'
  }),
  variable('backup', {
    frees: gib(0.62),
    exact: false,
    read: 'perhaps',
    last_read: 31
  }),
  variable('X', {
    shared: gib(0.94),
    shared_with: ['X_train', 'X_test'],
    together: gib(0.94)
  }),
  variable('X_train', {
    shared: gib(0.94),
    shared_with: ['X', 'X_test'],
    together: gib(0.94)
  }),
  variable('X_test', {
    shared: gib(0.94),
    shared_with: ['X', 'X_train'],
    together: gib(0.94)
  })
];

function known(variables: Variable[], more = {}): IInventory {
  const rest = { at: 1, after_run: 31, complete: true, small: 0, left_out: 0 };
  return { ...noInventory, known: { ...rest, variables, ...more } };
}

beforeEach(() => {
  ui = mount({ tab: 'variables', inventory: known(ROWS) });
});

afterEach(() => ui.dispose());

/** The rows of the table as lines. */
function lines(): string[] {
  return Array.from(ui.panel.node.querySelectorAll('tbody tr')).map(row =>
    Array.from(row.children)
      .map(cell => cell.textContent?.replace(/\u00a0/g, ' '))
      .join('|')
  );
}

function foot(): string {
  const words = ui.panel.node.querySelector('.lh-foot-words')?.textContent;
  return (words ?? '').replace(/\u00a0/g, ' ');
}

describe('the table of variables', () => {
  it('should say what each frees and shares, and who reads it', () => {
    expect(lines().slice(0, 3)).toEqual([
      'df_rawLeftoverDataFrame 10 × 4|1.86|·|[28]|never',
      'backupDataFrame 10 × 4|≥ 0.62|·|[28]|[31] ?',
      'XDataFrame 10 × 4|0|0.94|[28]|[28]'
    ]);
  });

  it('should count in the tab', () => {
    expect(ui.find('tab', 'Variables5')).not.toBeNull();
  });

  it('should keep those that no cell reads again', () => {
    ui.click('button', 'Not read again 1');
    expect(lines().length).toBe(1);
    ui.click('button', 'Not read again 1');
    expect(lines().length).toBe(5);
  });

  it('should sort by a column and say so', () => {
    ui.click('button', 'Name');
    expect(lines().map(line => line.slice(0, 5))).toEqual([
      'XData',
      'X_tes',
      'X_tra',
      'backu',
      'df_ra'
    ]);
    const head = ui.find('columnheader', 'Name▴');
    expect(head.getAttribute('aria-sort')).toBe('ascending');
  });

  it('should lead to the finding', () => {
    ui.click('button', 'Leftover');
    expect([ui.model.tab, ui.model.openFinding]).toEqual(['findings', 'f2']);
  });

  it('should say what has no row', () => {
    const more = { small: 3, left_out: 2, complete: false };
    ui.set({ inventory: known(ROWS, more) });
    expect(ui.text()).toContain('3 smaller variables are not listed.');
    expect(ui.text()).toContain('There was no time for 2 variables.');
    expect(ui.text()).toContain('Not every object was looked at');
  });

  it('should say that it is being asked, and why there is no answer', () => {
    ui.set({ inventory: noInventory });
    expect(ui.text()).toContain('Looking at the variables…');
    ui.set({ inventory: { ...noInventory, refusal: 'The check failed.' } });
    expect(ui.text()).toContain('The check failed.');
  });

  it('should draw only what is near the screen of 5,000', () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      variable(`v${index}`, { frees: GIB - index })
    );
    ui.set({ inventory: known(many) });
    const drawn = ui.panel.node.querySelectorAll('tbody tr[aria-rowindex]');
    expect(drawn.length).toBeLessThanOrEqual(100);
    const table = ui.panel.node.querySelector('table');
    expect(table?.getAttribute('aria-rowcount')).toBe('5001');
    const reached = ui.panel.node.querySelectorAll('tbody [tabindex="0"]');
    expect(reached.length).toBeLessThanOrEqual(4);
  });
});

describe('ticked variables', () => {
  it('should explain their sharing in words', () => {
    ui.click('checkbox', 'Select X_train');
    expect(foot()).toBe(
      'Holds 963 MiB, all of it shared with X and X_test. Clearing X_train alone frees 0 B; clearing X and X_test too frees 963 MiB.'
    );
  });

  it('should be joined by those that share, and be previewed by name', () => {
    ui.click('checkbox', 'Select X_train');
    ui.click('button', 'Select all 3');
    expect(foot()).toBe('3 selected. Clearing them frees 963 MiB.');
    ui.click('button', 'Clear…');
    expect(ui.model.asked).toEqual([
      'previewClear ["name:X","name:X_train","name:X_test"]'
    ]);
  });

  it('should promise only what each frees alone where no more is known', () => {
    ui.click('checkbox', 'Select df_raw');
    expect(foot()).toBe('Clearing df_raw frees 1.86 GiB.');
    ui.click('checkbox', 'Select X');
    expect(foot()).toContain('2 selected. Clearing them frees ≥ 1.86 GiB');
  });

  it('should tell of holders that have no name', () => {
    const one = variable('table', { frees: 10, shared: gib(0.5) });
    ui.set({
      inventory: known([one]),
      chosenVariables: new Set(['table'])
    });
    expect(foot()).toContain(
      'Holds 512 MiB, all of it also held by something without a name of yours.'
    );
    ui.click('button', 'Show what holds it');
    expect(ui.model.asked).toEqual(['openObjects "table"']);
  });

  it('should be walked through by the arrows', () => {
    const first = ui.find('checkbox', 'Select df_raw');
    ui.focus(first);
    ui.press(first, 'ArrowDown');
    expect(document.activeElement).toBe(ui.find('checkbox', 'Select backup'));
    ui.press(document.activeElement as Element, 'End');
    expect(document.activeElement).toBe(ui.find('checkbox', 'Select X_train'));
  });
});
