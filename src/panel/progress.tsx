/** How far something is that takes long. */
import * as React from 'react';
import type { IFar } from '../tokens';

/**
 * A bar, with its words below it.
 *
 * @param label - What is under way.
 * @param far - Where no end is known the bar moves to and fro.
 * @param words - What `far` means; not shown while nothing is known.
 */
export function Progress(props: {
  label: string;
  far: IFar | null;
  words: string;
}): JSX.Element {
  const { label, far, words } = props;
  const percent =
    far !== null && far.done < far.total ? (far.done / far.total) * 100 : null;
  return (
    <>
      <div
        className={`lh-progress ${percent === null ? '' : 'lh-mod-known'}`}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent === null ? undefined : Math.round(percent)}
        aria-valuetext={far === null ? undefined : words}
      >
        {percent !== null && (
          <div
            className="lh-progress-done"
            style={{ width: `${percent.toFixed(1)}%` }}
          />
        )}
      </div>
      {far !== null && far.done > 0 && <p>{words}</p>}
    </>
  );
}
