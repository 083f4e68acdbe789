/** What the panel says while there is nothing to list: one state, one action. */
import * as React from 'react';
import {
  copyIcon,
  forbiddenIcon,
  gearIcon,
  huntIcon,
  infoIcon,
  plugIcon,
  refreshIcon,
  warningIcon
} from '../icons';
import type { IHuntHost } from '../tokens';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, IconButton, LinkButton } from './parts/atoms';
import { Box, Buttons, Empty } from './parts/box';
import { useHunt } from './context';
import { Dead } from './exit/ended';
import { Rich } from './parts/rich';
import { Starting } from './starting';

/** No notebook is open. */
export function NoNotebook(props: {
  host: IHuntHost;
  trans: TranslationBundle;
}): JSX.Element {
  const { host, trans } = props;
  return (
    <>
      <div className="lh-header">
        <div className="lh-title">
          <h2 className="lh-notebook">{trans.__('Leak Hunter')}</h2>
          <span className="lh-tools">
            <IconButton
              icon={gearIcon}
              label={trans.__('Settings')}
              onClick={() => host.openSettings()}
            />
          </span>
        </div>
      </div>
      <Empty
        icon={huntIcon}
        title={trans.__('Open a notebook')}
        text={trans.__(
          'Leak Hunter shows which cells and objects keep memory in a Python notebook.'
        )}
      >
        <Buttons>
          <Button
            filled
            label={trans.__('New notebook')}
            onClick={() => host.newNotebook()}
          />
        </Buttons>
        <Records trans={trans} />
      </Empty>
    </>
  );
}

/** What is kept of the user's work, and where: to be read before the first notebook. */
function Records(props: { trans: TranslationBundle }): JSX.Element {
  const { trans } = props;
  return (
    <details className="lh-records">
      <summary className="lh-link">{trans.__('What it records')}</summary>
      <ul className="lh-facts">
        <li>
          {trans.__(
            'Of each run of a cell: its first line, its time, memory before, after and at the peak, and the names that it binds, reads and deletes.'
          )}
        </li>
        <li>
          {trans.__(
            'After it: which objects are big, and the names of what holds them.'
          )}
        </li>
        <li>
          {trans.__(
            'It stays in the kernel and in this page; nothing is sent elsewhere.'
          )}
        </li>
        <li>
          {trans.__(
            'A notebook keeps what you mark as expected, and numbers of its cells only if the settings say so.'
          )}
        </li>
      </ul>
    </details>
  );
}

/** The kernel of this notebook is not, or not yet, watched. */
export function KernelState(): JSX.Element | null {
  const { model, trans } = useHunt();
  switch (model.state) {
    case 'none':
      return (
        <Empty
          icon={plugIcon}
          title={trans.__('No kernel')}
          text={trans.__(
            'This notebook has no kernel. Choose one, and watching begins.'
          )}
        />
      );
    case 'starting':
      return <Starting />;
    case 'asking':
      return (
        <Empty
          icon={plugIcon}
          title={trans.__('Watch this kernel')}
          text={trans.__(
            'Memory is recorded before and after each cell from now on: about 1 ms per cell. Cells already run are not run again; what they left is found.'
          )}
        >
          <Buttons>
            <Button
              filled
              label={trans.__('Start watching')}
              onClick={() => model.startWatching()}
            />
          </Buttons>
          <LinkButton
            label={trans.__('Always start for Python notebooks')}
            onClick={() => model.startWatching(true)}
          />
        </Empty>
      );
    case 'not-python':
      return (
        <Empty
          icon={forbiddenIcon}
          title={trans.__('Python kernels only')}
          text={
            model.language
              ? trans.__(
                  'This notebook runs %1. Leak Hunter looks into Python kernels.',
                  model.language
                )
              : trans.__('Leak Hunter looks into Python kernels.')
          }
        />
      );
    case 'missing':
      return <Missing />;
    case 'failed':
    case 'version':
      return <Failed />;
    case 'restarting':
      return (
        <div className="lh-scroll">
          <Box icon={refreshIcon} title={trans.__('The kernel is restarting')}>
            <p>{trans.__('Watching goes on by itself.')}</p>
          </Box>
        </div>
      );
    case 'dead':
      return <Dead />;
    case 'watching':
      return null;
  }
}

function Missing(): JSX.Element {
  const { model, trans, copy } = useHunt();
  return (
    <Empty
      icon={plugIcon}
      title={trans.__('The kernel lacks the magics')}
      text={trans.__(
        'Install the package in the environment this kernel runs in, then start watching. No restart needed.'
      )}
    >
      <pre className="lh-fix">
        <code>{model.installCommand}</code>
      </pre>
      <Buttons>
        <Button
          filled
          icon={copyIcon}
          label={trans.__('Copy')}
          onClick={() => {
            copy(model.installCommand);
          }}
        />
        <Button
          label={trans.__('I installed it: try again')}
          onClick={() => model.retry()}
        />
      </Buttons>
    </Empty>
  );
}

function Failed(): JSX.Element {
  const { model, trans, copy } = useHunt();
  const version = model.state === 'version';
  return (
    <div className="lh-scroll">
      <Box
        icon={version ? infoIcon : warningIcon}
        tone={version ? 'plain' : 'error'}
        title={
          version
            ? trans.__('The kernel has another version')
            : trans.__('Watching could not start')
        }
      >
        {model.message && (
          <p>
            <Rich text={model.message} />
          </p>
        )}
        <Buttons>
          <Button
            filled
            label={trans.__('Try again')}
            onClick={() => model.retry()}
          />
          {model.message && (
            <Button
              label={trans.__('Copy details')}
              onClick={() => {
                copy(model.message ?? '');
              }}
            />
          )}
        </Buttons>
      </Box>
    </div>
  );
}
