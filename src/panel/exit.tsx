/** How a kernel ended: why, as far as it is known, and what filled its memory. */
import * as React from 'react';
import {
  biggestAtExit,
  causeOf,
  usedAtExit,
  type IBiggest
} from '../analysis/exit';
import { formatBytes, formatTimeOfDay } from '../analysis/format';
import { usageWords } from '../analysis/usage';
import { warningIcon } from '../icons';
import type { ILastExit } from '../model/exit';
import { LinkButton, Name, Size } from './atoms';
import { Box, Buttons } from './box';
import { useHunt } from './context';
import { ExitCurve } from './exitcurve';
import { CellLink, Rich } from './rich';

/** The record, with what can be done about it as children. */
export function ExitRecord(props: {
  exit: ILastExit;
  children: React.ReactNode;
}): JSX.Element {
  const { exit } = props;
  const biggest = biggestAtExit(exit);
  return (
    <>
      <Why exit={exit} />
      <ExitCurve exit={exit} />
      {biggest.length > 0 && <Biggest rows={biggest} />}
      <CouldHaveGone exit={exit} />
      <div className="lh-exit-deeds">
        <Buttons>{props.children}</Buttons>
      </div>
    </>
  );
}

/** The cause; out of memory is said with proof only. */
function Why(props: { exit: ILastExit }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { exit } = props;
  const { running, memory } = exit;
  const cause = causeOf(exit);
  const titles = {
    'out-of-memory': trans.__('The kernel ran out of memory'),
    probably: trans.__('The kernel probably ran out of memory'),
    unknown: trans.__('The kernel stopped unexpectedly')
  };
  return (
    <Box icon={warningIcon} tone="error" title={titles[cause]}>
      <p>
        <Rich text={`${sentence()} ${trans.__('All variables are gone.')}`} />
      </p>
    </Box>
  );

  function sentence(): string {
    const count = running?.execution_count ?? null;
    const line = (running && model.findCell(running)?.firstLine) ?? '';
    const cell =
      line && !line.includes('`') ? `[${count}] \`${line}\`` : `[${count}]`;
    if (cause === 'unknown') {
      return count === null
        ? ''
        : trans.__('It stopped while running [%1].', count);
    }
    const time = formatTimeOfDay(exit.at / 1000);
    const size = usageWords(
      usedAtExit(exit) ?? 0,
      memory?.limit ?? null,
      decimal
    );
    return count === null
      ? trans.__('It ended at %1; the last reading was %2.', time, size)
      : trans.__(
          'It ended at %1 while running %2; the last reading was %3.',
          time,
          cell,
          size
        );
  }
}

/** What was biggest at the last reading; each fix can be copied. */
function Biggest(props: { rows: IBiggest[] }): JSX.Element {
  const { host, trans, announce } = useHunt();
  return (
    <section className="lh-section" aria-label={trans.__('Biggest at the end')}>
      <h3>{trans.__('Biggest at the end')}</h3>
      <ul className="lh-exit-list">
        {props.rows.map(({ cell, title, part, bytes, fix }) => (
          <li key={title}>
            <span
              className={`lh-swatch lh-fill lh-part-${part ?? 'variables'}`}
              aria-hidden="true"
            />
            {cell ? (
              <span className="lh-exit-name">
                <CellLink cell={cell} />{' '}
                {trans.__('itself, new since it started')}
              </span>
            ) : (
              <span className="lh-exit-name">
                <Name text={title} />
              </span>
            )}
            {fix !== null && (
              <LinkButton
                label={trans.__('Copy fix')}
                onClick={() => {
                  host.copy(fix);
                  announce(trans.__('Fix copied'));
                }}
              />
            )}
            <Size bytes={bytes} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the last check would have cleared safely; never that the cell would have fitted. */
function CouldHaveGone(props: { exit: ILastExit }): JSX.Element | null {
  const { trans, decimal } = useHunt();
  const { exit } = props;
  const safe = exit.report?.safe_bytes ?? 0;
  const used = usedAtExit(exit);
  if (safe === 0 || used === null) {
    return null;
  }
  return (
    <p className="lh-exit-gone">
      <strong>
        {trans.__('%1 could have gone.', formatBytes(safe, { decimal }))}
      </strong>{' '}
      {trans.__(
        'Without it, the kernel would have stood at %1 at this moment.',
        formatBytes(Math.max(used - safe, 0), { decimal })
      )}
    </p>
  );
}
