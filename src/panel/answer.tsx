/** The answer to the question that brought the user here, and one button. */
import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';
import { formatBytes } from '../analysis/format';
import { usageLevel, usedBytes } from '../analysis/usage';
import type { IHuntModel } from '../tokens';
import { Button, WishButton } from './parts/atoms';
import { useHunt } from './context';

/**
 * What can go; while a cell runs near the limit it gives way to the interrupt.
 *
 * #### Notes
 * The interrupt covers it, and what is below where it needs more room: nothing
 * moves. It stays until the memory is far from the limit, not a little below,
 * so that it does not go from under the pointer.
 */
export function Answer(): JSX.Element {
  const { model } = useHunt();
  const alarm = React.useRef<number | null>(null);
  return (
    <UseSignal signal={model.sampled} shouldUpdate={() => model.visible}>
      {() => {
        alarm.current = alarmOf(model, alarm.current);
        const covered = alarm.current !== null;
        return (
          <div className={`lh-answers ${covered ? 'lh-mod-covered' : ''}`}>
            <div aria-hidden={covered}>
              <CanGo />
            </div>
            {covered && <Interrupt />}
          </div>
        );
      }}
    </UseSignal>
  );
}

/**
 * The run to warn of, null for none.
 *
 * @param before - The run that was warned of until now.
 */
function alarmOf(model: IHuntModel, before: number | null): number | null {
  const { running, live, memory, settings } = model;
  if (running === null || memory === null) {
    return null;
  }
  const level = usageLevel(usedBytes(memory, live), memory.limit, settings);
  const stays = before === running.run && level !== 'calm';
  return stays || level === 'critical' ? running.run : null;
}

/** The one thing that helps while a cell fills the memory. */
function Interrupt(): JSX.Element {
  const { model, trans } = useHunt();
  return (
    <section
      className="lh-answer lh-mod-critical"
      aria-label={trans.__('Near the limit')}
    >
      <p className="lh-answer-words">
        {trans.__(
          'An interrupt keeps your variables. If the system kills the kernel, they are lost.'
        )}
      </p>
      <Button
        filled
        label={trans.__('Interrupt cell')}
        onClick={() => model.interrupt()}
      />
    </section>
  );
}

/** What can go safely; nothing at all where nothing was found. */
function CanGo(): JSX.Element | null {
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
        <WishButton
          filled
          label={trans.__('Review and clear…')}
          onClick={() => model.reviewSafe()}
        />
      )}
    </section>
  );
}
