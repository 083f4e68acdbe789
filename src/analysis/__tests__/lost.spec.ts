import { cellRun } from '../../protocol/__tests__/samples';
import { lostRuns } from '../lost';

describe('lostRuns', () => {
  it('should find the gaps, also before the first record', () => {
    const runs = [3, 4, 8].map(run => cellRun(run));
    const found = lostRuns(runs).map(({ count, after, before }) => [
      count,
      after?.execution_count ?? null,
      before.execution_count
    ]);
    expect(found).toEqual([
      [2, null, runs[0].execution_count],
      [3, runs[1].execution_count, runs[2].execution_count]
    ]);
    expect(lostRuns([1, 2, 3].map(run => cellRun(run)))).toEqual([]);
  });
});
