/** A `del` that freed nothing: which finding says so. */
import type { CellRun, Finding } from '../protocol/generated';
import { richTokens } from './richtext';

/**
 * The finding that still keeps what a run deleted; the largest of several.
 *
 * #### Notes
 * The kernel says it in a sentence of the finding: the `del` as code, and the
 * cell it stood in. A name may be used again, so both have to match.
 */
export function keeperOf(
  run: CellRun,
  findings: readonly Finding[]
): Finding | null {
  const { deleted, execution_count } = run;
  if (deleted.length === 0 || execution_count === null) {
    return null;
  }
  const deeds = new Set(deleted.map(name => `del ${name}`));
  const says = (sentence: string) => {
    const tokens = richTokens(sentence);
    return (
      tokens.some(({ kind, text }) => kind === 'code' && deeds.has(text)) &&
      tokens.some(
        token => token.kind === 'cell' && token.count === execution_count
      )
    );
  };
  return findings
    .filter(({ reason, facts }) => [reason, ...facts].some(says))
    .reduce<Finding | null>(
      (most, one) => (most && most.bytes >= one.bytes ? most : one),
      null
    );
}
