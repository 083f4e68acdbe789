import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { ICellLine } from '../../analysis/cellline';
import { GIB, OUT14, finding, ref } from '../../panel/__tests__/fake';
import type { Finding } from '../../protocol/generated';
import { CellLine } from '../line';
import { chipName, keeperWords } from '../words';

const trans = nullTranslator.load('jupyterlab_leakhunter');

const LINE: ICellLine = {
  parts: [{ part: 'change', bytes: GIB }],
  keeper: null,
  chip: finding(),
  others: 0,
  tone: 'now'
};

describe('CellLine', () => {
  let line: CellLine;
  let opened: string[];

  beforeEach(() => {
    opened = [];
    line = new CellLine({ trans, open: ({ id }) => opened.push(id) });
    Widget.attach(line, document.body);
  });

  afterEach(() => line.dispose());

  const say = (more: Partial<ICellLine>, stale = false) =>
    line.say({ ...LINE, ...more }, false, stale);
  const shown = () =>
    Array.from(line.node.children)
      .filter(node => !(node as HTMLElement).hidden)
      .map(node => (node.textContent ?? '').replace(/\u00a0/g, ' '));
  const chip = () => line.node.querySelector<HTMLElement>('.lh-chip');
  const keeper = () => line.node.querySelector<HTMLElement>('.lh-link');

  it('should say the facts and the finding', () => {
    say({ others: 2 });
    expect(shown()).toEqual(['+1.00 GiB', 'Leftover:df_raw+2']);
    expect(chip()?.title).toContain('2 more findings');
  });

  it('should look as urgent as the verdict is', () => {
    const tones = (['Leftover', 'Growing', 'Leak', 'Garbage'] as const).map(
      label => {
        say({ chip: finding({ label }) });
        return [chip()?.className, shown()[1].split(':')[0]];
      }
    );
    expect(tones).toEqual([
      ['lh-chip lh-mod-warn', 'Leftover'],
      ['lh-chip lh-mod-error', 'Growing'],
      ['lh-chip lh-mod-proven', 'Leak'],
      ['lh-chip lh-mod-plain', 'Garbage']
    ]);
  });

  it('should open the finding of the chip', () => {
    say({});
    chip()?.click();
    expect(opened).toEqual(['f2']);
  });

  it('should open what still keeps a deleted value', () => {
    say({ parts: [{ part: 'nothing-freed' }], keeper: OUT14, chip: null });
    expect(shown()).toEqual([
      '0 B freed:',
      'the output history still keeps it'
    ]);
    keeper()?.click();
    expect(opened).toEqual(['f1']);
  });

  it('should set what keeps a value apart from other facts', () => {
    say({ keeper: OUT14, chip: null });
    expect(shown()[0]).toBe('+1.00 GiB ·');
  });

  it('should mark a running cell, and a line about the run before', () => {
    say({ tone: 'running', chip: null });
    expect(shown()).toEqual(['', '+1.00 GiB']);
    say({}, true);
    expect(line.hasClass('lh-mod-stale')).toBe(true);
  });

  it('should show user text as text', () => {
    say({ chip: finding({ title: '<img src=x>' }) });
    expect(line.node.querySelector('img')).toBeNull();
    expect(chip()?.textContent).toContain('<img src=x>');
  });

  it('should touch nothing when it says the same again', async () => {
    say({ others: 1 });
    const touched: MutationRecord[] = [];
    const observer = new MutationObserver(news => touched.push(...news));
    observer.observe(line.node, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true
    });
    say({ chip: finding(), others: 1 });
    await Promise.resolve();
    observer.disconnect();
    expect(touched).toEqual([]);
  });

  it('should keep the keys of its buttons from the notebook', () => {
    expect(chip()?.hasAttribute('data-lm-suppress-shortcuts')).toBe(true);
    expect(keeper()?.hasAttribute('data-lm-suppress-shortcuts')).toBe(true);
  });

  it('should not answer once it is off the page', () => {
    say({});
    const button = chip();
    Widget.detach(line);
    button?.click();
    expect(opened).toEqual([]);
  });
});

describe('the words about a finding', () => {
  it.each<[Partial<Finding>, string]>([
    [{ kind: 'output-history' }, 'the output history still keeps it'],
    [{ kind: 'traceback' }, 'a traceback still keeps it'],
    [{ kind: 'view-base', title: 'sample' }, 'sample still keeps it'],
    [{ kind: 'leftover-variable', title: 'df2' }, 'df2 still keeps it']
  ])('should name the keeper of %j', (more, expected) => {
    expect(keeperWords(finding(more), trans)).toBe(expected);
  });

  it('should not tell a cell its own number', () => {
    const title = 'traceback of [19]';
    expect(chipName(finding({ title, cell: ref(19) }))).toBe('traceback');
    expect(chipName(finding({ title, cell: ref(20) }))).toBe(title);
  });
});
