/** Facts that change in quick succession, for what is dear to draw. */
import * as React from 'react';

/**
 * The newest value, but another one at most once in a while.
 *
 * #### Notes
 * All that changes until then is one change. The pause may become shorter while
 * it lasts; it counts from the first change, so the value never stays behind.
 *
 * @param pause - From a change until it is shown, with those after it; in ms.
 */
export function usePaced<T extends object>(value: T, pause: number): T {
  const [shown, setShown] = React.useState(value);
  const newest = React.useRef(value);
  newest.current = value;
  const since = React.useRef(0);
  const due = value !== shown;
  React.useEffect(() => {
    since.current = Date.now();
  }, [due, shown]);
  React.useEffect(() => {
    if (!due) {
      return;
    }
    const wait = Math.max(since.current + pause - Date.now(), 0);
    const timer = window.setTimeout(() => setShown(newest.current), wait);
    return () => window.clearTimeout(timer);
    // what is shown may be no longer the newest in the moment it is shown
  }, [due, shown, pause]);
  return shown;
}
