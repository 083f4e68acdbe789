/** The buttons of an opened finding; at most one is filled, and the verdict says which. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import {
  deedOf,
  filledDeed,
  hasCellToRepeat,
  isProvable,
  isTraceable,
  type Deed
} from '../../analysis/deeds';
import { canBeExpected } from '../../analysis/expected';
import { copyIcon } from '../../icons';
import type { Finding } from '../../protocol/generated';
import { GiveBackButton } from '../../sheet/giveback';
import { Button, WishButton } from '../parts/atoms';
import { Buttons } from '../parts/box';
import { useHunt } from '../context';
import { ExpectButton, ExpectForm } from './expected';

/** What can be done about a finding. */
export function Deeds(props: { finding: Finding }): JSX.Element | null {
  const { model, trans, copy } = useHunt();
  const { finding } = props;
  const deed = deedOf(finding);
  const repeatable = hasCellToRepeat(finding, model.runs);
  const filled = filledDeed(finding, repeatable);
  const mayStay = canBeExpected(finding);
  const marking = mayStay && model.marking === finding.id;
  const provable = isProvable(finding);
  if (
    deed === null &&
    finding.fix === null &&
    !mayStay &&
    !provable &&
    !isTraceable(finding)
  ) {
    return null;
  }
  const copyFix = (
    <Button
      key="copy-fix"
      filled={filled === 'copy-fix'}
      icon={filled === 'copy-fix' ? copyIcon : undefined}
      label={trans.__('Copy fix')}
      onClick={() => {
        copy(finding.fix ?? '', trans.__('Fix copied'));
      }}
    />
  );
  const act =
    deed === 'give-back' ? (
      <GiveBackButton key={deed} filled />
    ) : (
      deed && (
        <WishButton
          key={deed}
          filled={filled === deed}
          label={deedWord(deed, trans)}
          onClick={() => model.previewClear([finding.id])}
        />
      )
    );
  const fix = finding.fix !== null && copyFix;
  const [name] = finding.names;
  const refs = finding.kind === 'leftover-variable' && name && (
    <WishButton
      key="refs"
      label={trans.__('What refers to it')}
      onClick={() => model.openObjects(name)}
    />
  );
  const prove = provable && (
    <WishButton
      key="prove"
      filled={filled === 'prove'}
      label={trans.__('Prove it…')}
      disabled={!repeatable && trans.__('There is no cell to repeat')}
      onClick={() =>
        model.planTest({ finding: finding.id, cell: null, before: null })
      }
    />
  );
  const where = isTraceable(finding) && (
    <WishButton
      key="where"
      label={trans.__('Where was it allocated…')}
      onClick={() => model.planTrace({ finding: finding.id, cell: null })}
    />
  );
  // The filled one comes first.
  const [first, second] = filled === 'copy-fix' ? [fix, act] : [act, fix];
  return (
    <>
      <Buttons>
        {filled === 'prove'
          ? [prove, first, second, refs, where]
          : [first, second, prove, refs, where]}
        {mayStay && !marking && <ExpectButton finding={finding} />}
      </Buttons>
      {marking && <ExpectForm finding={finding} />}
    </>
  );
}

function deedWord(
  deed: Exclude<Deed, 'give-back'>,
  trans: TranslationBundle
): string {
  switch (deed) {
    case 'clear':
      return trans.__('Clear…');
    case 'unpin':
      return trans.__('Unpin…');
    case 'collect':
      return trans.__('Collect');
    case 'close':
      return trans.__('Close…');
  }
}
