/** Giving free memory back to the system: the button, and what it brought. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { formatReceipt } from '../analysis/format';
import { boxIcon, checkIcon } from '../icons';
import { Icon, WishButton } from '../panel/parts/atoms';
import { useHunt } from '../panel/context';
import type { GivenBack } from '../protocol/generated';

/** Asks the allocators of the kernel for what they keep free. */
export function GiveBackButton(props: {
  filled?: boolean;

  /** Low enough for a row of a table. */
  small?: boolean;
}): JSX.Element {
  const { model, trans } = useHunt();
  const asked = model.pending?.what === 'give-back';
  return (
    <WishButton
      {...props}
      label={trans.__('Give it back')}
      disabled={asked && trans.__('It is being given back')}
      onClick={() => model.giveBack()}
    />
  );
}

/** What was given back since the last cell ran, as measured from outside. */
export function Given(): JSX.Element | null {
  const { model, trans, decimal } = useHunt();
  const { given } = model;
  return (
    given && (
      <p className="lh-given">
        <Icon icon={broughtBy(given) > 0 ? checkIcon : boxIcon} />
        <span>{givenWords(given, trans, decimal)}</span>
      </p>
    )
  );
}

/** The result in one line: also what a screen reader is told. */
export function givenWords(
  given: GivenBack,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const brought = broughtBy(given);
  if (brought <= 0) {
    return trans.__('Nothing came back: Python keeps it for reuse.');
  }
  const { returned, rss_before, rss_after } = given;
  const from = returned
    .filter(({ bytes }) => bytes > 0)
    .map(({ what, bytes }) => `${what} ${formatReceipt(bytes, { decimal })}`);
  const words = trans.__(
    'Given back %1: kernel memory %2 → %3.',
    formatReceipt(brought, { decimal }),
    formatReceipt(rss_before, { decimal }),
    formatReceipt(rss_after, { decimal })
  );
  return from.length > 0
    ? trans.__('%1 From: %2.', words, from.join(', '))
    : words;
}

function broughtBy({ rss_before, rss_after }: GivenBack): number {
  return rss_before - rss_after;
}
