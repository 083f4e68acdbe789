/** The receipts of this kernel: what was cleared when, and whether it can be undone. */
import * as React from 'react';
import { formatTimeOfDay } from '../../analysis/format';
import { outcome } from '../../analysis/receipts';
import { freedWords } from '../../analysis/receipttext';
import { undoState, undoWords } from '../../analysis/undo';
import { boxIcon, checkIcon, forwardIcon, warningIcon } from '../../icons';
import type { Receipts } from '../../protocol/generated';
import { Icon } from '../parts/atoms';
import { BackLine } from '../parts/back';
import { Empty } from '../parts/box';
import { useHunt } from '../context';
import { Pending } from '../pending';
import { Refused } from '../refused';
import { Rich } from '../parts/rich';
import { useUntil } from '../until';

/** Receipts on screen; the kernel keeps more. */
const SHOWN = 10;

/** The list of receipts in the place of the list of findings. */
export function ReceiptsView(): JSX.Element {
  const { model, trans } = useHunt();
  const { receipts } = model;
  const older = receipts.length - SHOWN;
  return (
    <>
      <BackLine title={trans.__('Receipts')} />
      <Refused />
      {receipts.length === 0 ? (
        <Empty
          icon={boxIcon}
          title={trans.__('No receipts yet')}
          text={trans.__('Nothing was cleared in this kernel.')}
        />
      ) : (
        <div className="lh-scroll">
          <ul className="lh-list" aria-label={trans.__('Receipts')}>
            {receipts.slice(0, SHOWN).map(receipt => (
              <ReceiptRow key={receipt.id} receipt={receipt} />
            ))}
          </ul>
          {older > 0 && (
            <p className="lh-rest">
              <Rich
                text={trans._n(
                  '%1 older receipt: `%leakcheck receipts`',
                  '%1 older receipts: `%leakcheck receipts`',
                  older
                )}
              />
            </p>
          )}
        </div>
      )}
      <Pending />
    </>
  );
}

function ReceiptRow(props: { receipt: Receipts }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { receipt } = props;
  const state = undoState(receipt, useUntil(receipt.undo_until));
  const good = outcome(receipt).kind !== 'held';
  const count = receipt.receipts.length;
  return (
    <li className="lh-receiptrow">
      <button type="button" onClick={() => model.openReceipt(receipt.id)}>
        <Icon
          icon={good ? checkIcon : warningIcon}
          className={good ? 'lh-mod-good' : 'lh-mod-warn'}
        />
        <span className="lh-receiptrow-words">
          <span>
            {trans._n(
              '%2, %1 thing',
              '%2, %1 things',
              count,
              freedWords(receipt, trans, decimal)
            )}
          </span>
          <span className="lh-muted">{undoWords(state, trans)}</span>
        </span>
        <span className="lh-muted">{formatTimeOfDay(receipt.at)}</span>
        <Icon icon={forwardIcon} />
      </button>
    </li>
  );
}
