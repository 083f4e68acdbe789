import { nullTranslator } from '@jupyterlab/translation';
import {
  FakeModel,
  FINDINGS,
  gib,
  MEMORY,
  OUT14,
  PINNED,
  ref,
  REPORT,
  run,
  RUNS,
  SETTINGS
} from '../../panel/__tests__/fake';
import { exitText } from '../exit';
import { findingText } from '../finding';
import { WIDTH, wrap } from '../layout';
import { recordFile } from '../records';
import { reportText } from '../report';

const trans = nullTranslator.load('');

function fake(more: Partial<FakeModel> = {}): FakeModel {
  return new FakeModel(more);
}

/** Lines of a text that are wider than a terminal. */
function wide(text: string): string[] {
  return text.split('\n').filter(line => line.length > WIDTH);
}

describe('wrap', () => {
  it('should break between words and indent the rest', () => {
    const lines = wrap('word '.repeat(20), ' 1 name  ');
    expect(lines.map(line => line.length <= WIDTH)).toEqual([true, true]);
    expect(lines[1].slice(0, 11)).toBe('         wo');
  });

  it('should break a word that has no room', () => {
    const lines = wrap('x'.repeat(200), '  ');
    expect(lines.map(line => line.length)).toEqual([79, 79, 48]);
  });
});

describe('reportText', () => {
  it('should say what the panel says, in 79 columns', () => {
    const text = reportText(fake(), REPORT, trans);
    expect(wide(text)).toEqual([]);
    expect(text).not.toContain('\u00a0');
    expect(text).toContain(
      'Memory 13.9 GiB of 16.0 GiB pod limit (87 %), peak 15.2 GiB in [19]'
    );
    expect(text).toContain('Safe to clear: 6.51 GiB');
    expect(text).toContain(
      ' 1 Hidden    Out[14]            2.10 GiB  Shown by [14] and still kept in the'
    );
    expect(text).toContain('   2 smaller findings, 8.00 MiB');
    expect(text).toContain('  ? could not check: figure');
  });

  it('should add up', () => {
    const text = reportText(fake(), REPORT, trans);
    const sheet = text.split('\n\n')[1].split('\n');
    const groups = sheet.filter(line => /^ {2}\S/.test(line));
    const numbers = groups.map(line =>
      Math.round(Number(line.slice(44)) * 100)
    );
    const total = numbers.pop();
    expect(numbers.reduce((sum, one) => sum + one, 0)).toBe(total);
  });

  it('should be as sure as the panel when nothing was found', () => {
    const clean = { ...REPORT, findings: [], safe_bytes: 0, check_bytes: 0 };
    expect(reportText(fake(), clean, trans)).toContain('Nothing left behind');
    const unsure = { ...clean, complete: false };
    expect(reportText(fake(), unsure, trans)).toContain('Nothing found');
  });

  it('should follow the units', () => {
    const settings = { ...SETTINGS, units: 'decimal' as const };
    const text = reportText(fake({ settings }), REPORT, trans);
    expect(text).toContain('Memory 14.9 GB of 17.2 GB');
  });
});

describe('findingText', () => {
  it('should write the chain, the facts and the fix', () => {
    expect(findingText(OUT14, trans, false).split('\n')).toEqual([
      'Hidden Out[14] 2.10 GiB',
      '  Shown by [14] and still kept in the output history. del merged in [15] freed',
      '  nothing.',
      '  Output history (IPython keeps every shown result)',
      '     \u2514 Out[14], _14 and one hidden _14 <- stuck here',
      '        \u2514 DataFrame (9,395,240 × 30) 2.10 GiB',
      '  - [14] ended with merged, so the value was stored in the history.',
      '  - del merged in [15] removed your name, not this one.',
      '  - Nothing reads Out[14] or _14.',
      '  Clearing frees 2.10 GiB, exactly.',
      '  Fix:',
      '    display(merged.head())   # or end with ;'
    ]);
  });

  it.each([...FINDINGS, PINNED])('should keep to the width: $title', one => {
    expect(wide(findingText(one, trans, false))).toEqual([]);
  });
});

describe('exitText', () => {
  it('should say how the kernel ended, and each fix', () => {
    const samples = Array.from({ length: 100 }, (_, index) => ({
      kind: 'sample' as const,
      seq: 1,
      run: 32,
      at: 100 + index / 2,
      rss: gib(13 + index / 33),
      limit_used: null
    }));
    const running = {
      kind: 'run-started' as const,
      seq: 1,
      run: 32,
      ...ref(29),
      started: 0,
      rss: gib(12.68),
      oom_kills: 0
    };
    const exit = {
      byItself: true,
      at: 0,
      running,
      memory: MEMORY,
      samples,
      report: REPORT,
      oomBefore: 0,
      oomAfter: 1
    };
    const facts = fake({ runs: [], pastRuns: RUNS });
    const text = exitText(facts, exit, trans);
    expect(wide(text)).toEqual([]);
    expect(text).toContain('The kernel ran out of memory');
    expect(text).toMatch(/while running \[29\] model = fit\(X_train, y\);/);
    expect(text).toContain('    3.32 GiB  [29] itself, new since it started');
    expect(text).toContain('display(merged.head())   # or end with ;');
    expect(text).toContain('6.51 GiB could have gone.');
    expect(text).toMatch(/\[14\] merged = .*\+2\.48 +10\.90 +gone/);
    expect(text.match(/^ +[\d.]+ m?s +[\d.]+ GiB$/gm)?.length).toBe(12);
  });
});

describe('recordFile', () => {
  it('should give a spreadsheet no formula and no broken row', () => {
    const odd = run(1, '=HYPERLINK("x"),\n2', 0, 1, null, 0);
    const model = fake({ runs: [odd] });
    const [, line] = recordFile(model, 'csv').text.split('\r\n');
    expect(line).toContain(`"'=HYPERLINK(""x""),\n2"`);
  });
});
