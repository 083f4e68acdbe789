import { traceBoxes } from '../../analysis/boxes';
import { trace } from '../../protocol/__tests__/samples';
import { buildIcicle, icicleHeight, type IIcicleInput } from '../icicle';

const COLORS = {
  boxes: {
    all: 'grey',
    cell: 'blue',
    library: 'teal',
    native: 'slate',
    unseen: 'silver'
  },
  text: 'black',
  textOnBoxes: 'white',
  line: 'paper',
  chosen: 'ink',
  font: 'sans'
};

function build(fields: Partial<IIcicleInput> = {}) {
  const boxes = traceBoxes(trace());
  const words = boxes.map(({ id }) => id);
  return buildIcicle({
    boxes,
    labels: words.map(word => [word]),
    tips: words,
    colors: COLORS,
    chosen: null,
    width: 300,
    measure: text => text.length * 6,
    ...fields
  });
}

/** The words that are written in the boxes. */
function written(fields: Partial<IIcicleInput>): string[] {
  const [data] = build(fields).data as unknown as { labels: string[] }[];
  return data.labels;
}

describe('buildIcicle', () => {
  it('should give each box its place, its bytes and its colour', () => {
    const [data] = build().data as unknown as {
      ids: string[];
      parents: string[];
      marker: { colors: string[] };
      textfont: { color: string[] };
    }[];
    expect(
      data.ids.map((id, index) =>
        [data.parents[index], id, data.marker.colors[index]].join(' ')
      )
    ).toEqual([
      ' all grey',
      'all all/0 blue',
      'all/0 all/0/1 teal',
      'all all/2 blue',
      'all unseen silver'
    ]);
    expect(data.textfont.color.slice(0, 2)).toEqual(['black', 'white']);
  });

  it('should be as high as its calls are deep', () => {
    expect(icicleHeight(traceBoxes(trace()))).toBe(3 * 22);
    expect(build().layout.height).toBe(66);
  });

  it('should take text of the user for text', () => {
    expect(written({ labels: [['<b>&'], [''], [''], [''], ['']] })[0]).toBe(
      '&lt;b&gt;&amp;'
    );
  });

  it('should write the longest words that have room', () => {
    const words = ['[7] line 3: df.merge(other_table_of_mine)', '[7] line 3'];
    const labels = [words, words, words, words, words];
    // 300, 200, 200, 50 and 50 pixels wide
    expect(written({ labels })).toEqual([
      words[0],
      words[1],
      words[1],
      '[7] l…',
      '[7] l…'
    ]);
    expect(written({ labels, width: 100 }).slice(3)).toEqual(['', '']);
  });

  it('should mark the chosen box', () => {
    const [data] = build({ chosen: 'all/2' }).data as unknown as {
      marker: { line: { color: string[]; width: number[] } };
    }[];
    const { color, width } = data.marker.line;
    expect(color).toEqual(['paper', 'paper', 'paper', 'ink', 'paper']);
    expect(width).toEqual([1, 1, 1, 3, 1]);
  });
});
