/** How a kernel ended: why, as far as it is known, and what filled its memory. */
import * as React from 'react';
import { biggestAtExit, causeOf, type IBiggest } from '../../analysis/exit';
import { warningIcon } from '../../icons';
import type { ILastExit } from '../../model/exit';
import { LinkButton, Name, Size } from '../parts/atoms';
import { Box, Buttons } from '../parts/box';
import { useHunt } from '../context';
import { ExitCurve } from './curve';
import { exitSentence, exitTitle, goneWords } from './words';
import { CellLink, Rich } from '../parts/rich';
import { verdictWord } from '../findings/verdict';

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

/** The cause, as far as it is known. */
function Why(props: { exit: ILastExit }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { exit } = props;
  return (
    <Box
      icon={warningIcon}
      tone="error"
      title={exitTitle(causeOf(exit), trans)}
    >
      <p>
        <Rich text={exitSentence(exit, model, trans, decimal)} />
      </p>
    </Box>
  );
}

/** What was biggest at the last reading; each fix can be copied. */
function Biggest(props: { rows: IBiggest[] }): JSX.Element {
  const { trans, copy } = useHunt();
  return (
    <section className="lh-section" aria-label={trans.__('Biggest at the end')}>
      <h3>{trans.__('Biggest at the end')}</h3>
      <ul className="lh-exit-list">
        {props.rows.map(({ cell, title, part, label, bytes, fix }, index) => (
          <li key={index}>
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
                <Name text={title} />{' '}
                {label && (
                  <span className="lh-mod-wide lh-muted">
                    {verdictWord(label, trans)}
                  </span>
                )}
              </span>
            )}
            {fix !== null && (
              <LinkButton
                label={trans.__('Copy fix')}
                onClick={() => {
                  copy(fix, trans.__('Fix copied'));
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

/** What would not have been there. */
function CouldHaveGone(props: { exit: ILastExit }): JSX.Element | null {
  const { trans, decimal } = useHunt();
  const words = goneWords(props.exit, trans, decimal);
  return (
    words && (
      <p className="lh-exit-gone">
        <strong>{words[0]}</strong> {words[1]}
      </p>
    )
  );
}
