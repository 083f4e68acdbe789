/** What clearing would do, item by item, before anything is touched. */
import * as React from 'react';
import { formatBytes } from '../../analysis/format';
import {
  type Lost,
  notUndoable,
  promise,
  promisedSize,
  sharing,
  type IPromise,
  type ISharing
} from '../../analysis/preview';
import { undoPossible, undoUntil } from '../../analysis/undo';
import { warningIcon } from '../../icons';
import type { Preview } from '../../protocol/generated';
import { Button, LinkButton, WishButton } from '../parts/atoms';
import { BackLine } from '../parts/back';
import { BeforeAfter } from './beforeafter';
import { Box } from '../parts/box';
import { useHunt } from '../context';
import { Mark, Warnings } from '../parts/marks';
import { Pending } from '../pending';
import { Refused } from '../refused';
import { PreviewRow } from './previewrow';
import { UndoSection } from './undoplan';

/** The preview in the place of the list. */
export function PreviewView(props: { preview: Preview }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { preview } = props;
  const { items, readers, breaks } = preview;
  const { ticked, totals, pending } = model;
  const [save, setSave] = React.useState(true);
  // Until the kernel has answered, what holds for all of it is shown.
  const shown = totals ?? preview.totals;
  const promised = promise(preview, ticked, totals);
  const asking = totals === null && ticked.size > 0 && !model.previewStale;
  const clearing = pending?.what === 'clear';
  const saves = save && undoPossible(shown);
  const now = Date.now() / 1000;
  useSpokenPromise(promised, asking);
  return (
    <>
      <BackLine
        title={trans._n('Clear %1 thing', 'Clear %1 things', items.length)}
      />
      <div className="lh-scroll">
        <Refused />
        {model.previewStale && !clearing && (
          <Box
            icon={warningIcon}
            tone="warn"
            title={trans.__('Changed since the preview: look again')}
          >
            <p>{trans.__('The kernel ran something after this was made.')}</p>
          </Box>
        )}
        <BeforeAfter promise={promised} asking={asking} />
        <Items
          preview={preview}
          shared={sharing(preview, ticked, totals)}
          busy={clearing}
        />
        <section className="lh-section">
          <h3>{trans.__('What it changes for your cells')}</h3>
          <ul className="lh-marks">
            {[...readers, ...breaks].map((sentence, index) => (
              <Mark key={index} warn text={sentence} />
            ))}
            {readers.length + breaks.length > 0 ? (
              <Mark text={trans.__('No other cell reads what goes.')} />
            ) : (
              <Mark text={trans.__('No cell reads what goes.')} />
            )}
          </ul>
        </section>
        <Warnings title={trans.__('What stays, and why')} texts={shown.held} />
        <UndoSection totals={shown} save={save} onSave={setSave} />
      </div>
      <Pending bare />
      <div className="lh-foot">
        {ticked.size > 0 && (
          <p className="lh-foot-words lh-mod-row lh-muted">
            {saves
              ? trans.__('Undo until %1', undoUntil(shown, now))
              : trans.__('Cannot be undone')}
          </p>
        )}
        <Button
          label={trans.__('Cancel')}
          onClick={() => (clearing ? model.cancel() : model.back())}
        />
        {model.previewStale && !clearing ? (
          <WishButton
            filled
            label={trans.__('Preview again')}
            disabled={
              pending?.what === 'preview' &&
              trans.__('The preview is being made')
            }
            onClick={() => model.previewClear(items.map(({ id }) => id))}
          />
        ) : (
          <WishButton
            filled
            label={deed()}
            disabled={
              clearing
                ? trans.__('It is being cleared')
                : ticked.size === 0
                  ? trans.__('Tick what to clear')
                  : false
            }
            onClick={() => model.clear(saves)}
          />
        )}
      </div>
    </>
  );

  /** The button names the deed: `Clear 2, free 3.96 GiB`. */
  function deed(): string {
    if (clearing) {
      return trans.__('Clearing…');
    }
    return ticked.size === 0
      ? trans.__('Clear')
      : trans.__(
          'Clear %1, free %2',
          ticked.size,
          promisedSize(promised, decimal)
        );
  }
}

/** Says what the ticked set frees, once the kernel has answered. */
function useSpokenPromise(promised: IPromise, asking: boolean): void {
  const { trans, decimal, announce } = useHunt();
  const words = trans.__('Frees %1', promisedSize(promised, decimal));
  const spoken = React.useRef(words);
  React.useEffect(() => {
    if (!asking && words !== spoken.current) {
      spoken.current = words;
      announce(words);
    }
  }, [words, asking]);
}

/** The items with their ticks, and what some of them free only together. */
function Items(props: {
  preview: Preview;
  shared: ISharing | null;
  busy: boolean;
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { preview, shared, busy } = props;
  const { items } = preview;
  const all = model.ticked.size === items.length;
  // Where nothing can be undone, the section Undo says so once.
  const lost =
    preview.totals.undo.refused === null
      ? notUndoable(preview)
      : new Map<string, Lost>();
  return (
    <section aria-label={trans.__('What goes')}>
      <header className="lh-group-head">
        <h3>{trans.__('What goes')}</h3>
        <span className="lh-group-count">{trans.__('tick what to clear')}</span>
        {!busy && (
          <LinkButton
            label={all ? trans.__('None') : trans.__('All')}
            onClick={() => model.tickAll(all ? [] : items.map(({ id }) => id))}
          />
        )}
      </header>
      <ul className="lh-list">
        {items.map(item => {
          const partner = shared?.partners.get(item.id);
          return (
            <PreviewRow
              key={item.id}
              item={item}
              shared={
                shared && partner !== undefined
                  ? { bytes: shared.bytes, partner }
                  : null
              }
              lost={lost.get(item.id)}
            />
          );
        })}
      </ul>
      {shared && shared.partners.size === 0 && (
        <p className="lh-rest">
          {trans.__(
            'Some of these share memory: together they free %1 more.',
            formatBytes(shared.bytes, { decimal })
          )}
        </p>
      )}
    </section>
  );
}
