/** Values that lost their name and live on, in a quiet block over the findings. */
import * as React from 'react';
import { holdingFinding, lingeringWords } from '../../analysis/lingering';
import type { Report } from '../../protocol/generated';
import { LinkButton } from '../parts/atoms';
import { useHunt } from '../context';
import { Rich } from '../parts/rich';

/** More sentences would push the findings off the screen. */
const SHOWN = 3;

/** Nothing when everything that was let go is gone. */
export function LetGo(props: { report: Report }): JSX.Element | null {
  const { model, trans, decimal } = useHunt();
  const { lingering, findings } = props.report;
  const alive = lingering.filter(({ gone }) => !gone);
  const gone = lingering.filter(one => one.gone).slice(0, SHOWN);
  const title = trans.__('Let go, but still alive');
  return (
    <>
      {alive.length > 0 && (
        <section className="lh-letgo" aria-label={title}>
          <h3>{title}</h3>
          <ul>
            {alive.slice(0, SHOWN).map((one, index) => {
              const finding = holdingFinding(one, findings);
              return (
                <li key={index}>
                  <Rich text={lingeringWords(one, trans, decimal)} />{' '}
                  {finding && (
                    <LinkButton
                      label={trans.__('Show holder')}
                      onClick={() => {
                        model.openFinding = finding.id;
                      }}
                    />
                  )}
                </li>
              );
            })}
          </ul>
          {alive.length > SHOWN && (
            <p className="lh-muted">
              {trans.__('And %1 more.', alive.length - SHOWN)}
            </p>
          )}
        </section>
      )}
      {gone.map((one, index) => (
        <p key={index} className="lh-rest">
          <Rich text={lingeringWords(one, trans, decimal)} />
        </p>
      ))}
    </>
  );
}
