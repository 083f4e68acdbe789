/** Facts that change in quick succession, for what is dear to draw. */
import * as React from 'react';

/**
 * The newest value, but another one at most once in a while.
 *
 * #### Notes
 * The end of a cell and the check after it are one change then.
 *
 * @param pause - From a change until it is shown, with those after it; in ms.
 */
export function usePaced<T extends object>(value: T, pause: number): T {
  const [shown, setShown] = React.useState(value);
  const newest = React.useRef(value);
  newest.current = value;
  const due = value !== shown;
  React.useEffect(() => {
    if (!due) {
      return;
    }
    const timer = window.setTimeout(() => setShown(newest.current), pause);
    return () => window.clearTimeout(timer);
    // what is shown may be no longer the newest in the moment it is shown
  }, [due, shown, pause]);
  return shown;
}
