/** Where the keyboard goes when a view in the place of the list closes. */
import * as React from 'react';
import type { HuntView } from '../tokens';
import { useHunt } from './context';

/**
 * Gives the focus back to what opened the preview, once the list is back.
 *
 * #### Notes
 * The list is drawn anew, so the opener is remembered by what it is, not by
 * its element: a row by its finding, anything else by its label.
 */
export function useFocusReturn(view: HuntView): void {
  const { openFinding } = useHunt().model;
  const opener = React.useRef<string | null>(null);
  const opened = React.useRef<string | null>(null);
  const away = React.useRef(false);
  if (view !== 'list' && !away.current) {
    // Once: while its script is fetched a view is drawn again, and the focus gone.
    away.current = true;
    opener.current = describe(document.activeElement);
    opened.current = openFinding;
  }
  React.useEffect(() => {
    if (view === 'list' && away.current) {
      away.current = false;
      // A view that led to another finding leaves the keyboard there.
      const place =
        openFinding === null || openFinding === opened.current
          ? opener.current
          : '.lh-Panel .lh-finding.lh-mod-opened';
      const back =
        (place && document.querySelector(place)) ??
        document.querySelector('.lh-Panel .lh-finding, .lh-Panel .lh-tab');
      (back as HTMLElement | null)?.focus();
    }
  }, [view]);
}

/** A selector that finds the same thing after it was drawn again. */
function describe(element: Element | null): string | null {
  if (!element?.closest('.lh-Panel')) {
    return null;
  }
  const row = element.closest<HTMLElement>('[data-finding]');
  if (row) {
    return `.lh-Panel [data-finding="${CSS.escape(row.dataset.finding ?? '')}"]`;
  }
  const place = ['.lh-answer', '.lh-foot'].find(one => element.closest(one));
  if (place !== undefined) {
    return `.lh-Panel ${place} .lh-mod-filled`;
  }
  const label = element.getAttribute('aria-label');
  return label && `.lh-Panel [aria-label="${CSS.escape(label)}"]`;
}
