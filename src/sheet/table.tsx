/** The opened sheet: every part, by group, down to the sum. */
import * as React from 'react';
import type {
  ISheetGroup,
  ISheetPart,
  ISheetRows,
  ISheetSize
} from '../analysis/sheet';
import { useHunt } from '../panel/context';
import { exactWords } from '../panel/parts/exact';
import { usePartFilter } from './filter';
import { GiveBackButton } from './giveback';
import { detailWords } from './tip';
import { groupWord, partWord } from './words';

/** So many pieces of a part stand in its second line. */
const NAMED = 3;

/** A smaller piece is named only in the tooltip, in bytes. */
const LEAST = 1024 * 1024;

/** All parts that have memory, and those that were not looked for. */
export function PartTable(props: {
  rows: ISheetRows;
  rss: number;
}): JSX.Element {
  const { trans } = useHunt();
  const { rows, rss } = props;
  return (
    <table className="lh-parts">
      <thead className="lh-hidden">
        <tr>
          <th scope="col">{trans.__('Part of the memory')}</th>
          <th scope="col">{trans.__('Share')}</th>
          <th scope="col">{rows.unit}</th>
        </tr>
      </thead>
      {rows.groups
        .filter(({ parts }) => parts.length > 0)
        .map(group => (
          <GroupRows key={group.group} group={group} />
        ))}
      <tfoot>
        <tr>
          <th scope="row">{trans.__('Kernel memory (RSS)')}</th>
          <td>{trans.__('100 %')}</td>
          <td title={exactWords(rss, trans)}>{rows.total}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function GroupRows(props: { group: ISheetGroup }): JSX.Element {
  const { trans } = useHunt();
  const { group, parts, ...size } = props.group;
  if (group === 'kept' || group === 'unexplained') {
    // A group of one part: its row is that of the part.
    return (
      <tbody className="lh-mod-single">
        {parts.map(part => (
          <PartRow key={part.part} part={part} />
        ))}
      </tbody>
    );
  }
  return (
    <tbody>
      <tr className="lh-parts-group">
        <th scope="rowgroup">{groupWord(group, trans)}</th>
        <Numbers size={size} />
      </tr>
      {parts.map(part => (
        <PartRow key={part.part} part={part} />
      ))}
    </tbody>
  );
}

function PartRow(props: { part: ISheetPart }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const filter = usePartFilter();
  const { part } = props;
  const { details, checked } = part;
  const large = details.filter(({ bytes }) => bytes >= LEAST);
  const chosen = model.partFilter === part.part;
  return (
    <tr className={chosen ? 'lh-mod-chosen' : ''}>
      <th scope="row">
        <div className="lh-parts-name">
          <span
            className={`lh-swatch lh-fill lh-part-${part.part}`}
            aria-hidden="true"
          />
          <span className="lh-parts-words">
            <button
              type="button"
              className="lh-parts-word"
              aria-pressed={chosen}
              title={trans.__('List its findings')}
              onClick={() => filter(part.part)}
            >
              {partWord(part.part, trans)}
            </button>
            {!checked && (
              <span className="lh-tag">{trans.__('not checked')}</span>
            )}
            {part.part === 'kept' && <GiveBackButton small />}
          </span>
        </div>
        {details.length > 1 && large.length > 0 && (
          <div className="lh-parts-details">
            {detailWords(large, trans, decimal, NAMED)}
          </div>
        )}
      </th>
      <Numbers size={part} unknown={!checked && part.bytes === 0} />
    </tr>
  );
}

/** The share and the bytes; nothing is said of what was not looked for. */
function Numbers(props: { size: ISheetSize; unknown?: boolean }): JSX.Element {
  const { trans } = useHunt();
  const { bytes, text, percent } = props.size;
  return props.unknown ? (
    <>
      <td />
      <td>·</td>
    </>
  ) : (
    <>
      <td>{percent}</td>
      <td title={exactWords(bytes, trans)}>{text}</td>
    </>
  );
}
