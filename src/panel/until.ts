/** What is true only until a point in time. */
import * as React from 'react';
import { useHunt } from './context';

/** The longest delay that a timer takes, in ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * The time now, in seconds since the epoch; the calling view is drawn again
 * when `at` has come, if the panel is on screen then.
 */
export function useUntil(at: number | null): number {
  const { model } = useHunt();
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const wait = at === null ? -1 : at * 1000 - Date.now();
    if (wait <= 0) {
      return;
    }
    const timer = window.setTimeout(
      () => model.visible && redraw(),
      Math.min(wait, LONGEST)
    );
    return () => window.clearTimeout(timer);
  }, [at]);
  return Date.now() / 1000;
}
