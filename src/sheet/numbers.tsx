/** The closed sheet: four numbers that add up. */
import * as React from 'react';
import type { ISheetRows } from '../analysis/sheet';
import { useHunt } from '../panel/context';
import { exactWords } from '../panel/parts/exact';
import { groupWord } from './words';

/** In use, could go, kept free and unexplained, in the unit of the head. */
export function GroupNumbers(props: { rows: ISheetRows }): JSX.Element {
  const { trans } = useHunt();
  return (
    <ul className="lh-sheet-numbers">
      {props.rows.groups.map(({ group, bytes, text }) => (
        <li key={group} title={exactWords(bytes, trans)}>
          <span
            className={`lh-swatch lh-fill lh-group-${group}`}
            aria-hidden="true"
          />
          <span className="lh-sheet-name">{groupWord(group, trans)}</span>
          <span className="lh-sheet-number">{text}</span>
        </li>
      ))}
    </ul>
  );
}
