/** The numbers of the head: memory, limit, percent, meter, peak and what is left. */
import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';
import {
  formatAtLeast,
  formatBytes,
  formatPercent,
  sizeParts
} from '../analysis/format';
import { growthOf, secondsLeft, type IGrowth } from '../analysis/growth';
import { usageLevel } from '../analysis/usage';
import { warningIcon } from '../icons';
import type { Memory, Sample } from '../protocol/generated';
import { Icon } from './parts/atoms';
import { useHunt } from './context';
import { limitWords } from './limits';
import { Meter } from './meter';
import { Rich } from './parts/rich';

/** Where the kernel's memory and the counted memory differ by more, both are named. */
const SPLIT = 0.05;

/**
 * The memory of the kernel, live while a cell runs.
 *
 * @param brief - Leaves out the peak and what is left, as over a preview.
 */
export function MemoryHead(props: { brief: boolean }): JSX.Element | null {
  const { model } = useHunt();
  if (model.memory === null) {
    return null;
  }
  return (
    <UseSignal signal={model.sampled} shouldUpdate={() => model.visible}>
      {() => (
        <Numbers
          memory={merge(model.memory as Memory, model.running && model.live)}
          known={model.memory as Memory}
          brief={props.brief}
        />
      )}
    </UseSignal>
  );
}

/** @param known - The last measurement between two cells. */
function Numbers(props: {
  memory: Memory;
  known: Memory;
  brief: boolean;
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { memory, known, brief } = props;
  const { limit, peak, rss } = memory;
  const used = memory.limit_used ?? rss;
  const { text, unit } = sizeParts(used, { decimal });
  const { criticalAt } = model.settings;
  const level = usageLevel(used, limit, model.settings);
  const words = limitWords(memory, trans, decimal);
  const growth = model.running && growthOf(model.samples, memory);
  const others = isShared(memory);
  // While a cell runs no line comes or goes: what is below would jump.
  const apart = isShared(known);
  return (
    <div className={`lh-memory lh-mod-${level}`}>
      <div className="lh-memory-line">
        <span className="lh-used">
          <span className="lh-used-number">{text}</span>
          <span className="lh-used-unit">{unit}</span>
        </span>
        <span className="lh-limit" title={words.long}>
          <span className="lh-mod-wide">{words.long}</span>
          <span className="lh-mod-narrow">{words.short}</span>
        </span>
        {limit !== null && (
          <span className="lh-percent">
            {level !== 'calm' && <Icon icon={warningIcon} />}
            {formatPercent(used, limit)}
          </span>
        )}
      </div>
      {limit !== null && (
        <Meter
          used={used}
          limit={limit}
          // Beside what others use, the peak of one kernel has no place.
          peak={others ? null : peak}
          tick={criticalAt}
        />
      )}
      {!brief && (
        <div className="lh-memory-line lh-mod-small">
          <span>
            {growth ? (
              <Growth {...growth} />
            ) : others && !apart ? (
              othersWords()
            ) : (
              <Rich text={peakWords(memory)} />
            )}
          </span>
          {limit !== null && (
            // Where it is narrow the time that is left says more.
            <span className={growth ? 'lh-mod-wide' : undefined}>
              {trans.__(
                '%1 left',
                formatBytes(Math.max(limit - used, 0), { decimal })
              )}
            </span>
          )}
        </div>
      )}
      {!brief && apart && (
        <div className="lh-memory-line lh-mod-small">{othersWords()}</div>
      )}
    </div>
  );

  function othersWords(): string {
    return trans.__(
      'this kernel %1, others %2',
      formatBytes(rss, { decimal }),
      formatBytes(Math.max(used - rss, 0), { decimal })
    );
  }

  function peakWords({ peak_exact, peak_cell }: Memory): string {
    const size = peak_exact
      ? formatBytes(peak, { decimal })
      : formatAtLeast(peak, { decimal });
    const count = peak_cell?.execution_count ?? null;
    if (peak === null) {
      return '';
    }
    return count === null
      ? trans.__('Peak %1', size)
      : trans.__('Peak %1 in [%2]', size, count);
  }
}

/** Whether the limit counts more than this kernel. */
function isShared({ rss, limit_used }: Memory): boolean {
  const used = limit_used ?? rss;
  return used > 0 && Math.abs(used - rss) / used > SPLIT;
}

/** How fast it grows, and when that reaches the limit. */
function Growth(props: IGrowth): JSX.Element {
  const { trans, decimal } = useHunt();
  const rate = formatBytes(props.rate, { decimal, figures: 2 });
  return (
    <>
      {trans.__('Growing %1/s:', rate)}{' '}
      <strong>{trans.__('limit in about %1 s', secondsLeft(props))}</strong>
    </>
  );
}

/** The last measurement with the newest sample of the running cell laid over it. */
function merge(memory: Memory, live: Sample | null): Memory {
  if (live === null) {
    return memory;
  }
  // A peak that this very cell set is not known to be one before it ends.
  return {
    ...memory,
    rss: live.rss,
    limit_used: live.limit_used ?? live.rss,
    peak: memory.peak === null ? null : Math.max(memory.peak, live.rss),
    peak_cell:
      memory.peak !== null && live.rss > memory.peak ? null : memory.peak_cell
  };
}
