import { act } from 'react';
import { newTrace, type ITrace } from '../../model/tracing';
import {
  lineProfile,
  plan,
  trace,
  tracePlanned,
  traced
} from '../../protocol/__tests__/samples';
import { REPORT, finding, ref } from './fake';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));
jest.mock('../../chart/icicletraces', () => ({
  drawIcicle: jest.fn(),
  eraseIcicle: jest.fn()
}));

const SUBJECT = { finding: null, cell: ref(7) };

let ui: IMounted;

afterEach(() => ui.dispose());

function show(more: Partial<ITrace>, values = {}): void {
  ui = mount({
    view: 'trace',
    trace: { ...newTrace(SUBJECT), ...more },
    ...values
  });
}

function choose(kind: string): void {
  const input = ui.find('radio', kind);
  act(() => input.click());
}

function type(input: Element, text: string): void {
  const { set } = Object.getOwnPropertyDescriptor(
    HTMLInputElement.prototype,
    'value'
  )!;
  act(() => {
    set!.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

function rows(): string[] {
  return Array.from(ui.panel.node.querySelectorAll('tbody tr'), row =>
    Array.from(row.children, cell => cell.textContent).join(' | ')
  );
}

describe('the plan of a trace', () => {
  it('should say that the cell really runs, and what its last run took', () => {
    show({ plan: tracePlanned() });
    expect(ui.text()).toContain('This cell really runs, once');
    expect(ui.text()).toContain('Its last run took 12 s.');
    expect(ui.text()).toContain(
      'Its last run needed 100 MiB at its peak; 724 MiB are left.'
    );
    expect(ui.text()).toContain('Names that it binds are put back: n.');
  });

  it('should run it at the press of a button', () => {
    show({ plan: tracePlanned() });
    ui.click('button', 'Run and trace');
    const choice = { measure: 'allocations', functions: [], agreed: false };
    expect(ui.model.asked).toEqual([`runTrace ${JSON.stringify(choice)}`]);
  });

  it('should measure the lines of the cell and of functions', () => {
    show({ plan: tracePlanned() });
    choose(
      'Memory by lineChange and peak of each line, native memory counted about.'
    );
    type(ui.panel.node.querySelector('input[type="text"]')!, 'load, Model.fit');
    ui.click('button', 'Run and trace');
    const functions = ['load', 'Model.fit'];
    const choice = { measure: 'lines', functions, agreed: false };
    expect(ui.model.asked).toEqual([`runTrace ${JSON.stringify(choice)}`]);
  });

  it('should say what native code needs', () => {
    show({ plan: tracePlanned() });
    const native = ui.find('radio', /^Where native code allocates/);
    expect((native as HTMLInputElement).disabled).toBe(true);
    expect(ui.text()).toContain('Needs memray in the kernel: %pip install');
  });

  it('should say what memray costs, where it is there', () => {
    show({ plan: tracePlanned({ native: true }) });
    expect(ui.text()).toContain('10 to 150 times slower');
    choose(
      'Where native code allocatesWith memray: arrays and libraries by native call.'
    );
    expect(ui.text()).toContain('Reading back what memray wrote takes');
    expect(ui.text()).not.toContain('10 to 150 times slower');
  });

  it('should ask for a typed OK when something stays changed', () => {
    const changes = [
      { effect: 'file' as const, text: 'It calls `open`.', line: 2 }
    ];
    const world = { ...plan().world, changes };
    show({ plan: tracePlanned({ world }) });
    ui.click('button', 'Run and trace');
    expect(ui.model.asked).toEqual([]);
    type(ui.panel.node.querySelector('input[type="text"]')!, 'ok');
    ui.click('button', 'Run and trace');
    expect(ui.model.asked.length).toBe(1);
  });

  it('should be made anew when a cell has run since', () => {
    show({ plan: tracePlanned() }, { traceStale: true });
    expect(ui.look('button', 'Run and trace')).toBeNull();
    ui.click('button', 'Look again');
    expect(ui.model.asked).toEqual([`planTrace ${JSON.stringify(SUBJECT)}`]);
  });

  it('should let another cell be chosen', () => {
    show({ subject: { finding: null, cell: null } });
    const select = ui.panel.node.querySelector('select')!;
    expect(select.options[0].text).toBe('Choose a cell');
    act(() => {
      select.value = 'cell-4';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    const cell = { cell_id: 'cell-4', execution_count: null };
    expect(ui.model.asked).toEqual([
      `planTrace ${JSON.stringify({ finding: null, cell })}`
    ]);
  });

  it('should warn when the last run needed more than is left', () => {
    show({ plan: tracePlanned({ rise: 2 ** 40 }) });
    const mark = Array.from(ui.panel.node.querySelectorAll('.lh-marks li'));
    expect(mark[1].textContent).toMatch(/needed 1.00\sTiB/);
    expect(mark[1].querySelector('[data-icon$="warning"]')).not.toBeNull();
  });
});

describe('a running trace', () => {
  const pending = {
    what: 'trace' as const,
    request: 'r',
    waits: false,
    progress: null
  };

  it('should be stopped', () => {
    show({ plan: tracePlanned(), request: 'r' }, { pending });
    expect(ui.text()).toContain('The cell runs and is measured…');
    expect(ui.text()).toContain('Tracing');
    ui.click('button', 'Stop');
    expect(ui.model.asked).toEqual(['cancel']);
  });

  it('should say that it is being stopped', () => {
    const run = { plan: tracePlanned(), request: 'r', stopping: true };
    show(run, { pending });
    ui.click('button', 'Stopping…');
    expect(ui.model.asked).toEqual([]);
  });

  it('should be told of, and can be stopped, in the list', () => {
    show({ request: 'r' }, { pending, view: 'list' });
    expect(ui.text()).toContain('A trace runs');
    ui.click('button', 'Stop');
    expect(ui.model.asked).toEqual(['cancel']);
  });
});

describe('what a trace found', () => {
  it('should list lines with cells as links, and what was not seen', () => {
    show({ plan: tracePlanned(), found: traced() });
    expect(ui.text()).toContain('10.0 MiB still held in 12 blocks');
    expect(rows()).toEqual([
      '[7]line 2df = df.merge(users)in pandas/core/frame.py:885 (DataFrame.merge) | 8.00 | 11.00 | 1',
      '[7]line 3kept.append(make()) | 2.00 | · | ·',
      'Not seen by Python: native code, or kept free | 2.00 |  | '
    ]);
  });

  it('should go from a line to its cell', () => {
    show({ found: traced() });
    const link =
      ui.panel.node.querySelector<HTMLElement>('tbody .lh-celllink')!;
    act(() => link.click());
    expect(ui.model.asked).toEqual(['goToCell 7']);
  });

  it('should list functions, with all that they called', () => {
    show({ found: traced() });
    ui.click('button', 'Functions');
    expect(rows()).toEqual([
      '[7]top of the cell | 2.00 | 10.00 | 13.00 | ·',
      'DataFrame.mergepandas/core/frame.py | 8.00 | 8.00 | · | 3'
    ]);
  });

  it('should say what is about, and what memray does not tell', () => {
    show({ found: traced() });
    expect(ui.text()).not.toContain('samples are counted');
    ui.dispose();

    const stacks = trace().stacks.map(row => ({ ...row, allocated: row.held }));
    show({ found: traced({ stacks }) });
    expect(ui.text()).toContain(
      'Of freed blocks below 64 KiB samples are counted: Allocated is about.'
    );
    ui.dispose();

    show({ found: traced({ native: true }) });
    expect(ui.text()).toContain('small objects of Python show as the pools');
  });

  it('should sort', () => {
    show({ found: traced() });
    const held = ui.find('columnheader', /^Held/);
    expect(held.getAttribute('aria-sort')).toBe('descending');
    act(() => held.querySelector('button')!.click());
    expect(rows()[0]).toContain('line 3');
  });

  it('should fold what says nothing', () => {
    const [line] = traced().trace.lines;
    const lines = [line, { ...line, spot: 2, held: 100, allocated: null }];
    show({ found: traced({ lines }) });
    expect(rows().length).toBe(2);
    const button = ui.find('button', 'Show 1 smaller row');
    ui.focus(button);
    ui.click('button', 'Show 1 smaller row');
    expect(rows().length).toBe(3);
    expect(document.activeElement).toBe(button);
    ui.click('button', 'Show only the larger rows');
    expect(rows().length).toBe(2);
  });

  it('should say the boxes in a sentence', () => {
    show({ found: traced() });
    expect(
      ui.look(
        'img',
        /^The calls that led to 10.0\sMiB still held. The table below is/
      )
    ).not.toBeNull();
  });

  it('should count blocks in thousands', () => {
    show({ found: traced({ blocks: 50_560 }) });
    expect(ui.text()).toContain('in 50,560 blocks');
  });

  it('should say how memory was held that took none', () => {
    show({ found: traced({ unseen: -3 * 1024 * 1024 }) });
    expect(ui.text()).toContain('Took no new memory');
  });

  it('should tell what is to be known', () => {
    const notes = ['The cell raised KeyError: this is until then.'];
    show({ found: traced({ notes }) });
    expect(ui.text()).toContain(`To know${notes[0]}`);
  });

  it('should be saved, once', () => {
    const run = { plan: tracePlanned(), found: traced() };
    show(run);
    ui.click('button', 'Save');
    expect(ui.model.asked).toEqual(['exportTrace "speedscope"']);
    const file = {
      kind: 'exported' as const,
      seq: 1,
      request: 'r',
      end: '.csv',
      content: 'YSxi'
    };
    ui.set({ trace: { ...newTrace(SUBJECT), ...run, file } });
    ui.set({});
    expect(ui.host.asked).toEqual(['save trace-cell-7.csv: a,b']);
  });

  it('should show text of the user as text', () => {
    const evil = '<img src=x onerror=alert(1)>';
    const { trace } = traced();
    const spots = trace.spots.map(spot => ({ ...spot, source: evil }));
    show({ found: traced({ spots, notes: [evil] }) });
    expect(ui.panel.node.querySelector('img[src]')).toBeNull();
    expect(ui.text()).toContain(evil);
  });
});

describe('memory by line', () => {
  it('should stand beside the source', () => {
    show({ lines: lineProfile() });
    expect(rows()).toEqual([
      '1 | # a comment |  |  | ',
      '2 | big = load() | 1 | +8.00 | 16.00',
      '3 | model.fit(big) | 4 | 0 | ~8.00'
    ]);
    const bars = ui.panel.node.querySelectorAll<HTMLElement>('.lh-heat-bar');
    expect(Array.from(bars, bar => bar.style.width)).toEqual([
      '100.0%',
      '50.0%'
    ]);
  });

  it('should say what it cost and where it is uncertain', () => {
    show({ lines: lineProfile({ sampled: true }) });
    expect(ui.text()).toContain('Reading memory took 0.1 s of 2.0 s.');
    expect(ui.text()).toContain('peaks are at least these');
    expect(rows()[2]).toContain('≥8.00');
  });
});

describe('a finding', () => {
  it('should be traced to where it was allocated', () => {
    const one = finding({ id: 'f', cell: ref(4) });
    ui = mount({ report: { ...REPORT, findings: [one] }, openFinding: 'f' });
    ui.click('button', 'Where was it allocated…');
    expect(ui.model.asked).toEqual([
      `planTrace ${JSON.stringify({ finding: 'f', cell: null })}`
    ]);
  });

  it('should not where no cell made it', () => {
    const one = finding({ id: 'f', cell: null });
    ui = mount({ report: { ...REPORT, findings: [one] }, openFinding: 'f' });
    expect(ui.look('button', 'Where was it allocated…')).toBeNull();
  });
});
