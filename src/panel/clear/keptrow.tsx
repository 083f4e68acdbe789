/** What should have gone and is still held: by whom, and what lets go of that too. */
import * as React from 'react';
import { survivorWords } from '../../analysis/receipttext';
import type { Receipt } from '../../protocol/generated';
import { Button, Name, Size, WishButton } from '../parts/atoms';
import { Buttons } from '../parts/box';
import { useHunt } from '../context';
import { Rich } from '../parts/rich';

/** A row of the list Still held. */
export function KeptRow(props: { receipt: Receipt }): JSX.Element {
  const { model, trans } = useHunt();
  const { receipt } = props;
  const release = receipt.survivors.flatMap(survivor => survivor.release);
  const findings = model.report?.findings ?? [];
  const own = findings.find(({ id }) => id === receipt.id);
  const holder = own ?? findings.find(({ id }) => release.includes(id));
  return (
    <li
      className={`lh-finding lh-mod-kept lh-mod-whole lh-part-${own?.part ?? 'variables'}`}
    >
      <div className="lh-finding-head">
        <Name text={receipt.title} />
        <span className="lh-finding-bytes">
          <Size bytes={receipt.predicted - receipt.freed} receipt />
        </span>
      </div>
      {receipt.survivors.map((survivor, index) => (
        <p key={index} className="lh-finding-reason">
          <Rich text={survivorWords(survivor, trans)} />
        </p>
      ))}
      {(holder || release.length > 0) && (
        <Buttons>
          {holder && (
            <Button
              label={trans.__('Show holder')}
              onClick={() => {
                model.tab = 'findings';
                model.openFinding = holder.id;
                model.showList();
              }}
            />
          )}
          {release.length > 0 && (
            <WishButton
              label={trans.__('Clear it too…')}
              onClick={() => model.previewClear([...new Set(release)])}
            />
          )}
        </Buttons>
      )}
    </li>
  );
}
