/** What could not be read or was lost: small words under the list. */
import * as React from 'react';
import { lostRuns } from '../analysis/lost';
import { LinkButton } from './parts/atoms';
import { useHunt } from './context';
import { Rich } from './parts/rich';

/** Nothing where every reading is there. */
export function Readings(): JSX.Element | null {
  const { model, host, trans } = useHunt();
  const unlimited = model.memory !== null && model.memory.limit === null;
  const sentences = [
    ...(model.missing.includes('peak')
      ? [
          trans.__(
            'This system keeps no exact peaks: they are sampled and shown with ≥.'
          )
        ]
      : []),
    ...(unlimited
      ? [trans.__('No memory limit is known, so nothing warns near it.')]
      : []),
    ...useLostWords()
  ];
  return sentences.length === 0 ? null : (
    <section className="lh-readings" aria-label={trans.__('Not known')}>
      {sentences.map(sentence => (
        <p key={sentence}>
          <Rich text={sentence} />
        </p>
      ))}
      {unlimited && (
        <LinkButton
          label={trans.__('Set a limit')}
          onClick={() => host.openSettings()}
        />
      )}
    </section>
  );
}

function useLostWords(): string[] {
  const { model, trans } = useHunt();
  return lostRuns(model.runs).map(({ count, after, before }) => {
    const to = before.execution_count ?? ' ';
    return after === null
      ? trans._n(
          '%1 record before [%2] is missing.',
          '%1 records before [%2] are missing.',
          count,
          to
        )
      : trans._n(
          '%1 record is missing between [%2] and [%3].',
          '%1 records are missing between [%2] and [%3].',
          count,
          after.execution_count ?? ' ',
          to
        );
  });
}
