/** What clearing did: promised and measured, what is gone and what is not. */
import * as React from 'react';
import {
  columnUnit,
  formatColumn,
  formatReceipt,
  formatTimeOfDay,
  NBSP
} from '../analysis/format';
import { outcome, type IOutcome } from '../analysis/receipts';
import { boxIcon, checkIcon, warningIcon } from '../icons';
import type { Receipt, Receipts, Survivor } from '../protocol/generated';
import { Given, GiveBackButton } from '../sheet/giveback';
import { Button, Icon, Name, Size } from './atoms';
import { BackLine } from './back';
import { Box, Buttons } from './box';
import { useHunt } from './context';
import { Rich } from './rich';

/** The receipt in the place of the list. */
export function ReceiptView(props: { receipts: Receipts }): JSX.Element {
  const { model, trans } = useHunt();
  const { receipts } = props;
  const result = outcome(receipts);
  const { gone, kept } = result;
  return (
    <>
      <BackLine
        title={trans.__('Receipt')}
        aside={formatTimeOfDay(receipts.at)}
      />
      <div className="lh-scroll">
        <Summary receipts={receipts} result={result} />
        <Measured receipts={receipts} />
        {kept.length > 0 && (
          <section aria-label={trans.__('Still held')}>
            <header className="lh-group-head">
              <h3>{trans.__('Still held')}</h3>
              <span className="lh-group-count">{kept.length}</span>
              <Size bytes={result.keptBytes} />
            </header>
            <ul className="lh-list">
              {kept.map(receipt => (
                <KeptRow key={receipt.id} receipt={receipt} />
              ))}
            </ul>
          </section>
        )}
        {gone.length > 0 && (
          <section aria-label={trans.__('Gone')}>
            <header className="lh-group-head">
              <h3>{trans.__('Gone')}</h3>
              <span className="lh-group-count">{gone.length}</span>
              <Size bytes={result.goneBytes} />
            </header>
            <ul className="lh-gone">
              {gone.map(receipt => (
                <li key={receipt.id}>
                  <Icon icon={checkIcon} />
                  <Name text={receipt.title} />
                  <Size bytes={receipt.freed} receipt />
                  <p className="lh-muted">
                    <Rich text={receipt.did} />
                  </p>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <footer className="lh-foot lh-mod-end">
        <Button filled label={trans.__('Done')} onClick={() => model.back()} />
      </footer>
    </>
  );
}

/** The result in one sentence; green only when all of it is true. */
function Summary(props: { receipts: Receipts; result: IOutcome }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { receipts, result } = props;
  const { gone, kept } = result;
  const size = (bytes: number) => formatReceipt(bytes, { decimal });
  const freed = size(result.freed);
  const of = size(receipts.predicted);
  const all = receipts.receipts.length;
  switch (result.kind) {
    case 'good':
      return (
        <Box icon={checkIcon} tone="good" title={trans.__('Freed %1', freed)}>
          <p>
            {trans.__(
              'Predicted %1. %2 of %3 gone, nothing left behind.',
              of,
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
              size(receipts.freed),
              size(Math.max(receipts.measured, 0)),
              size(receipts.freed - Math.max(receipts.measured, 0))
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
        <Box
          icon={warningIcon}
          tone="warn"
          title={trans.__('Freed %1 of %2', shared(freed, of), of)}
        >
          <p>
            {kept.length === 0
              ? trans.__('%1 of %2 gone, but less came back.', gone.length, all)
              : trans.__(
                  '%1 of %2 gone; %3 still held.',
                  gone.length,
                  all,
                  kept.length
                )}
          </p>
        </Box>
      );
  }
}

/** Leaves out the unit where the size after it has the same. */
function shared(size: string, next: string): string {
  const [number, unit] = size.split(NBSP);
  return next.split(NBSP)[1] === unit ? number : size;
}

/** Predicted and measured, for the objects and for the kernel. */
function Measured(props: { receipts: Receipts }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { predicted, measured, freed, rss_before, rss_after } = props.receipts;
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

function KeptRow(props: { receipt: Receipt }): JSX.Element {
  const { model, trans } = useHunt();
  const { receipt } = props;
  const finding = model.report?.findings.find(({ id }) => id === receipt.id);
  return (
    <li
      className={`lh-finding lh-mod-kept lh-part-${finding?.part ?? 'variables'}`}
    >
      <div className="lh-finding-head">
        <Name text={receipt.title} />
        <span className="lh-finding-bytes">
          <Size bytes={receipt.predicted - receipt.freed} />
        </span>
      </div>
      {receipt.survivors.map((survivor, index) => (
        <p key={index} className="lh-finding-reason">
          <Rich text={survivorWords(survivor)} />
        </p>
      ))}
      {finding && (
        <Buttons>
          <Button
            label={trans.__('Show holder')}
            onClick={() => {
              model.openFinding = finding.id;
              model.back();
            }}
          />
        </Buttons>
      )}
    </li>
  );

  function survivorWords({ name, holders }: Survivor): string {
    return holders.length === 0
      ? trans.__('`%1` is still held; cannot tell by what.', name)
      : trans.__('Held by %1.', holders.join(', '));
  }
}
