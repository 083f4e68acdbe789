/** Sentences with links to cells and code in them; user text goes in as text nodes only. */
import * as React from 'react';
import { resolveCell } from '../../analysis/cells';
import { richTokens } from '../../analysis/richtext';
import type { CellRef } from '../../protocol/generated';
import type { IHuntModel } from '../../tokens';
import { useHunt } from '../context';

/**
 * The number of a cell as a link to it.
 *
 * #### Notes
 * A cell that was deleted keeps its number, struck and without a link.
 */
export function CellLink(props: {
  cell: CellRef;
  tabIndex?: number;
}): JSX.Element {
  const { model, trans } = useHunt();
  const cell = resolveCell(props.cell, knownCells(model));
  const text = `[${cell.execution_count ?? ' '}]`;
  if (model.findCell(cell) === null) {
    // Without an id it is a cell of another notebook or of before our time.
    return cell.cell_id === null ? (
      <code className="lh-code">{text}</code>
    ) : (
      <del
        className="lh-celllink lh-mod-deleted"
        title={trans.__('This cell was deleted')}
      >
        {text}
      </del>
    );
  }
  return (
    <button
      type="button"
      className="lh-celllink"
      tabIndex={props.tabIndex}
      title={trans.__('Go to cell %1', text)}
      onClick={event => {
        event.stopPropagation();
        model.goToCell(cell);
      }}
    >
      {text}
    </button>
  );
}

/** All cells of which a sentence may tell; those of a kernel that is gone come last. */
export function knownCells({
  runs,
  pastRuns,
  lastExit
}: IHuntModel): readonly CellRef[] {
  const last = lastExit?.running ?? null;
  return last === null && pastRuns.length === 0
    ? runs
    : [...runs, ...(last === null ? [] : [last]), ...pastRuns];
}

/**
 * A sentence.
 *
 * @param strong - The first occurrence of this text is set in bold.
 * @param tabIndex - Of its links.
 */
export function Rich(props: {
  text: string;
  strong?: string;
  tabIndex?: number;
}): JSX.Element {
  const tokens = richTokens(props.text);
  // A line may break around a button: what closes a clause stays with it.
  const closing = (at: number) =>
    tokens[at - 1]?.kind === 'cell' && tokens[at]?.kind === 'text'
      ? (/^[.,;:!?)]+/.exec(tokens[at].text)?.[0] ?? '')
      : '';
  return (
    <>
      {tokens.map((token, index) => {
        switch (token.kind) {
          case 'cell':
            return (
              <span key={index} className="lh-nowrap">
                <CellLink
                  cell={{ cell_id: null, execution_count: token.count }}
                  tabIndex={props.tabIndex}
                />
                {closing(index + 1)}
              </span>
            );
          case 'code':
            return (
              <code key={index} className="lh-code">
                {token.text}
              </code>
            );
          default:
            return (
              <React.Fragment key={index}>
                {emphasise(
                  token.text.slice(closing(index).length),
                  props.strong
                )}
              </React.Fragment>
            );
        }
      })}
    </>
  );
}

function emphasise(text: string, strong: string | undefined): React.ReactNode {
  const at = strong ? text.indexOf(strong) : -1;
  if (!strong || at < 0) {
    return text;
  }
  return (
    <>
      {text.slice(0, at)}
      <strong>{strong}</strong>
      {text.slice(at + strong.length)}
    </>
  );
}
