import { noObjects, type IObjects } from '../../model/objects';
import type { ObjectTable, TypeRow } from '../../protocol/generated';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

const MIB = 1024 ** 2;

function row(id: string, type: string, more: Partial<TypeRow> = {}): TypeRow {
  return {
    id,
    type,
    module: 'builtins',
    count: 10,
    bytes: MIB,
    count_change: null,
    bytes_change: null,
    clears: [],
    ...more
  };
}

function table(more: Partial<ObjectTable> = {}): ObjectTable {
  return {
    at: 0,
    show: 'all',
    rows: [
      row('o1', 'ndarray', { module: 'numpy', bytes: 40 * MIB, count: 5 }),
      row('o2', 'dict', { count: 12345 })
    ],
    more: 0,
    objects: 12350,
    bytes: 41 * MIB,
    seconds: 1,
    complete: true,
    since: null,
    after: null,
    frozen: 0,
    uncollectable: 0,
    left_out: [],
    ...more
  };
}

let ui: IMounted;

function show(more: Partial<IObjects>, values = {}): void {
  ui = mount({
    view: 'objects',
    objects: { ...noObjects, ...more },
    ...values
  });
}

afterEach(() => ui.dispose());

function lines(): string[] {
  return Array.from(ui.panel.node.querySelectorAll('tbody tr')).map(line =>
    Array.from(line.children)
      .map(cell => cell.textContent)
      .join('|')
  );
}

describe('the classes', () => {
  it('should be listed with count and bytes', () => {
    show({ table: table() });
    expect(lines()).toEqual(['numpy.ndarray|5|40.00', 'dict|12,345|1.00']);
    expect(ui.text()).toContain('12,350 objects, 41.0 MiB');
  });

  it('should say what they are compared with', () => {
    const grown = row('o3', 'Node', { count_change: 90, bytes_change: 9 });
    const shrunk = row('o4', 'Leaf', { count_change: -3, bytes_change: -9 });
    show({ table: table({ rows: [grown, shrunk], since: 'the mark' }) });
    expect(lines()).toEqual(['Node|10|1.00|+90', 'Leaf|10|1.00|\u22123']);
    expect(ui.text()).toContain('Change since the mark.');
  });

  it('should be filtered by the kernel and by text', () => {
    show({ table: table() });
    ui.click('button', 'Not read by any cell');
    ui.click('button', 'Mark');
    expect(ui.model.asked).toEqual([
      'countObjects "unused" false',
      'countObjects "all" true'
    ]);
    const all = ui.find('button', 'All');
    expect(all.getAttribute('aria-pressed')).toBe('true');
  });

  it('should draw only rows near the screen', () => {
    const many = Array.from({ length: 300 }, (_, i) => row(`o${i}`, `C${i}`));
    show({ table: table({ rows: many }) });
    expect(lines().length).toBeLessThan(120);
    expect(
      ui.panel.node.querySelector('.lh-objects')?.getAttribute('aria-rowcount')
    ).toBe('301');
  });

  it('should be walked through by the arrows and opened', () => {
    show({ table: table() });
    const first = ui.find('button', 'numpy.ndarray');
    ui.focus(first);
    ui.press(first, 'ArrowDown');
    expect(document.activeElement?.textContent).toBe('dict');
    ui.click('button', 'dict');
    expect(ui.model.asked).toEqual(['listInstances "o2"']);
  });

  it('should offer to collect what is unreachable, and say what came', () => {
    show({ show: 'unreachable', table: table({ show: 'unreachable' }) });
    ui.click('button', 'Collect');
    expect(ui.model.asked).toEqual(['collect']);
    const collection = {
      at: 0,
      objects: 7,
      stuck: 0,
      measured: 8 * MIB,
      rss_before: 0,
      rss_after: 0,
      seconds: 0
    };
    ui.set({ objects: { ...noObjects, collection } });
    expect(ui.text()).toContain('Collected 7 objects');
    const many = { ...collection, objects: 12345, stuck: 1001 };
    ui.set({ objects: { ...noObjects, collection: many } });
    expect(ui.text()).toContain('Collected 12,345 objects');
    expect(ui.text()).toContain('1,001 objects could not be freed.');
    ui.set({ objects: { ...noObjects, collection } });
    expect(ui.text()).toContain('8.00 MiB came back.');
  });

  it('should say what is asked, how far it is, and take it back', () => {
    const progress = { done: 45, total: 100 };
    const pending = {
      what: 'objects',
      request: 'n',
      waits: false,
      progress
    } as const;
    show({}, { pending, canAct: false });
    expect(ui.text()).toContain('Looking at the objects…');
    expect(ui.text()).toContain('45');
    const spoken = ui.panel.node.querySelector('.lh-asking [role="status"]');
    expect(spoken?.textContent).not.toContain('45');
    ui.click('button', 'Cancel');
    expect(ui.model.asked).toEqual(['cancel']);
  });

  it('should offer a mark where there is nothing to compare with', () => {
    show({ show: 'growing' }, { refusal: 'There is no mark.' });
    ui.click('button', 'Mark now');
    expect(ui.model.asked).toEqual(['countObjects "all" true']);
  });
});

describe('one class', () => {
  const instances = {
    row: 'o1',
    type: 'ndarray',
    instances: [{ id: 'o1.1', label: 'raw', bytes: 40 * MIB }],
    complete: true
  };

  it('should list its biggest objects, and clear what no cell reads', () => {
    const [first] = table().rows;
    const rows = [{ ...first, clears: ['raw'] }];
    show({ table: table({ rows }), instances });
    expect(lines()).toEqual(['raw|40.0\u00a0MiB']);
    ui.click('button', 'Clear…');
    ui.click('button', 'raw');
    expect(ui.model.asked).toEqual([
      'previewClear ["o1"]',
      'askReferences "o1.1"'
    ]);
  });

  it('should offer no clearing where a cell may read it', () => {
    show({ table: table(), instances });
    expect(ui.look('button', 'Clear…')).toBeNull();
  });
});

describe('one object', () => {
  const references = {
    title: 'node',
    type: 'Node',
    strong: [
      { label: 'node', how: 'name', note: '', code: null, when: null },
      {
        label: 'hub.observers[0]',
        how: 'item',
        note: '',
        code: 'import weakref',
        when: '`node` keeps it.'
      }
    ],
    weak: [
      { label: 'in ws', how: 'WeakSet', note: '', code: null, when: null }
    ],
    unseen: 2,
    clear: null,
    why_not: 'Something else holds it.'
  };

  it('should show strong and weak references apart', () => {
    show({ references });
    const parts = Array.from(
      ui.panel.node.querySelectorAll('.lh-refs section'),
      part => part.textContent ?? ''
    );
    expect(parts[0]).toContain('hub.observers[0]');
    expect(parts[0]).toContain('2 references from native code');
    expect(parts[1]).toContain('in ws');
    expect(parts[1]).not.toContain('hub');
  });

  it('should offer the code for a weak reference, and say why not to clear', () => {
    show({ references });
    expect(ui.text()).toContain('A weak reference would do');
    ui.click('button', 'Copy');
    expect(ui.host.asked).toEqual(['copy import weakref']);
    expect(ui.text()).toContain('Something else holds it.');
    expect(ui.look('button', 'Clear…')).toBeNull();
  });

  it('should be cleared where that is exact, and lead back', () => {
    show({ references: { ...references, clear: 'node', why_not: null } });
    ui.click('button', 'Clear…');
    ui.click('button', 'Back to the list');
    expect(ui.model.asked).toEqual(['previewClear ["node"]', 'back']);
  });
});
