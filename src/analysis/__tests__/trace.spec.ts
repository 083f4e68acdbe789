import { lineProfile } from '../../protocol/__tests__/samples';
import { linePeak, mostOfLines, typedNames } from '../trace';

const MiB = 1024 ** 2;

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
