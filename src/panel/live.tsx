/** The polite live region: what happened, said once. */
import * as React from 'react';

/** A screen reader is given one message in so many milliseconds. */
export const PAUSE = 2000;

/** A live region and the function that speaks through it. */
export function useAnnouncer(): {
  message: string;
  announce: (message: string) => void;
} {
  const [message, setMessage] = React.useState('');
  const state = React.useRef({ spokenAt: 0, timer: 0 });
  const announce = React.useCallback((text: string) => {
    const now = Date.now();
    const wait = Math.max(state.current.spokenAt + PAUSE - now, 0);
    // Of several messages in one pause, the last is the one still true.
    window.clearTimeout(state.current.timer);
    state.current.timer = window.setTimeout(() => {
      state.current.spokenAt = Date.now();
      setMessage(text);
    }, wait);
  }, []);
  React.useEffect(() => () => window.clearTimeout(state.current.timer), []);
  return { message, announce };
}

/** Where the messages stand for a screen reader; it is not seen. */
export function LiveRegion(props: { message: string }): JSX.Element {
  return (
    <div className="lh-hidden" role="status" aria-live="polite">
      {props.message}
    </div>
  );
}
