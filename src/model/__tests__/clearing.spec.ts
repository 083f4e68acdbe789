import { receipts } from '../../protocol/__tests__/samples';
import { withReceipts } from '../clearing';
import { emptyState } from '../state';

describe('withReceipts', () => {
  const brief = (state: typeof emptyState) =>
    state.receipts.map(({ id, undone }) => (undone ? `${id} undone` : id));

  it('should put the newest first, each once', () => {
    const one = receipts({ id: 'r1', at: 1 });
    const two = receipts({ id: 'r2', at: 2 });
    const state = withReceipts(withReceipts(emptyState, [one]), [one, two]);
    expect(brief(state)).toEqual(['r2', 'r1']);
  });

  it('should keep what an event told before the list came', () => {
    const undone = receipts({ id: 'r1', at: 1, undone: true });
    const newer = receipts({ id: 'r2', at: 2 });
    const known = withReceipts(emptyState, [undone, newer]);
    const state = withReceipts(known, [receipts({ id: 'r1', at: 1 })]);
    expect(brief(state)).toEqual(['r2', 'r1 undone']);
  });
});
