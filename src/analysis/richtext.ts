/**
 * Sentences from the kernel as tokens: text, links to cells and code.
 *
 * The kernel writes a cell as `[14]` and code between back-quotes.
 * The parts may hold anything the user typed; a view must put them into the
 * page as text nodes, never as markup.
 */

/** A piece of a sentence. */
export type RichToken =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'cell'; text: string; count: number };

// A bracketed number that follows a word or a bracket is an index (`Out[14]`).
const PIECES = /`([^`]*)`|(?<![\w)\]'"])\[(\d{1,9})\](?![\w[])/g;

/** Splits a sentence into its tokens; joined again their texts lose only the back-quotes. */
export function richTokens(sentence: string): RichToken[] {
  const tokens: RichToken[] = [];
  let at = 0;
  for (const match of sentence.matchAll(PIECES)) {
    if (match.index > at) {
      tokens.push({ kind: 'text', text: sentence.slice(at, match.index) });
    }
    if (match[2] !== undefined) {
      tokens.push({ kind: 'cell', text: match[0], count: Number(match[2]) });
    } else if (match[1] !== '') {
      tokens.push({ kind: 'code', text: match[1] });
    }
    at = match.index + match[0].length;
  }
  if (at < sentence.length) {
    tokens.push({ kind: 'text', text: sentence.slice(at) });
  }
  return tokens;
}

/** A sentence without its marks, for a screen reader or a tooltip. */
export function plainText(sentence: string): string {
  return richTokens(sentence)
    .map(token => token.text)
    .join('');
}
