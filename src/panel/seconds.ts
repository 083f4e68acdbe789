/** What goes on with the clock. */
import * as React from 'react';
import { useHunt } from './context';

/**
 * Draws the calling view again each second while the panel is on screen.
 *
 * #### Notes
 * No timer runs out of sight; the drawing when the panel is shown begins anew.
 */
export function useSeconds(): void {
  const { model } = useHunt();
  const [, tick] = React.useReducer((count: number) => count + 1, 0);
  const timer = React.useRef(0);
  React.useEffect(() => {
    // On the whole second, so that none is left out.
    timer.current ||= window.setTimeout(
      () => {
        timer.current = 0;
        if (model.visible) {
          tick();
        }
      },
      1000 - (Date.now() % 1000)
    );
  });
  React.useEffect(() => () => window.clearTimeout(timer.current), []);
}
