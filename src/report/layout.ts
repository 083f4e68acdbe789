/** Plain text in columns, as wide as a terminal is by old habit. */
import { NBSP } from '../analysis/format';
import { plainText } from '../analysis/richtext';

/** Characters in a line. */
export const WIDTH = 79;

/** A sentence of the panel without its marks and its no-break spaces. */
export function plain(sentence: string): string {
  return plainText(sentence).split(NBSP).join(' ');
}

/**
 * Breaks a text between words.
 *
 * @param first - What the first line begins with.
 * @param rest - What the others begin with; as many blanks if left out.
 */
export function wrap(
  text: string,
  first = '',
  rest = ' '.repeat(first.length)
): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of words(text, WIDTH - Math.max(first.length, rest.length))) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line.trimEnd()];
}

/** The words of a text; one that is wider than the line is broken. */
function words(text: string, width: number): string[] {
  const broken = new RegExp(`.{1,${Math.max(width, 1)}}`, 'gu');
  return text
    .split(/\s+/)
    .filter(word => word !== '')
    .flatMap(word => word.match(broken) ?? []);
}
