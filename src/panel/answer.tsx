/** The answer to the question that brought the user here, and one button. */
import * as React from 'react';
import { formatBytes } from '../analysis/format';
import { Button } from './atoms';
import { useHunt } from './context';

/** What can go safely; nothing at all where nothing was found. */
export function Answer(): JSX.Element | null {
  const { model, trans, decimal } = useHunt();
  const { report } = model;
  if (!report || (report.safe_bytes === 0 && report.check_bytes === 0)) {
    return null;
  }
  const safe = formatBytes(report.safe_bytes, { decimal });
  const check = formatBytes(report.check_bytes, { decimal });
  return (
    <section
      className={`lh-answer ${model.reportStale ? 'lh-mod-stale' : ''}`}
      aria-label={trans.__('What can go')}
    >
      <div className="lh-answer-words">
        {report.safe_bytes > 0 ? (
          <>
            <p className="lh-answer-lead">
              {trans.__('%1 can go safely', safe)}
            </p>
            {report.check_bytes > 0 && (
              <p className="lh-answer-more">
                {trans.__('plus %1 to check first', check)}
              </p>
            )}
          </>
        ) : (
          <p className="lh-answer-lead">
            {trans.__('%1 to check first', check)}
          </p>
        )}
      </div>
      {report.safe_bytes > 0 && (
        <Button
          filled
          label={trans.__('Review and clear…')}
          disabled={!model.canAct && trans.__('The kernel takes no wish now')}
          onClick={() => model.reviewSafe()}
        />
      )}
    </section>
  );
}
