/** Which rows of a long table are drawn: those near what is on screen. */
import * as React from 'react';

/** A table of up to so many rows is drawn whole. */
export const WHOLE_TABLE = 100;

/** Rows are drawn and left out in blocks, so that little scrolling draws nothing. */
const BLOCK = 20;

/** Blocks drawn beside those on screen: one before, one cut by each edge, one after. */
const SPARE = 4;

/** Until a row has been measured, in CSS pixels. */
const ROW_HEIGHT = 26;

/** The rows to draw, and the heights of those left out. */
export interface IRowWindow {
  ref: React.RefObject<HTMLTableSectionElement>;

  /** Of all rows. */
  count: number;
  first: number;

  /** One past the last. */
  end: number;
  before: number;
  after: number;

  /** Scrolls to a row, also one that is not drawn. */
  reveal(index: number): void;
}

/** Follows the scrolling of what a table stands in; all rows have one height. */
export function useRowWindow(count: number): IRowWindow {
  const ref = React.useRef<HTMLTableSectionElement>(null);
  const height = React.useRef(ROW_HEIGHT);
  const [block, setBlock] = React.useState(0);
  const [blocks, setBlocks] = React.useState(SPARE);
  const whole = count <= WHOLE_TABLE;
  React.useEffect(() => {
    const body = ref.current;
    const scroller = body?.closest('.lh-scroll');
    if (whole || !body || !scroller) {
      return;
    }
    const look = () => {
      const row = body.querySelector<HTMLElement>('tr:not([aria-hidden])');
      height.current = row?.getBoundingClientRect().height || ROW_HEIGHT;
      const above =
        scroller.getBoundingClientRect().top - body.getBoundingClientRect().top;
      const shown = scroller.clientHeight / height.current / BLOCK;
      setBlocks(Math.floor(shown) + SPARE);
      setBlock(Math.max(Math.floor(above / height.current / BLOCK), 0));
    };
    look();
    scroller.addEventListener('scroll', look, { passive: true });
    return () => scroller.removeEventListener('scroll', look);
  }, [whole]);
  // A table that got shorter shows its end until the scrolling follows.
  const last = Math.max(count - blocks * BLOCK, 0);
  const first = whole ? 0 : Math.min(Math.max(block - 1, 0) * BLOCK, last);
  const end = whole ? count : Math.min(first + blocks * BLOCK, count);
  return {
    ref,
    count,
    first,
    end,
    before: first * height.current,
    after: (count - end) * height.current,
    reveal: index => {
      const body = ref.current;
      const scroller = body?.closest('.lh-scroll');
      if (body && scroller) {
        const top =
          body.getBoundingClientRect().top -
          scroller.getBoundingClientRect().top +
          index * height.current;
        scroller.scrollTop += top - scroller.clientHeight / 2;
      }
    }
  };
}
