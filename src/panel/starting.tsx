/** The kernel, or the watching of it, is being started. */
import * as React from 'react';
import { formatDuration } from '../analysis/format';
import { clockIcon } from '../icons';
import { Box } from './parts/box';
import { useHunt } from './context';
import { useSeconds } from './seconds';

/** A start that takes longer is told how long it takes, in seconds. */
const LATE = 5;

/** Says that it starts, and after a while how long it has been waited for. */
export function Starting(): JSX.Element {
  const { trans } = useHunt();
  const [since] = React.useState(() => Date.now());
  useSeconds();
  const seconds = Math.round((Date.now() - since) / 1000);
  return (
    <div className="lh-scroll">
      {seconds < LATE ? (
        <Box icon={clockIcon} title={trans.__('Starting…')}>
          <p>
            {trans.__('The kernel is starting. Watching begins by itself.')}
          </p>
        </Box>
      ) : (
        <Box
          icon={clockIcon}
          title={trans.__(
            'Waiting for the kernel: %1',
            formatDuration(seconds)
          )}
        >
          <p>
            {trans.__(
              'It starts, or it runs a cell. Watching begins by itself.'
            )}
          </p>
        </Box>
      )}
    </div>
  );
}
