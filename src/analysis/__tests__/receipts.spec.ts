import { RECEIPTS, gib } from '../../panel/__tests__/fake';
import { outcome } from '../receipts';

describe('outcome', () => {
  it('should be good when all is gone and 95 % came back', () => {
    const measured = gib(3.8);
    expect(outcome({ ...RECEIPTS, measured })).toMatchObject({
      kind: 'good',
      freed: measured
    });
  });

  it('should tell objects freed from memory returned', () => {
    expect(outcome({ ...RECEIPTS, measured: gib(1) })).toMatchObject({
      kind: 'not-returned',
      freed: gib(3.96)
    });
  });

  it('should not be good while something is still held', () => {
    const [first, second] = RECEIPTS.receipts;
    const survivors = [
      {
        name: 'df_raw',
        bytes: 1,
        holders: [],
        after_preview: false,
        release: []
      }
    ];
    const held = { ...second, freed: 0, survivors };
    const result = outcome({ ...RECEIPTS, receipts: [first, held] });
    expect([
      result.kind,
      result.gone,
      result.kept,
      result.goneBytes,
      result.keptBytes
    ]).toEqual(['held', [first], [held], gib(2.1), gib(1.86)]);
  });

  it('should not count as gone what was left alone', () => {
    const [first, second] = RECEIPTS.receipts;
    const skipped = ['`df_raw` holds something else now.'];
    const left = { ...second, freed: 0, skipped };
    const partly = { ...first, skipped: ['`_14` is another value now.'] };
    const result = outcome({ ...RECEIPTS, receipts: [partly, left] });
    expect([result.kind, result.gone, result.kept, result.skipped]).toEqual([
      'held',
      [partly],
      [],
      ['`_14` is another value now.', ...skipped]
    ]);
  });

  it('should not be good when less went and less came back', () => {
    const less = { freed: gib(3), measured: gib(3) };
    expect(outcome({ ...RECEIPTS, ...less }).kind).toBe('held');
  });

  it('should believe the kernel where objects could not be watched', () => {
    expect(outcome({ ...RECEIPTS, freed: 0 }).kind).toBe('good');
  });
});
