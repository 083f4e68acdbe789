/** What goes on with the clock. */
import * as React from 'react';
import { useHunt } from './context';

/** Draws the calling view again each second while the panel is on screen. */
export function useSeconds(): void {
  const { model } = useHunt();
  const [, tick] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const timer = window.setInterval(() => {
      if (model.visible) {
        tick();
      }
    }, 1000);
    return () => window.clearInterval(timer);
  }, [model]);
}
