/** What an undo brought back, what it did not, and how to get that. */
import * as React from 'react';
import {
  formatBytes,
  formatDuration,
  formatTimeOfDay
} from '../../analysis/format';
import { undoneWords } from '../../analysis/undo';
import { checkIcon, undoIcon } from '../../icons';
import type { Restored, Undone } from '../../protocol/generated';
import { Button, Icon, Name } from '../parts/atoms';
import { BackLine } from '../parts/back';
import { Box } from '../parts/box';
import { useHunt } from '../context';
import { Rich } from '../parts/rich';
import { UnsavedList } from './undoplan';

/** The result of an undo in the place of the list. */
export function UndoneView(props: { undone: Undone }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { undone } = props;
  const { restored, lost, rss_before, rss_after } = undone;
  return (
    <>
      <BackLine title={trans.__('Undo')} aside={formatTimeOfDay(undone.at)} />
      <div className="lh-scroll">
        <Box
          icon={undoIcon}
          tone={lost.length === 0 ? 'good' : 'warn'}
          title={undoneWords(undone, trans)}
        >
          <p>
            {trans.__(
              'It took %1. Kernel memory %2 → %3.',
              formatDuration(undone.seconds),
              formatBytes(rss_before, { decimal }),
              formatBytes(rss_after, { decimal })
            )}
          </p>
        </Box>
        {restored.length > 0 && (
          <section aria-label={trans.__('Back')}>
            <header className="lh-group-head">
              <h3>{trans.__('Back')}</h3>
              <span className="lh-group-count">{restored.length}</span>
            </header>
            <ul className="lh-gone">
              {restored.map((one, index) => (
                <RestoredRow key={index} restored={one} />
              ))}
            </ul>
          </section>
        )}
        {lost.length > 0 && (
          <section className="lh-section" aria-label={trans.__('Not back')}>
            <h3>{trans.__('Not back')}</h3>
            <UnsavedList unsaved={lost} />
          </section>
        )}
      </div>
      <div className="lh-foot">
        <Button filled label={trans.__('Done')} onClick={() => model.back()} />
      </div>
    </>
  );
}

function RestoredRow(props: { restored: Restored }): JSX.Element {
  const { trans } = useHunt();
  const { title, name, note } = props.restored;
  const words =
    note ?? (name === title ? null : trans.__('It came back as `%1`.', name));
  return (
    <li>
      <Icon icon={checkIcon} />
      <Name text={title} />
      {words !== null && (
        <p className="lh-muted">
          <Rich text={words} />
        </p>
      )}
    </li>
  );
}
