import type * as React from 'react';

/**
 * A handler by which arrows, Home and End go from row to row of a table.
 *
 * @param control - Selects what has the focus in a row.
 */
export function rowKeys(
  control: string
): React.KeyboardEventHandler<HTMLElement> {
  return event => {
    const controls = Array.from(
      event.currentTarget.querySelectorAll<HTMLElement>(control)
    );
    const row = (event.target as HTMLElement).closest('tr');
    const at = controls.findIndex(one => one.closest('tr') === row);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: controls.length - 1
    };
    const next = controls[steps[event.key] ?? -1];
    if (at >= 0 && next) {
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: 'nearest' });
    }
  };
}
