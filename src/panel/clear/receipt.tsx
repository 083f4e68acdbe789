/** What clearing did: promised and measured, what is gone and what is not. */
import * as React from 'react';
import {
  columnUnit,
  formatColumn,
  formatReceipt,
  formatTimeOfDay
} from '../../analysis/format';
import { outcome, type IOutcome } from '../../analysis/receipts';
import { freedWords, receiptText } from '../../analysis/receipttext';
import { undoState, undoWords } from '../../analysis/undo';
import {
  boxIcon,
  checkIcon,
  copyIcon,
  undoIcon,
  warningIcon
} from '../../icons';
import type { Receipts } from '../../protocol/generated';
import { Given, GiveBackButton } from '../../sheet/giveback';
import {
  Button,
  Icon,
  IconButton,
  Name,
  Size,
  WishButton
} from '../parts/atoms';
import { BackLine } from '../parts/back';
import { Box, Buttons } from '../parts/box';
import { useHunt } from '../context';
import { KeptRow } from './keptrow';
import { Warnings } from '../parts/marks';
import { Pending } from '../pending';
import { Refused } from '../refused';
import { Rich } from '../parts/rich';
import { UnsavedList } from './undoplan';
import { useUntil } from '../until';

/** The receipt in the place of the list. */
export function ReceiptView(props: { receipt: Receipts }): JSX.Element {
  const { trans, decimal, copy } = useHunt();
  const { receipt } = props;
  const { unsaved } = receipt;
  const result = outcome(receipt);
  const { gone, kept } = result;
  return (
    <>
      <BackLine
        title={trans.__('Receipt')}
        aside={formatTimeOfDay(receipt.at)}
        tools={
          <IconButton
            icon={copyIcon}
            label={trans.__('Copy as text')}
            onClick={() => {
              const now = Date.now() / 1000;
              copy(
                receiptText(receipt, now, trans, decimal),
                trans.__('Receipt copied')
              );
            }}
          />
        }
      />
      <div className="lh-scroll">
        <Refused />
        <Summary receipt={receipt} result={result} />
        <Measured receipt={receipt} />
        {kept.length > 0 && (
          <section aria-label={trans.__('Still held')}>
            <header className="lh-group-head">
              <h3>{trans.__('Still held')}</h3>
              <span className="lh-group-count">{kept.length}</span>
              <Size bytes={result.keptBytes} receipt />
            </header>
            <ul className="lh-list">
              {kept.map(one => (
                <KeptRow key={one.id} receipt={one} />
              ))}
            </ul>
          </section>
        )}
        {gone.length > 0 && (
          <section aria-label={trans.__('Gone')}>
            <header className="lh-group-head">
              <h3>{trans.__('Gone')}</h3>
              <span className="lh-group-count">{gone.length}</span>
              <Size bytes={result.goneBytes} receipt />
            </header>
            <ul className="lh-gone">
              {gone.map(one => (
                <li key={one.id}>
                  <Icon icon={checkIcon} />
                  <Name text={one.title} />
                  <Size bytes={one.freed} receipt />
                  <p className="lh-muted">
                    <Rich text={one.did} />
                  </p>
                </li>
              ))}
            </ul>
          </section>
        )}
        <Warnings title={trans.__('Left alone')} texts={result.skipped} />
        {unsaved.length > 0 && (
          <section className="lh-section" aria-label={trans.__('Not saved')}>
            <h3>{trans.__('Not saved for undo')}</h3>
            <UnsavedList unsaved={unsaved} />
          </section>
        )}
      </div>
      <Pending />
      <Foot receipt={receipt} />
    </>
  );
}

/** How long it can be undone, and the button that does. */
function Foot(props: { receipt: Receipts }): JSX.Element {
  const { model, trans } = useHunt();
  const { receipt } = props;
  const state = undoState(receipt, useUntil(receipt.undo_until));
  const words = undoWords(state, trans);
  return (
    <div className="lh-foot">
      <p className="lh-foot-words lh-muted">{words}</p>
      <WishButton
        icon={undoIcon}
        label={
          model.pending?.what === 'undo'
            ? trans.__('Bringing back…')
            : trans.__('Undo')
        }
        disabled={state.kind !== 'open' && words}
        onClick={() => model.undo(receipt.id)}
      />
      <Button filled label={trans.__('Done')} onClick={() => model.back()} />
    </div>
  );
}

/** The result in one sentence; green only when all of it is true. */
function Summary(props: { receipt: Receipts; result: IOutcome }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { receipt, result } = props;
  const { gone, kept, skipped } = result;
  const size = (bytes: number) => formatReceipt(bytes, { decimal });
  const title = freedWords(receipt, trans, decimal);
  const all = receipt.receipts.length;
  switch (result.kind) {
    case 'good':
      return (
        <Box icon={checkIcon} tone="good" title={title}>
          <p>
            {trans.__(
              'Predicted %1. %2 of %3 gone, nothing left behind.',
              size(receipt.predicted),
              gone.length,
              all
            )}
          </p>
        </Box>
      );
    case 'not-returned':
      return (
        <Box icon={boxIcon} title={trans.__('Freed, not yet returned')}>
          <p>
            {trans.__(
              'Objects freed %1 as predicted; kernel memory fell by %2. Python keeps %3 for reuse.',
              size(receipt.freed),
              size(Math.max(receipt.measured, 0)),
              size(receipt.freed - Math.max(receipt.measured, 0))
            )}
          </p>
          <Buttons>
            <GiveBackButton />
          </Buttons>
          <Given />
        </Box>
      );
    case 'held':
      return (
        <Box icon={warningIcon} tone="warn" title={title}>
          <p>
            {kept.length > 0
              ? trans.__(
                  '%1 of %2 gone; %3 still held.',
                  gone.length,
                  all,
                  kept.length
                )
              : skipped.length > 0
                ? trans.__(
                    '%1 of %2 gone; something was left alone.',
                    gone.length,
                    all
                  )
                : trans.__(
                    '%1 of %2 gone, but less came back.',
                    gone.length,
                    all
                  )}
          </p>
        </Box>
      );
  }
}

/** Predicted and measured, for the objects and for the kernel. */
function Measured(props: { receipt: Receipts }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { predicted, measured, freed, garbage, rss_before, rss_after } =
    props.receipt;
  const unit = columnUnit(Math.max(rss_before, predicted), decimal);
  const column = (bytes: number) => formatColumn(bytes, unit);
  return (
    <table className="lh-measured">
      <thead>
        <tr>
          <th scope="col">{unit}</th>
          <th scope="col">{trans.__('predicted')}</th>
          <th scope="col">{trans.__('measured')}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{trans.__('Objects freed')}</th>
          <td>{column(predicted)}</td>
          <td>{column(freed)}</td>
        </tr>
        {garbage > 0 && (
          <tr>
            <th scope="row">{trans.__('Garbage collected with them')}</th>
            <td />
            <td>{column(garbage)}</td>
          </tr>
        )}
        <tr>
          <th scope="row">
            {trans.__(
              'Kernel memory, %1 → %2',
              column(rss_before),
              column(rss_after)
            )}
          </th>
          <td>{column(-predicted)}</td>
          <td>{column(-measured)}</td>
        </tr>
      </tbody>
    </table>
  );
}
