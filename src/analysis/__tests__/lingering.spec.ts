import { nullTranslator } from '@jupyterlab/translation';
import { FINDINGS, GIB, OUT14, finding, ref } from '../../panel/__tests__/fake';
import type { Lingering } from '../../protocol/generated';
import { holdingFinding, lingeringWords } from '../lingering';

const trans = nullTranslator.load('');

function one(more: Partial<Lingering> = {}): Lingering {
  return {
    name: 'df',
    cell: ref(9),
    how: 'deleted',
    bytes: 1.2 * GIB,
    holders: ['`Out[14]`'],
    gone: false,
    ...more
  };
}

describe('lingeringWords', () => {
  it.each<[Partial<Lingering>, string]>([
    [
      {},
      '`df` was deleted in [9], but its 1.20 GiB live on, held by `Out[14]`.'
    ],
    [
      { how: 'rebound', holders: ['`a`', '`b`', '`c`'] },
      '`df` was bound again in [9], but the old 1.20 GiB live on, held by `a`, `b` and `c`.'
    ],
    [
      { how: 'cleared', cell: null },
      '`df` was cleared, but its 1.20 GiB live on, held by `Out[14]`.'
    ],
    [
      { gone: true, holders: [] },
      'The 1.20 GiB of `df`, deleted in [9], are gone now.'
    ],
    [
      { gone: true, how: 'cleared', cell: null },
      'The 1.20 GiB of `df`, cleared, are gone now.'
    ]
  ])('should say %j', (more, said) => {
    const words = lingeringWords(one(more), trans);
    expect(words.replace(/\u00a0/g, ' ')).toBe(said);
  });
});

describe('holdingFinding', () => {
  it('should find the output that holds it', () => {
    expect(holdingFinding(one(), FINDINGS)).toBe(OUT14);
  });

  it('should find the traceback that holds it', () => {
    const traceback = finding({ names: ['traceback of [19]'], path: [] });
    const held = one({ holders: ['the traceback of [19]'] });
    expect(holdingFinding(held, [...FINDINGS, traceback])).toBe(traceback);
  });

  it('should find the variable that a place begins with', () => {
    const cache = finding({ names: ['cache'], path: ['cache'] });
    const held = one({ holders: ["`cache['last']`"] });
    expect(holdingFinding(held, [...FINDINGS, cache])).toBe(cache);
  });

  it('should find nothing where nothing is found', () => {
    expect(holdingFinding(one({ holders: ['`w`'] }), FINDINGS)).toBeNull();
  });
});
