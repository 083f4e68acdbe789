/** The head of the panel: which kernel, how full, how close to the limit. */
import * as React from 'react';
import { formatClock } from '../analysis/format';
import { gearIcon, moreIcon, pinIcon, refreshIcon } from '../icons';
import { IconButton } from './parts/atoms';
import { useHunt } from './context';
import { openMore } from './more';
import { CellLink } from './parts/rich';
import { useSeconds } from './seconds';

/** Name of the notebook, state of its kernel, and the buttons. */
export function Title(): JSX.Element {
  const { model, host, trans } = useHunt();
  const watched = model.state === 'watching';
  const checking = model.pending?.what === 'check';
  return (
    <div className={`lh-title ${model.running ? 'lh-mod-running' : ''}`}>
      <h2 className="lh-notebook" title={model.notebookPath}>
        {model.notebookName}
      </h2>
      {host.isKept && (
        <IconButton
          icon={pinIcon}
          label={trans.__('Kept on this notebook: follow the one in use')}
          className="lh-mod-pin"
          onClick={() => host.keep(false)}
        />
      )}
      <KernelWord />
      <span className="lh-tools">
        {watched && (
          <IconButton
            icon={refreshIcon}
            label={trans.__('Check now')}
            className={`lh-mod-spare ${checking ? 'lh-mod-spinning' : ''}`}
            disabled={
              checking
                ? trans.__('A check is under way')
                : !model.canAct && trans.__('The kernel takes no wish now')
            }
            onClick={() => model.checkNow()}
          />
        )}
        {watched && (
          <IconButton
            icon={gearIcon}
            label={trans.__('Settings')}
            className="lh-mod-spare"
            onClick={() => host.openSettings()}
          />
        )}
        <IconButton
          icon={moreIcon}
          label={trans.__('More')}
          onClick={event => openMore(event.currentTarget, model, host, trans)}
        />
      </span>
    </div>
  );
}

/** The state of the kernel as a dot and a word. */
function KernelWord(): JSX.Element {
  const { model, trans } = useHunt();
  const { running } = model;
  if (model.state === 'watching' && running) {
    return (
      <span className="lh-kernel">
        <span className="lh-dot lh-mod-busy" aria-hidden="true" />
        <span className="lh-kernel-word">{trans.__('Running')}</span>
        <CellLink cell={running} />
        <span aria-hidden="true">·</span>
        <Clock since={running.started} />
      </span>
    );
  }
  const asked = model.pending?.what;
  const plan =
    asked === 'test'
      ? model.test?.plan
      : asked === 'trace'
        ? model.trace?.plan
        : null;
  if (plan) {
    return (
      <span className="lh-kernel">
        <span className="lh-dot lh-mod-busy" aria-hidden="true" />
        <span className="lh-kernel-word">
          {asked === 'test' ? trans.__('Testing') : trans.__('Tracing')}
        </span>
        <CellLink cell={plan.plan.cell} />
      </span>
    );
  }
  const words: Record<typeof model.state, [string, string]> = {
    none: ['none', trans.__('No kernel')],
    starting: ['busy', trans.__('Starting')],
    asking: ['off', trans.__('Not watched')],
    'not-python': ['off', model.language],
    missing: ['off', trans.__('Not watched')],
    failed: ['off', trans.__('Not watched')],
    version: ['off', trans.__('Not watched')],
    watching: ['idle', trans.__('Idle')],
    restarting: ['busy', trans.__('Restarting')],
    dead: ['dead', trans.__('No kernel')]
  };
  const [dot, word] = words[model.state];
  return (
    <span className="lh-kernel">
      <span className={`lh-dot lh-mod-${dot}`} aria-hidden="true" />
      <span className="lh-kernel-word">{word}</span>
    </span>
  );
}

/** The time a cell has been running. */
function Clock(props: { since: number }): JSX.Element {
  useSeconds();
  return (
    <span className="lh-clock">
      {formatClock(Date.now() / 1000 - props.since)}
    </span>
  );
}
