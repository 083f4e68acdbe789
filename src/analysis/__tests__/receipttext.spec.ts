import { nullTranslator } from '@jupyterlab/translation';
import { HELD, RECEIPTS, gib } from '../../panel/__tests__/fake';
import { formatTimeOfDay } from '../format';
import { freedWords, receiptText } from '../receipttext';

const trans = nullTranslator.load('');
const until = RECEIPTS.undo_until as number;

describe('freedWords', () => {
  it.each([
    [RECEIPTS, 'Freed 3.96\u00a0GiB'],
    [HELD, 'Freed 2.10 of 3.96\u00a0GiB'],
    [
      { ...HELD, freed: 1024 ** 2 * 152 },
      'Freed 152.0\u00a0MiB of 3.96\u00a0GiB'
    ],
    [{ ...RECEIPTS, measured: gib(1) }, 'Freed 3.96\u00a0GiB']
  ])('should name a unit once', (receipt, words) => {
    expect(freedWords(receipt, trans, false)).toBe(words);
  });
});

describe('receiptText', () => {
  it('should say all that the receipt says, without marks', () => {
    const skipped = ['`b` holds something else now, so it was left alone.'];
    const [first, second] = HELD.receipts;
    const receipt = { ...HELD, receipts: [{ ...first, skipped }, second] };
    expect(receiptText(receipt, until - 1, trans, false).split('\n')).toEqual([
      `Freed 2.10 of 3.96 GiB (receipt r1, ${formatTimeOfDay(HELD.at)})`,
      'Objects: predicted 3.96 GiB, freed 2.10 GiB',
      'Kernel memory: predicted −3.96 GiB, measured −2.10 GiB (13.9 GiB → 9.94 GiB)',
      '',
      'Still held',
      '- df_raw, 1.86 GiB: Held by explainer.data, taken after the preview.',
      '',
      'Gone',
      '- Out[14], 2.10 GiB: 4 names forgotten',
      '',
      'Left alone',
      '- b holds something else now, so it was left alone.',
      '',
      'Not saved for undo',
      '- Out[14]: it is an object of your class Net. [14] makes it again (9.0 s).',
      '',
      `Undo until ${formatTimeOfDay(until, false)}`
    ]);
  });

  it('should leave out what there is nothing of', () => {
    const receipt = { ...RECEIPTS, unsaved: [], undo_until: null };
    const text = receiptText(receipt, until, trans, true);
    expect(text).not.toContain('Still held');
    expect(text).toContain('4.25 GB');
    expect(text).toMatch(/\n\nCannot be undone$/);
  });
});
