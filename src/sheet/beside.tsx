/** Memory beside the kernel's own: its child processes and its GPUs. */
import * as React from 'react';
import { formatBytes, NBSP } from '../analysis/format';
import { Size } from '../panel/parts/atoms';
import { useHunt } from '../panel/context';
import { CellLink } from '../panel/parts/rich';
import type { Child, Gpu } from '../protocol/generated';

/**
 * The child processes: a bar of all of them.
 *
 * @param opened - Whether each has a line too.
 */
export function Children(props: {
  all: readonly Child[];
  opened: boolean;
}): JSX.Element | null {
  const { trans, decimal } = useHunt();
  const { all, opened } = props;
  if (all.length === 0) {
    return null;
  }
  const sorted = [...all].sort((a, b) => b.bytes - a.bytes);
  const sum = sorted.reduce((bytes, child) => bytes + child.bytes, 0);
  const title = trans._n('%1 child process', '%1 child processes', all.length);
  return (
    <section className="lh-beside" aria-label={title}>
      <header className="lh-beside-head">
        <h3>{title}</h3>
        <Size bytes={sum} />
      </header>
      <div
        className="lh-bar lh-mod-beside"
        role="img"
        aria-label={trans.__(
          '%1, %2: %3',
          title,
          formatBytes(sum, { decimal }),
          sorted
            .map(
              ({ name, bytes }) => `${name} ${formatBytes(bytes, { decimal })}`
            )
            .join(', ')
        )}
      >
        {sorted.map(child => (
          <span
            key={child.pid}
            className="lh-bar-part lh-fill lh-part-variables"
            style={{ flexGrow: child.bytes }}
            title={child.name}
          />
        ))}
      </div>
      {opened && (
        <ul className="lh-beside-list">
          {sorted.map(({ pid, name, bytes, cell }) => (
            <li key={pid}>
              <code
                className="lh-code"
                title={trans.__('%1, process %2', name, pid)}
              >
                {name}
              </code>
              {cell && <CellLink cell={cell} />}
              <Size bytes={bytes} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** One bar a GPU: what is allocated of what the libraries have reserved. */
export function Gpus(props: {
  gpus: readonly Gpu[];
  opened: boolean;
}): JSX.Element {
  return (
    <>
      {props.gpus.map((gpu, index) => (
        <GpuBar key={index} gpu={gpu} opened={props.opened} />
      ))}
    </>
  );
}

function GpuBar(props: { gpu: Gpu; opened: boolean }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { name, allocated, reserved, peak } = props.gpu;
  const free = Math.max(reserved - allocated, 0);
  const top = Math.max(reserved, allocated, peak ?? 0, 1);
  const size = (bytes: number) => formatBytes(bytes, { decimal });
  const words = [
    trans.__('%1 in use', size(allocated)),
    ...(free > 0 ? [trans.__('%1 kept free', size(free))] : []),
    ...(peak === null ? [] : [trans.__('peak %1', size(peak))])
  ].join(' · ');
  return (
    <section className="lh-beside" aria-label={name}>
      <header className="lh-beside-head">
        <h3>{trans.__('GPU%1%2', NBSP, name)}</h3>
        <Size bytes={reserved} />
      </header>
      <div
        className="lh-bar lh-mod-beside"
        role="img"
        aria-label={trans.__('%1: %2', name, words)}
        title={words}
      >
        <span
          className="lh-bar-part lh-fill lh-part-variables"
          style={{ flexGrow: allocated }}
        />
        {free > 0 && (
          <span
            className="lh-bar-part lh-fill lh-part-kept"
            style={{ flexGrow: free }}
          />
        )}
        <span style={{ flexGrow: top - Math.max(reserved, allocated) }} />
        {peak !== null && (
          <span
            className="lh-meter-peak"
            style={{ left: `${((peak / top) * 100).toFixed(2)}%` }}
          />
        )}
      </div>
      {props.opened && <p className="lh-beside-words">{words}</p>}
    </section>
  );
}
