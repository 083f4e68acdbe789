import { nullTranslator } from '@jupyterlab/translation';
import { PREVIEW, RECEIPTS, UNDONE } from '../../panel/__tests__/fake';
import { formatTimeOfDay } from '../format';
import {
  lastUndoable,
  undoneWords,
  undoPossible,
  undoState,
  undoWords,
  unsavedWords
} from '../undo';

const trans = nullTranslator.load('');
const until = RECEIPTS.undo_until as number;

describe('undoState', () => {
  it.each([
    [RECEIPTS, until - 1, `Undo until ${formatTimeOfDay(until, false)}`],
    [RECEIPTS, until, `Undo ended at ${formatTimeOfDay(until, false)}`],
    [{ ...RECEIPTS, undone: true }, until - 1, 'Undone'],
    [{ ...RECEIPTS, undo_until: null }, until - 1, 'Cannot be undone']
  ])('should be told in words', (receipt, now, words) => {
    expect(undoWords(undoState(receipt, now), trans)).toBe(words);
  });
});

describe('undoPossible', () => {
  const { totals } = PREVIEW;
  const of = (ids: string[], bytes: number, refused: string | null = null) =>
    undoPossible({ ...totals, ids, undo: { ...totals.undo, bytes, refused } });

  it('should be where something is saved, or lives on', () => {
    expect(of(['f1', 'f2'], 5)).toBe(true);
    expect(of(['f1', 'f2'], 0)).toBe(true);
    expect(of(['f1'], 5)).toBe(true);
    expect(of(['f1'], 0)).toBe(false);
    expect(of(['f1', 'f2'], 5, 'The disk is full.')).toBe(false);
  });
});

describe('lastUndoable', () => {
  it('should pass over what was undone and what has ended', () => {
    const receipts = [
      { ...RECEIPTS, id: 'r4', undone: true },
      { ...RECEIPTS, id: 'r3', undo_until: null },
      { ...RECEIPTS, id: 'r2' },
      { ...RECEIPTS, id: 'r1', undo_until: until - 100 }
    ];
    expect(lastUndoable(receipts, until - 50)?.id).toBe('r2');
    expect(lastUndoable(receipts, until)).toBeNull();
  });
});

describe('unsavedWords', () => {
  const [net] = RECEIPTS.unsaved;

  it('should say why, and which cell makes it again', () => {
    expect(unsavedWords(net, trans)).toBe(
      '`Out[14]`: it is an object of your class `Net`. [14] makes it again (9.0\u00a0s).'
    );
  });

  it('should say only what is known', () => {
    expect(unsavedWords({ ...net, seconds: null }, trans)).toContain(
      '[14] makes it again.'
    );
    expect(unsavedWords({ ...net, cell: null }, trans)).toBe(
      '`Out[14]`: it is an object of your class `Net`.'
    );
  });
});

describe('undoneWords', () => {
  it('should count what is back', () => {
    expect(undoneWords(UNDONE, trans)).toBe('Undone: 2 of 3 are back');
    const { restored } = UNDONE;
    expect(
      undoneWords({ ...UNDONE, restored: restored.slice(1), lost: [] }, trans)
    ).toBe('Undone: 1 of 1 is back');
  });
});
