/** The rows of a table as one stop of Tab: 500 rows must not be 500 presses. */
import * as React from 'react';
import type { IRowWindow } from './rowwindow';

/** What the body of such a table listens to. */
type RowStop = Pick<
  React.DOMAttributes<HTMLElement>,
  'onKeyDown' | 'onFocus' | 'onBlur'
>;

/**
 * Lets Tab reach one row, and arrows, Home and End go from there to the others.
 *
 * #### Notes
 * A row is gone to at its first control; a row without one, such as that of a
 * deleted cell, is passed over. Tab goes on to the row's other controls.
 *
 * @param ref - The body of the table.
 * @param near - Which of the rows are drawn, where not all are.
 */
export function useRowStop(
  ref: React.RefObject<HTMLElement>,
  near?: IRowWindow
): RowStop {
  const row = React.useRef<Element | null>(null);
  const focused = React.useRef(false);
  const awaited = React.useRef('');

  /** The rows that can be gone to. */
  const stops = () => Array.from(ref.current?.children ?? []).filter(controlOf);
  const mark = () => {
    const all = stops();
    row.current = all.find(one => one === row.current) ?? all[0];
    all.forEach(one =>
      one.querySelectorAll<HTMLElement>(CONTROLS).forEach(control => {
        control.tabIndex = one === row.current ? 0 : -1;
      })
    );
    return all;
  };
  const go = (to: Element | undefined) => {
    controlOf(to)?.focus();
    to?.scrollIntoView({ block: 'nearest' });
  };
  const isDrawn = (key: string) =>
    !near || (key === 'Home' ? near.before : near.after) === 0;

  // After each drawing: rows came and went.
  React.useLayoutEffect(() => {
    const all = mark();
    if (awaited.current && isDrawn(awaited.current)) {
      go(awaited.current === 'Home' ? all[0] : all[all.length - 1]);
      awaited.current = '';
    } else if (focused.current && document.activeElement === document.body) {
      // The row with the focus went, as by scrolling far from it.
      controlOf(row.current)?.focus({ preventScroll: true });
    }
  });
  return {
    onFocus: event => {
      focused.current = true;
      row.current = event.target.closest('tr');
      mark();
    },
    onBlur: () => {
      focused.current = false;
    },
    onKeyDown: event => {
      const { key } = event;
      const all = stops();
      const at = all.findIndex(one => one.contains(event.target as Element));
      const to = {
        ArrowDown: at + 1,
        ArrowUp: at - 1,
        Home: 0,
        End: all.length - 1
      }[key];
      const next = all[to ?? -1];
      if (!next) {
        return;
      }
      event.preventDefault();
      if (near && !key.startsWith('Arrow') && !isDrawn(key)) {
        awaited.current = key;
        near.reveal(key === 'Home' ? 0 : near.count - 1);
      } else {
        go(next);
      }
    }
  };
}

const CONTROLS = 'button, input';

/** What in a row has the focus when it is gone to. */
function controlOf(row: Element | null | undefined): HTMLElement | null {
  return row?.querySelector<HTMLElement>(CONTROLS) ?? null;
}
