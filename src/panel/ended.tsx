/** A kernel that died or was restarted: what it held is gone, its records are kept. */
import * as React from 'react';
import { formatTimeOfDay } from '../analysis/format';
import { refreshIcon, warningIcon } from '../icons';
import { Button } from './atoms';
import { Box, Buttons } from './box';
import { useHunt } from './context';
import { GoneTable, PastRuns } from './past';
import { Rich } from './rich';

/** The kernel died; no claim about memory is made without proof. */
export function Dead(): JSX.Element {
  const { model, trans } = useHunt();
  const count = model.running?.execution_count ?? null;
  const runs = model.runs.length > 0 ? model.runs : model.pastRuns;
  return (
    <div className="lh-scroll">
      <Box
        icon={warningIcon}
        tone="error"
        title={trans.__('The kernel stopped unexpectedly')}
      >
        <p>
          <Rich
            text={
              count === null
                ? trans.__('All variables are gone.')
                : trans.__(
                    'It stopped while running [%1]. All variables are gone.',
                    count
                  )
            }
          />
        </p>
        <Buttons>
          <Button
            filled
            label={trans.__('Restart')}
            onClick={() => model.restart()}
          />
        </Buttons>
      </Box>
      {runs.length > 0 && (
        <section className="lh-past" aria-label={trans.__('Run before')}>
          <header className="lh-group-head">
            <h3>{trans.__('Run before')}</h3>
          </header>
          <GoneTable runs={runs} />
        </section>
      )}
    </div>
  );
}

/** A new kernel in which no cell has run yet; what was recorded before is kept. */
export function Restarted(): JSX.Element {
  const { model, trans } = useHunt();
  const at = formatTimeOfDay((model.restartedAt ?? 0) / 1000, false);
  return (
    <>
      <Box icon={refreshIcon} title={trans.__('Kernel restarted at %1', at)}>
        <p>
          {model.pastRuns.length > 0
            ? trans.__(
                'All variables are gone. Watching goes on by itself. The records of the run before are kept to compare with.'
              )
            : trans.__('All variables are gone. Watching goes on by itself.')}
        </p>
      </Box>
      {model.pastRuns.length > 0 && <PastRuns />}
    </>
  );
}
