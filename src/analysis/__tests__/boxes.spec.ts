import { trace } from '../../protocol/__tests__/samples';
import { ALL, boxDepth, nextBox, traceBoxes, UNSEEN } from '../boxes';

const MiB = 1024 ** 2;

/** Boxes as short texts. */
function texts(value = trace(), root?: string): string[] {
  return traceBoxes(value, root).map(
    ({ id, parent, kind, shown }) => `${parent} > ${id} ${kind} ${shown / MiB}`
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

  it('should give a box and those around it the whole width', () => {
    expect(texts(trace(), 'all/0/1')).toEqual([
      ' > all all 8',
      'all > all/0 cell 8',
      'all/0 > all/0/1 library 8'
    ]);
    const [all] = traceBoxes(trace(), 'all/0');
    expect(all.bytes).toBe(12 * MiB);
  });

  it('should show what was too narrow once there is room', () => {
    const [first, second] = trace().stacks;
    const stacks = [first, { ...second, held: 1024 }];
    const value = trace({ stacks, unseen: 0 });
    expect(texts(value, 'all/2').length).toBe(2);
  });

  it('should end at a depth from the box on that takes the whole width', () => {
    const [first] = trace().stacks;
    const frames = new Array(40).fill(1);
    const value = trace({ stacks: [{ ...first, frames }] });
    expect(boxDepth(traceBoxes(value, 'all/1/1'))).toBe(15);
  });

  it('should show all where the box is of another trace', () => {
    expect(texts(trace(), 'all/7')).toEqual(texts());
  });
});

describe('nextBox', () => {
  const boxes = traceBoxes(trace());
  const walk = (...keys: string[]) =>
    keys.reduce((at, key) => nextBox(boxes, at, `Arrow${key}`) ?? '-', ALL);

  it('should go further in to the widest, and out again', () => {
    expect(walk('Down')).toBe('all/0');
    expect(walk('Down', 'Down')).toBe('all/0/1');
    expect(walk('Down', 'Down', 'Up')).toBe('all/0');
  });

  it('should go to what lies beside', () => {
    expect(walk('Down', 'Right')).toBe('all/2');
    expect(walk('Down', 'Right', 'Right')).toBe(UNSEEN);
    expect(walk('Down', 'Right', 'Left')).toBe('all/0');
  });

  it('should stay at the ends, and at other keys', () => {
    expect(walk('Up')).toBe('-');
    expect(walk('Left')).toBe('-');
    expect(nextBox(boxes, 'all/0/1', 'ArrowDown')).toBe(null);
    expect(nextBox(boxes, 'all/0', 'Enter')).toBe(null);
  });
});
