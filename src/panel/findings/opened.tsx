/** An opened finding: what holds it, why, what clearing frees, and the fix. */
import * as React from 'react';
import { deedOf } from '../../analysis/deeds';
import { formatBytes } from '../../analysis/format';
import type { Finding } from '../../protocol/generated';
import { Chain } from './chain';
import { useHunt } from '../context';
import { Deeds } from './deeds';
import { Rich } from '../parts/rich';

/** The details under a row. */
export function OpenedFinding(props: { finding: Finding }): JSX.Element {
  const { trans } = useHunt();
  const { finding } = props;
  const { fix, facts, chain, label } = finding;
  // Nothing holds garbage or free memory.
  const held = label !== 'Garbage' && label !== 'Kept free';
  return (
    <div className="lh-opened">
      {(held || chain.length > 0) && (
        <>
          <h4>{trans.__('What holds it')}</h4>
          <Chain holders={chain} />
        </>
      )}
      {facts.length > 0 && (
        <>
          <h4>{trans.__('Why it is here')}</h4>
          <ul className="lh-facts">
            {facts.map((fact, index) => (
              <li key={index}>
                <Rich text={fact} />
              </li>
            ))}
          </ul>
        </>
      )}
      <Frees finding={finding} />
      {fix !== null && (
        <>
          <h4>{trans.__('Fix in your code')}</h4>
          <pre className="lh-fix">
            <code>{fix}</code>
          </pre>
        </>
      )}
      <Deeds finding={finding} />
    </div>
  );
}

/** The bytes, how sure they are, and what breaks. */
function Frees(props: { finding: Finding }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { finding } = props;
  const { frees, exact, breaks, does } = finding;
  const deed = deedOf(finding);
  const size = formatBytes(deed === 'give-back' ? finding.bytes : frees, {
    decimal
  });
  return (
    <>
      <h4>{heading()}</h4>
      <div className="lh-well">
        <p>
          <Rich strong={size} text={amount()} />{' '}
          {/* It is more than forgetting, so it needs saying. */}
          {deed === 'unpin' && <Rich text={does} />}
        </p>
        {breaks.length === 0 ? (
          <p className="lh-muted">{trans.__('Breaks nothing.')}</p>
        ) : (
          breaks.map((sentence, index) => (
            <p key={index} className="lh-muted">
              <Rich text={sentence} />
            </p>
          ))
        )}
      </div>
    </>
  );

  function heading(): string {
    switch (deed) {
      case 'give-back':
        return trans.__('What comes back');
      case 'collect':
        return trans.__('What collecting frees');
      case null:
        return trans.__('What the fix frees');
      default:
        return trans.__('What clearing frees');
    }
  }

  function amount(): string {
    if (deed === 'give-back') {
      // Free pieces between used ones stay.
      return trans.__('At most %1.', size);
    }
    return exact
      ? trans.__('%1, exactly.', size)
      : trans.__('At least %1.', size);
  }
}
