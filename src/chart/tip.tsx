/** What the chart says about one run. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { formatAtLeast, formatBytes } from '../analysis/format';
import type { CellRun } from '../protocol/generated';
import { useHunt } from '../panel/context';
import type { IStep } from './steps';

/** Width of the tooltip in CSS pixels, as in the style sheet. */
const WIDTH = 236;

/**
 * The tooltip under a step: the chart itself stays in sight.
 *
 * @param box - Where the step stands in a chart of that width.
 */
export function ChartTip(props: {
  step: IStep;
  box: { left: number; width: number };
  width: number;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { step, box, width } = props;
  const left = Math.max(Math.min(box.left, width - WIDTH), 0);
  const { run } = step;
  return (
    <div className="lh-tip" style={{ left }} aria-hidden="true">
      <div className="lh-tip-title">
        <strong>{cellName(run)}</strong>{' '}
        <code className="lh-code">{run.source_line}</code>
      </div>
      <div>{afterWords(step, trans, decimal)}</div>
      <div>
        {trans.__('still held now: %1', formatBytes(run.held, { decimal }))}
      </div>
      {run.made !== null && (
        <div>
          {trans.__('numpy made %1 in all', formatBytes(run.made, { decimal }))}
        </div>
      )}
      {step.runs > 1 && (
        <div>{trans.__('the highest of %1 runs', step.runs)}</div>
      )}
      <div className="lh-muted">{trans.__('Click: go to cell')}</div>
    </div>
  );
}

/** The tooltip as one sentence, for a screen reader. */
export function tipWords(
  step: IStep,
  trans: TranslationBundle,
  decimal: boolean
): string {
  return trans.__(
    '%1 %2: %3, still held now: %4',
    cellName(step.run),
    step.run.source_line,
    afterWords(step, trans, decimal),
    formatBytes(step.run.held, { decimal })
  );
}

function cellName(run: CellRun): string {
  return `[${run.execution_count ?? ' '}]`;
}

function afterWords(
  { run }: IStep,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const after = formatBytes(run.rss_after, { decimal });
  const change = formatBytes(run.rss_after - run.rss_before, {
    signed: true,
    decimal
  });
  if (run.peak === null) {
    return trans.__('after %1 (%2)', after, change);
  }
  const peak = run.peak_exact
    ? formatBytes(run.peak, { decimal })
    : formatAtLeast(run.peak, { decimal });
  return trans.__('after %1 (%2) · peak %3', after, change, peak);
}
