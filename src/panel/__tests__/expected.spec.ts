import { act } from 'react';
import type { Expected } from '../../protocol/generated';
import { FINDINGS, GIB, REPORT, finding, ref } from './fake';
import { mount, type IMounted } from './mount';

const MARK: Expected = {
  fingerprint: 'kept',
  kind: 'leftover-variable',
  bytes: 2 * GIB,
  reason: 'served until the end',
  at: 1767276000
};

const KEPT = finding({
  id: 'f20',
  fingerprint: 'kept',
  group: 'expected',
  title: 'model_in_use',
  expected: MARK
});

const ASKED = 'Why should it stay? (optional)';

describe("It's expected", () => {
  let view: IMounted;

  afterEach(() => view.dispose());

  const row = (id = 'f2') =>
    view.panel.node.querySelector<HTMLElement>(`[data-finding="${id}"]`);
  const input = () =>
    view.panel.node.querySelector<HTMLInputElement>('.lh-input');
  const write = (text: string) => {
    const field = input();
    const { set } = Object.getOwnPropertyDescriptor(
      HTMLInputElement.prototype,
      'value'
    ) as { set: (value: string) => void };
    act(() => {
      set.call(field, text);
      field?.dispatchEvent(new Event('input', { bubbles: true }));
    });
    view.set({});
  };

  it('should ask for a reason and mark the finding', () => {
    view = mount({ openFinding: 'f2' });
    expect(input()).toBeNull();
    view.click('button', "It's expected…");
    view.set({});
    expect([view.model.marking, view.text().includes(ASKED)]).toEqual([
      'f2',
      true
    ]);
    expect(document.activeElement).toBe(input());
    write('for the demo');
    view.click('button', "It's expected");
    view.set({});
    expect(view.model.asked).toContain('markExpected "f2" "for the demo"');
    expect(input()).toBeNull();
    expect(document.activeElement).toBe(row());
  });

  it('should be asked by the key E in the list', () => {
    view = mount({ openFinding: 'f2' });
    view.focus(row());
    expect(view.press(row() as Element, 'e')).toBe(false);
    expect(view.model.marking).toBe('f2');
  });

  it('should take letters as text, and Escape as no', () => {
    view = mount({ openFinding: 'f2', marking: 'f2' });
    const field = input() as Element;
    expect(view.press(field, 'f')).toBe(true);
    expect(view.host.asked).toEqual([]);
    expect(view.press(field, 'Escape')).toBe(false);
    view.set({});
    expect([view.model.marking, view.model.asked]).toEqual([null, []]);
    expect(input()).toBeNull();
  });

  it('should not be offered for what is no leak', () => {
    const note = finding({ group: 'not-a-leak' });
    view = mount({
      report: { ...REPORT, findings: [note] },
      openFinding: note.id
    });
    expect(view.look('button', "It's expected…")).toBeNull();
    view.press(row() as Element, 'e');
    expect(view.model.marking).toBeNull();
  });

  it('should keep what is expected out of the list and its count', () => {
    view = mount({
      report: { ...REPORT, findings: [...FINDINGS, KEPT] },
      expected: [MARK]
    });
    expect(row('f20')).toBeNull();
    expect(view.find('tab', /Findings/).textContent).toContain(
      String(FINDINGS.length)
    );
    const list = view.panel.node.querySelector('.lh-expected');
    expect(list?.querySelector('summary')?.textContent).toBe('Expected (1)');
    expect(list?.textContent).toContain('served until the end');
    expect(list?.textContent).toContain('2.00\u00a0GiB');
    view.click('button', 'Take back');
    expect(view.model.asked).toEqual(['takeBack "kept"']);
  });

  it('should list what is not found now, and say that all is clean', () => {
    view = mount({
      report: { ...REPORT, findings: [] },
      expected: [MARK]
    });
    expect(view.text()).toContain('Not there now');
    expect(view.text()).toContain('Nothing left behind');
  });

  it('should have no list when nothing is expected', () => {
    view = mount();
    expect(view.panel.node.querySelector('.lh-expected')).toBeNull();
  });
});

describe('Let go', () => {
  let view: IMounted;

  afterEach(() => view.dispose());

  const lingering = (name: string, gone = false) => ({
    name,
    cell: ref(9),
    how: 'deleted' as const,
    bytes: GIB,
    holders: gone ? [] : ['`Out[14]`'],
    gone
  });

  it('should say what lives on and lead to what holds it', () => {
    const report = {
      ...REPORT,
      lingering: [lingering('merged'), lingering('old', true)]
    };
    view = mount({ report });
    expect(view.text()).toContain(
      'Let go, but still alivemerged was deleted in [9], but its 1.00 GiB live on, held by Out[14].'
    );
    expect(view.text()).toContain(
      'The 1.00 GiB of old, deleted in [9], are gone now.'
    );
    view.click('button', 'Show holder');
    expect(view.model.openFinding).toBe('f1');
  });

  it('should say three and count the rest', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    view = mount({
      report: { ...REPORT, lingering: names.map(name => lingering(name)) }
    });
    const block = view.panel.node.querySelector('.lh-letgo');
    expect(block?.querySelectorAll('li').length).toBe(3);
    expect(block?.textContent).toContain('And 2 more.');
  });

  it('should be silent when nothing lingers', () => {
    view = mount();
    expect(view.panel.node.querySelector('.lh-letgo')).toBeNull();
  });
});
