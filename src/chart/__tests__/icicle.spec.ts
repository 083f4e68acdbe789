import { traceBoxes } from '../../analysis/trace';
import { trace } from '../../protocol/__tests__/samples';
import { buildIcicle, icicleHeight } from '../icicle';

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
  font: 'sans'
};

function build(labels?: string[]) {
  const boxes = traceBoxes(trace());
  const words = labels ?? boxes.map(({ id }) => id);
  const input = { boxes, labels: words, tips: words, colors: COLORS };
  return buildIcicle({ ...input, width: 300 });
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
    const [data] = build(['<b>&', '', '', '', '']).data as unknown as {
      labels: string[];
    }[];
    expect(data.labels[0]).toBe('&lt;b&gt;&amp;');
  });
});
