/** How far something is that takes long. */
import * as React from 'react';
import type { IFar } from '../tokens';

/**
 * A bar, with its words below it.
 *
 * @param label - What is under way.
 * @param far - `null` while nothing is known: the bar moves to and fro.
 * @param words - What `far` means; not shown while nothing is known.
 */
export function Progress(props: {
  label: string;
  far: IFar | null;
  words: string;
}): JSX.Element {
  const { label, far, words } = props;
  if (far === null || far.total <= 0) {
    return (
      <div className="lh-progress" role="progressbar" aria-label={label} />
    );
  }
  const percent = Math.min((far.done / far.total) * 100, 100);
  return (
    <>
      <div
        className="lh-progress lh-mod-known"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent)}
        aria-valuetext={words}
      >
        <div
          className="lh-progress-done"
          style={{ width: `${percent.toFixed(1)}%` }}
        />
      </div>
      <p>{words}</p>
    </>
  );
}
