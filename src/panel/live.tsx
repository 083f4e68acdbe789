/** The polite live region: what happened, said once. */
import * as React from 'react';

/** A screen reader is given one message in so many milliseconds. */
export const PAUSE = 2000;

/** Leads to the live region on screen. */
export type LiveOutlet = React.MutableRefObject<(message: string) => void>;

/**
 * The function that speaks, and the outlet of the region it speaks through.
 *
 * #### Notes
 * Who asks for it is not drawn again for a message, the region alone is.
 */
export function useAnnouncer(): {
  outlet: LiveOutlet;
  announce: (message: string) => void;
} {
  const outlet: LiveOutlet = React.useRef(() => undefined);
  const state = React.useRef({ spokenAt: 0, timer: 0 });
  const announce = React.useCallback((text: string) => {
    const now = Date.now();
    const wait = Math.max(state.current.spokenAt + PAUSE - now, 0);
    // Of several messages in one pause, the last is the one still true.
    window.clearTimeout(state.current.timer);
    state.current.timer = window.setTimeout(() => {
      state.current.spokenAt = Date.now();
      outlet.current(text);
    }, wait);
  }, []);
  React.useEffect(() => () => window.clearTimeout(state.current.timer), []);
  return { outlet, announce };
}

/** Where the messages stand for a screen reader; it is not seen. */
export function LiveRegion(props: { outlet: LiveOutlet }): JSX.Element {
  const { outlet } = props;
  const [message, setMessage] = React.useState('');
  React.useEffect(() => {
    outlet.current = setMessage;
  }, [outlet]);
  return (
    <div className="lh-hidden" role="status" aria-live="polite">
      {message}
    </div>
  );
}
