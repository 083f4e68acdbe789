import { PART_GROUPS } from '../../analysis/sheet';

const { readFileSync }: { readFileSync(path: string, as: 'utf8'): string } =
  jest.requireActual('fs');

/** From where jest is started: the folder of `package.json`. */
const CSS = readFileSync('style/tokens.css', 'utf8');

/** What the lab's themes say where a token is one of theirs. */
const THEMES = {
  light: { surface: '#ffffff', 'var(--jp-brand-color1)': '#1976d2' },
  dark: { surface: '#212121', 'var(--jp-brand-color1)': '#2196f3' }
};

/** The tokens of one theme: the second block adds to the first. */
function tokens(dark: boolean): Record<string, string> {
  const blocks = CSS.split(/^body/m).slice(1);
  const text = blocks.slice(0, dark ? 2 : 1).join();
  return Object.fromEntries(
    Array.from(text.matchAll(/--lh-([\w-]+): ([^;]+);/g), match => [
      match[1],
      match[2]
    ])
  );
}

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map(at => {
    const share = parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe('the colours of the parts', () => {
  const parts = Object.values(PART_GROUPS).flat();

  it.each(['light', 'dark'] as const)(
    'should stand out from the panel in the %s theme',
    theme => {
      const known = tokens(theme === 'dark');
      const faint = parts.filter(part => {
        const value = known[part] ?? '';
        const named: Record<string, string> = THEMES[theme];
        const color = named[value] ?? value;
        return !(contrast(color, THEMES[theme].surface) >= 3);
      });
      expect(faint).toEqual([]);
    }
  );

  it('should have a class each', () => {
    const lacking = parts.filter(
      part =>
        !CSS.includes(`.lh-part-${part} {\n  --lh-part: var(--lh-${part});`)
    );
    expect(lacking).toEqual([]);
  });
});
