/** The bar that shows how full the kernel's memory is. */
import * as React from 'react';
import { formatBytes, formatPercent } from '../analysis/format';
import { useHunt } from './context';

/**
 * A meter with a tick where notices begin and a mark at the peak.
 *
 * @param tick - In percent of the limit.
 */
export function Meter(props: {
  used: number;
  limit: number;
  peak: number | null;
  tick: number;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { used, limit, peak, tick } = props;
  const at = (share: number) => `${Math.min(share * 100, 100).toFixed(2)}%`;
  return (
    <div
      className="lh-meter"
      role="meter"
      aria-label={trans.__('Memory used')}
      aria-valuemin={0}
      aria-valuemax={limit}
      aria-valuenow={Math.min(used, limit)}
      aria-valuetext={trans.__(
        '%1 of %2, %3',
        formatBytes(used, { decimal }),
        formatBytes(limit, { decimal }),
        formatPercent(used, limit)
      )}
    >
      <div className="lh-meter-track">
        <div className="lh-meter-fill" style={{ width: at(used / limit) }} />
        <div className="lh-meter-tick" style={{ left: at(tick / 100) }} />
      </div>
      {peak !== null && peak <= limit && (
        <div className="lh-meter-peak" style={{ left: at(peak / limit) }} />
      )}
    </div>
  );
}
