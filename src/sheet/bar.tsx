/** The bar of the memory: as wide as all of it, each part as wide as its share. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { formatBytes } from '../analysis/format';
import type { ISheetRows } from '../analysis/sheet';
import { useHunt } from '../panel/context';
import { usePartFilter } from './filter';
import { PartTip, partTipWords } from './tip';
import { groupWord, partWord } from './words';

/**
 * The parts side by side, in their fixed order.
 *
 * #### Notes
 * Pointer and arrow keys find a part and show what it is; a click or Enter
 * lists its findings. The opened section is the same data as a table.
 */
export function Bar(props: { rows: ISheetRows; rss: number }): JSX.Element {
  const { model, trans, decimal, announce } = useHunt();
  const { rows, rss } = props;
  const parts = rows.groups
    .flatMap(group => group.parts)
    .filter(({ bytes }) => bytes > 0);
  const [at, setAt] = React.useState<number | null>(null);
  const ref = React.useRef<HTMLDivElement>(null);
  const filter = usePartFilter();
  const part = at === null ? null : (parts[at] ?? null);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const last = parts.length - 1;
    const to = {
      ArrowRight: Math.min((at ?? -1) + 1, last),
      ArrowLeft: Math.max((at ?? last + 1) - 1, 0),
      Home: 0,
      End: last
    }[event.key];
    if (to !== undefined && parts[to]) {
      setAt(to);
      announce(partTipWords(parts[to], trans, decimal));
    } else if (event.key === 'Enter' && part) {
      filter(part.part);
    } else if (event.key === 'Escape' && at !== null) {
      setAt(null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="lh-bar-place">
      <div
        ref={ref}
        className="lh-bar"
        role="img"
        tabIndex={0}
        aria-label={barWords(rows, rss, trans, decimal)}
        onKeyDown={onKeyDown}
        onBlur={() => setAt(null)}
        onMouseLeave={() => setAt(null)}
      >
        {parts.map((one, index) => (
          <span
            key={one.part}
            className={[
              'lh-bar-part lh-fill',
              `lh-part-${one.part}`,
              index === at ? 'lh-mod-at' : '',
              one.part === model.partFilter ? 'lh-mod-chosen' : ''
            ].join(' ')}
            style={{ flexGrow: one.bytes }}
            data-part={one.part}
            onMouseEnter={() => setAt(index)}
            onClick={() => filter(one.part)}
          />
        ))}
      </div>
      {part && at !== null && (
        <PartTip part={part} place={placeOf(ref.current, at)} />
      )}
    </div>
  );
}

/** Where a part stands in the bar, in CSS pixels from the left edge. */
function placeOf(
  bar: HTMLElement | null,
  index: number
): { left: number; room: number } {
  const part = bar?.children[index] as HTMLElement | undefined;
  return { left: part?.offsetLeft ?? 0, room: bar?.clientWidth ?? 0 };
}

/** The whole bar as one sentence, for a screen reader. */
function barWords(
  { groups, unit }: ISheetRows,
  rss: number,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const all = groups
    .filter(({ bytes }) => bytes > 0)
    .map(({ group, text, parts }) => {
      const word = groupWord(group, trans);
      return parts.length > 1
        ? trans.__(
            '%1 %2 (%3)',
            word,
            text,
            parts
              .filter(({ bytes }) => bytes > 0)
              .map(one => `${partWord(one.part, trans)} ${one.text}`)
              .join(', ')
          )
        : trans.__('%1 %2', word, text);
    });
  return trans.__(
    'Where the %1 is, in %2: %3. The arrow keys tell each part, Enter lists its findings.',
    formatBytes(rss, { decimal }),
    unit,
    all.join('; ')
  );
}
