/** How far something is that takes long. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { formatCount } from '../../analysis/format';
import type { IFar } from '../../tokens';

/**
 * A bar, with its words below it.
 *
 * @param label - What is under way.
 * @param far - Where no end is known all of the bar is striped.
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
      {far !== null && <p>{words}</p>}
    </>
  );
}

/** How many objects were looked at, of those that are known to be there. */
export function objectsWords(far: IFar, trans: TranslationBundle): string {
  if (far.done >= far.total) {
    return trans._n(
      '%2 object looked at',
      '%2 objects looked at',
      far.done,
      formatCount(far.done)
    );
  }
  return trans.__(
    '%1 of %2 objects',
    formatCount(far.done),
    formatCount(far.total)
  );
}
