import { lineProfile, trace } from '../../protocol/__tests__/samples';
import {
  boxDepth,
  linePeak,
  mostOfLines,
  traceBoxes,
  typedNames
} from '../trace';

const MiB = 1024 ** 2;

/** Boxes as short texts. */
function texts(value = trace()): string[] {
  return traceBoxes(value).map(
    ({ id, parent, kind, bytes }) => `${parent} > ${id} ${kind} ${bytes / MiB}`
  );
}

describe('traceBoxes', () => {
  it('should nest calls and add what was not seen', () => {
    expect(texts()).toEqual([
      ' > all all 12',
      'all > all/0 cell 8',
      'all/0 > all/0/1 library 8',
      'all > all/2 cell 2',
      'all > unseen unseen 2'
    ]);
  });

  it('should join stacks that begin alike', () => {
    const [first] = trace().stacks;
    const stacks = [first, { ...first, frames: [0], held: 1 * MiB }];
    expect(texts(trace({ stacks, unseen: -1, held: 9 * MiB }))).toEqual([
      ' > all all 9',
      'all > all/0 cell 9',
      'all/0 > all/0/1 library 8'
    ]);
  });

  it('should leave out what is too narrow to be seen', () => {
    const [first, second] = trace().stacks;
    const stacks = [first, { ...second, held: 1024 }];
    expect(texts(trace({ stacks, unseen: 0 })).length).toBe(3);
  });

  it('should end at a depth', () => {
    const [first] = trace().stacks;
    const frames = new Array(40).fill(1);
    const boxes = traceBoxes(trace({ stacks: [{ ...first, frames }] }));
    expect(boxDepth(boxes)).toBe(13);
  });
});

describe('linePeak', () => {
  const [, python, native] = lineProfile().sections[0].lines;

  it('should be what Python counted', () => {
    expect(linePeak(python)).toEqual({ bytes: 16 * MiB, about: false });
  });

  it('should be that of resident memory where native memory shows', () => {
    expect(linePeak(native)).toEqual({ bytes: 8 * MiB, about: true });
  });

  it('should give the scale of all lines', () => {
    expect(mostOfLines(lineProfile())).toBe(16 * MiB);
  });
});

describe('typedNames', () => {
  it('should split at commas and blanks', () => {
    expect(typedNames(' load,  Model.fit ')).toEqual(['load', 'Model.fit']);
    expect(typedNames(' ')).toEqual([]);
  });
});
