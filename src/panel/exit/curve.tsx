/** The last readings of a kernel that ended, as a line. */
import * as React from 'react';
import {
  formatBytes,
  formatDuration,
  formatTimeOfDay
} from '../../analysis/format';
import { usedBytes } from '../../analysis/usage';
import type { ILastExit } from '../../model/exit';
import { useHunt } from '../context';

/** Of the drawing, in its own units; it is stretched to the width there is. */
const WIDTH = 300;
const HEIGHT = 60;

/** Fewer samples are no curve. */
const LEAST = 3;

/** What counted against the limit before the end; nothing without samples. */
export function ExitCurve(props: { exit: ILastExit }): JSX.Element | null {
  const { trans, decimal } = useHunt();
  const { memory, samples } = props.exit;
  if (memory === null || samples.length < LEAST) {
    return null;
  }
  const used = samples.map(sample => usedBytes(memory, sample));
  const first = samples[0].at;
  const span = samples[samples.length - 1].at - first || 1;
  const top = Math.max(memory.limit ?? 0, ...used);
  const ended = formatTimeOfDay(props.exit.at / 1000);
  const x = (at: number) => ((at - first) / span) * WIDTH;
  const y = (bytes: number) => HEIGHT - (bytes / top) * HEIGHT;
  const line = samples
    .map(({ at }, index) => `${x(at).toFixed(1)},${y(used[index]).toFixed(1)}`)
    .join(' ');
  return (
    <figure className="lh-exit-curve">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={trans.__(
          'Memory in the last %1 rose from %2 to %3',
          formatDuration(span),
          formatBytes(used[0], { decimal }),
          formatBytes(used[used.length - 1], { decimal })
        )}
      >
        <polygon points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
        {memory.limit !== null && (
          <line x1="0" x2={WIDTH} y1={y(memory.limit)} y2={y(memory.limit)} />
        )}
        <polyline points={line} />
      </svg>
      <span
        className="lh-exit-end"
        style={{ top: y(used[used.length - 1]) }}
        aria-hidden="true"
      />
      <figcaption>
        <span>{trans.__('%1 before', formatDuration(span))}</span>
        {memory.limit !== null && (
          <span>
            {trans.__('- - limit %1', formatBytes(memory.limit, { decimal }))}
          </span>
        )}
        <span>{trans.__('ended %1', ended)}</span>
      </figcaption>
    </figure>
  );
}
