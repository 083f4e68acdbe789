/** An opened finding: what holds it, why, what clearing frees, and the fix. */
import * as React from 'react';
import { formatBytes } from '../analysis/format';
import { copyIcon } from '../icons';
import type { Finding } from '../protocol/generated';
import { Button } from './atoms';
import { Buttons } from './box';
import { Chain } from './chain';
import { useHunt } from './context';
import { Rich } from './rich';

/** The details under a row. */
export function OpenedFinding(props: { finding: Finding }): JSX.Element {
  const { model, host, trans, announce } = useHunt();
  const { finding } = props;
  const { fix, facts, chain, remedy, kind } = finding;
  const copyFix = () => {
    host.copy(fix ?? '');
    announce(trans.__('Fix copied'));
  };
  const clearable = remedy.action === 'clear' && finding.group !== 'not-a-leak';
  return (
    <div className="lh-opened">
      <h4>{trans.__('What holds it')}</h4>
      <Chain holders={chain} />
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
      <h4>
        {clearable
          ? trans.__('What clearing frees')
          : trans.__('What the fix frees')}
      </h4>
      <Frees finding={finding} does={clearable && kind === 'view-base'} />
      {fix !== null && (
        <>
          <h4>{trans.__('Fix in your code')}</h4>
          <pre className="lh-fix">
            <code>{fix}</code>
          </pre>
        </>
      )}
      <Buttons>
        {clearable && (
          <Button
            filled
            label={
              kind === 'view-base' ? trans.__('Unpin…') : trans.__('Clear…')
            }
            disabled={!model.canAct && trans.__('The kernel takes no wish now')}
            onClick={() => model.previewClear([finding.id])}
          />
        )}
        {fix !== null && (
          <Button
            filled={!clearable}
            icon={clearable ? undefined : copyIcon}
            label={trans.__('Copy fix')}
            onClick={copyFix}
          />
        )}
      </Buttons>
    </div>
  );
}

/**
 * The bytes, how sure they are, and what breaks.
 *
 * @param does - Whether what is done needs saying: it is more than forgetting.
 */
function Frees(props: { finding: Finding; does: boolean }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { frees, exact, breaks } = props.finding;
  const size = formatBytes(frees, { decimal });
  return (
    <div className="lh-well">
      <p>
        <Rich
          strong={size}
          text={
            exact
              ? trans.__('%1, exactly.', size)
              : trans.__('At least %1.', size)
          }
        />{' '}
        {props.does && <Rich text={props.finding.does} />}
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
  );
}
