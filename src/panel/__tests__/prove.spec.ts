import { act } from 'react';
import { newTest, type ITest } from '../../model/proving';
import {
  growth,
  plan,
  planned,
  proof,
  proving
} from '../../protocol/__tests__/samples';
import type { Proof } from '../../protocol/generated';
import { REPORT, finding, ref } from './fake';
import { mount, type IMounted } from './mount';

jest.mock('../../chart/traces', () => ({ draw: jest.fn(), erase: jest.fn() }));

const SUBJECT = { finding: 'f1', cell: null, before: null };

let ui: IMounted;

afterEach(() => ui.dispose());

function show(more: Partial<ITest>, values = {}): void {
  ui = mount({
    view: 'test',
    test: { ...newTest(SUBJECT), ...more },
    ...values
  });
}

function verdict(more: Partial<Proof> = {}): void {
  show({ proof: proof({ cell: ref(4), ...more }) });
}

function type(text: string): void {
  const input = ui.panel.node.querySelector('input[type="text"]')!;
  const { set } = Object.getOwnPropertyDescriptor(
    HTMLInputElement.prototype,
    'value'
  )!;
  act(() => {
    set!.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

const CHANGES = plan().world;
const WRITES = {
  ...CHANGES,
  changes: [
    {
      effect: 'file' as const,
      text: 'It calls `fig.savefig`: files are written or removed again.',
      line: 3
    }
  ]
};

describe('the plan', () => {
  it('should say what runs, for how long, and when it stops', () => {
    show({ plan: planned({ plan: plan({ cell: ref(4) }) }) });
    expect(ui.text()).toContain('[4] kept.append(make())');
    expect(ui.text()).toContain('At most 32 runs, about 1 min 4 s.');
    expect(ui.text()).toContain(
      'Stops at 960 MiB of memory; 300 MiB used now.'
    );
    expect(ui.text()).toContain('Names that it binds are put back: n.');
    expect(ui.text()).toContain('What it adds is taken out again: kept.');
    expect(ui.look('progressbar', 'Runs of the test')?.textContent).toBe(
      'warm-up 224816'
    );
  });

  it('should run at the press of a button when nothing stays changed', () => {
    show({ plan: planned() });
    ui.click('button', 'Run the test');
    expect(ui.model.asked).toEqual(['runTest false true']);
  });

  it('should ask for a typed OK when something stays changed', () => {
    show({ plan: planned({ plan: plan({ world: WRITES }) }) });
    expect(ui.text()).toContain('Line 3. It calls fig.savefig: files are');
    ui.click('button', 'Run the test');
    type('no');
    ui.click('button', 'Run the test');
    expect(ui.model.asked).toEqual([]);
    type('ok');
    ui.click('button', 'Run the test');
    expect(ui.model.asked).toEqual(['runTest true true']);
  });

  it('should be made anew when a cell has run since', () => {
    show({ plan: planned() }, { testStale: true });
    expect(ui.look('button', 'Run the test')).toBeNull();
    ui.click('button', 'Look again');
    expect(ui.model.asked).toEqual([`planTest ${JSON.stringify(SUBJECT)}`]);
  });

  it('should say why there is none', () => {
    show({}, { refusal: 'This cell has not run in this kernel.' });
    expect(ui.text()).toContain('This cell has not run in this kernel.');
    expect(ui.look('button', 'Look again')).not.toBeNull();
  });
});

describe('the running test', () => {
  const pending = {
    what: 'test' as const,
    request: 'r',
    waits: false,
    progress: null
  };
  const run = { plan: planned(), request: 'r', step: proving() };

  it('should say how far it is', () => {
    show(run, { pending });
    const bar = ui.find('progressbar', 'Runs of the test');
    expect(bar.getAttribute('aria-valuetext')).toBe('Batch of 16: run 9');
    expect(bar.getAttribute('aria-valuenow')).toBe('24');
    expect(bar.getAttribute('aria-valuemax')).toBe('32');
    expect(ui.text()).toContain('Batch of 16: run 9about 16 s left');
    expect(ui.text()).toContain('So far: +5 per run.');
    expect(ui.text()).toContain('Testing');
  });

  it('should stop', () => {
    show(run, { pending });
    ui.click('button', 'Stop');
    expect(ui.model.asked).toEqual(['cancel']);
    ui.set({ pending: null });
    ui.click('button', 'Stopping…');
    expect(ui.model.asked).toEqual(['cancel']);
  });

  it('should be told of, and can be stopped, in the list', () => {
    show(run, { pending, view: 'list' });
    expect(ui.text()).toContain('A test runs');
    ui.click('button', 'Stop');
    expect(ui.model.asked).toEqual(['cancel']);
  });
});

describe('the verdict', () => {
  it('should come first, as a chip and a sentence', () => {
    verdict();
    expect(ui.text()).toContain(
      'Leak kept grows by 5 items (dict) on every run.+10.0 MiB per run'
    );
    expect(ui.text()).toContain('32 runs, 1 min 2 s');
    expect(ui.text()).toContain('Where it piles upkept +5 per run');
    expect(ui.text()).toContain('dict, 2.00 MiB each');
    expect(ui.text()).toContain('no other growth.');
    expect(ui.text()).toContain('Self-test: a planted leak');
  });

  it('should have a chart, which a sentence and a table repeat', () => {
    verdict();
    expect(
      ui.look('img', 'kept: from 2 to 152 in 30 runs, +5 per run')
    ).not.toBeNull();
    expect(ui.panel.node.querySelectorAll('.lh-growth-point').length).toBe(5);
    const rows = Array.from(
      ui.panel.node.querySelectorAll('.lh-growth tbody tr'),
      row => Array.from(row.children, cell => cell.textContent).join(' ')
    );
    expect(rows).toEqual(['0 2', '2 12', '6 32', '14 72', '30 152']);
  });

  it.each([
    ['plateau', 'Plateau'],
    ['clean', 'Clean'],
    ['suspect', 'Suspect'],
    ['cannot-tell', 'Cannot tell']
  ] as const)('should name %s', (word, text) => {
    verdict({ verdict: word, growths: [], sentence: 'So it is.' });
    expect(ui.text()).toContain(`${text} So it is.`);
    expect(ui.panel.node.querySelector('svg[role="img"]')).toBeNull();
  });

  it('should name what was not put back', () => {
    verdict({ kept: ['`log` was changed in a way that cannot be put back.'] });
    expect(ui.text()).toContain('What was not put backlog was changed');
  });

  it('should copy the fix', () => {
    verdict({ fix: 'plt.close(fig)' });
    ui.click('button', 'Copy fix');
    expect(ui.host.asked).toEqual(['copy plt.close(fig)']);
  });

  it('should compare with itself after the fix', () => {
    verdict();
    ui.click('button', 'Test again after the fix');
    const subject = { finding: null, cell: ref(4), before: 'r1' };
    expect(ui.model.asked).toEqual([`planTest ${JSON.stringify(subject)}`]);
  });

  it('should say whether it is fixed', () => {
    verdict({
      verdict: 'clean',
      growths: [],
      compared: {
        before: 'r1',
        name: 'kept',
        rate_before: 5,
        rate_after: 0,
        bytes_before: 1024,
        bytes_after: 0,
        fixed: true
      }
    });
    expect(ui.text()).toContain(
      'Fixed: kept grew +5 (+1.00 KiB) a run before, now 0 (0 B).'
    );
  });

  it('should show names of the user as text', () => {
    const name = '<img src=x onerror=alert(1)>';
    verdict({ growths: [growth({ name })], sentence: name });
    expect(ui.panel.node.querySelector('img[src]')).toBeNull();
    expect(ui.text()).toContain(name);
  });
});

describe('a finding that grows', () => {
  const growing = finding({
    id: 'g',
    kind: 'figure',
    label: 'Growing',
    group: 'check',
    title: 'Figures'
  });
  const list = {
    report: { ...REPORT, findings: [growing] },
    openFinding: 'g'
  };
  const asked = `planTest ${JSON.stringify({ ...SUBJECT, finding: 'g' })}`;

  it('should be proved first', () => {
    ui = mount(list);
    const button = ui.find('button', 'Prove it…');
    expect(button.className).toContain('lh-mod-filled');
    ui.click('button', 'Prove it…');
    expect(ui.model.asked).toEqual([asked]);
  });

  it('should say why it cannot be proved', () => {
    const { findings } = list.report;
    const report = {
      ...list.report,
      findings: [{ ...findings[0], cell: null }]
    };
    ui = mount({ ...list, report });
    const button = ui.find('button', 'Prove it…');
    expect(button.className).not.toContain('lh-mod-filled');
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.title).toBe('There is no cell to repeat');
    ui.press(ui.find('listitem', /^Figures/), 'p');
    expect(ui.model.asked).toEqual([]);
  });

  it('should be proved by a key', () => {
    ui = mount(list);
    ui.press(ui.find('listitem', /^Figures/), 'p');
    expect(ui.model.asked).toEqual([asked]);
  });
});
