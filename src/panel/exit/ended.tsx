/** A kernel that died or was restarted: what it held is gone, its records are kept. */
import * as React from 'react';
import { formatTimeOfDay } from '../../analysis/format';
import { refreshIcon } from '../../icons';
import type { ILastExit } from '../../model/exit';
import { Button } from '../parts/atoms';
import { Box } from '../parts/box';
import { useHunt } from '../context';
import { ExitRecord, GoneTable } from '../ondemand';
import { PastRuns } from '../cells/past';

/** The kernel died and did not come back. */
export function Dead(): JSX.Element {
  const { model, trans } = useHunt();
  const runs = model.runs.length > 0 ? model.runs : model.pastRuns;
  return (
    <div className="lh-scroll">
      <React.Suspense fallback={null}>
        <ExitRecord
          exit={model.lastExit ?? { ...unread, running: model.running }}
        >
          <Button
            filled
            label={trans.__('Restart')}
            onClick={() => model.restart()}
          />
          <CopyDetails />
        </ExitRecord>
      </React.Suspense>
      {runs.length > 0 && (
        <section className="lh-past" aria-label={trans.__('Run before')}>
          <header className="lh-group-head">
            <h3>{trans.__('Run before')}</h3>
          </header>
          <React.Suspense fallback={null}>
            <GoneTable runs={runs} />
          </React.Suspense>
        </section>
      )}
    </div>
  );
}

/** The kernel died and came back: how it ended, until the user has read it. */
export function CameBack(): JSX.Element | null {
  const { model, trans } = useHunt();
  const { lastExit } = model;
  return (
    lastExit && (
      <React.Suspense fallback={null}>
        <ExitRecord exit={lastExit}>
          <Button
            label={trans.__('Dismiss')}
            onClick={() => model.dismissExit()}
          />
          <CopyDetails />
        </ExitRecord>
      </React.Suspense>
    )
  );
}

/** Puts the record on the clipboard, for a report to whoever runs the server. */
function CopyDetails(): JSX.Element | null {
  const { model, host, trans, announce } = useHunt();
  return model.lastExit === null ? null : (
    <Button
      label={trans.__('Copy details')}
      onClick={() => {
        host.copyReport();
        announce(trans.__('Copied'));
      }}
    />
  );
}

/** A kernel that was never watched leaves no record. */
const unread: ILastExit = {
  byItself: true,
  at: 0,
  running: null,
  memory: null,
  samples: [],
  report: null,
  oomBefore: null,
  oomAfter: null
};

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
