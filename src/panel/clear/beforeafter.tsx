/** Kernel memory now and after a clearing, in numbers and as a bar whose hatched part goes. */
import * as React from 'react';
import { NBSP } from '../../analysis/format';
import { promisedSize, type IPromise } from '../../analysis/preview';
import { Size } from '../parts/atoms';
import { useHunt } from '../context';

/**
 * Now → after.
 *
 * @param asking - Whether the kernel has yet to say what the set frees.
 */
export function BeforeAfter(props: {
  promise: IPromise;
  asking: boolean;
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { rss, rssAfter } = props.promise;
  const limit = model.memory?.limit ?? 0;
  // Beside a limit far above the memory what goes would be too thin to see.
  const whole = rss * 4 > limit ? Math.max(limit, rss, 1) : rss;
  const width = (bytes: number) => `${((bytes / whole) * 100).toFixed(2)}%`;
  const size = promisedSize(props.promise, decimal);
  return (
    <section
      className="lh-beforeafter"
      aria-label={trans.__('Kernel memory before and after')}
      aria-busy={props.asking}
    >
      <p className="lh-beforeafter-line">
        <span>
          <span className="lh-muted">{trans.__('Now')}</span>
          {NBSP}
          <Size bytes={rss} />
        </span>
        <span className="lh-muted" aria-hidden="true">
          →
        </span>
        <span>
          <span className="lh-muted">{trans.__('after')}</span>
          {NBSP}
          <Size bytes={rssAfter} />
        </span>
        <span className="lh-beforeafter-frees">
          {props.asking
            ? trans.__('frees %1…', size)
            : trans.__('frees %1', size)}
        </span>
      </p>
      <div className="lh-meter" aria-hidden="true">
        <div className="lh-meter-track">
          <div className="lh-meter-fill" style={{ width: width(rssAfter) }} />
          <div
            className="lh-meter-goes"
            style={{
              left: width(rssAfter),
              width: width(Math.max(rss - rssAfter, 0))
            }}
          />
        </div>
      </div>
    </section>
  );
}
