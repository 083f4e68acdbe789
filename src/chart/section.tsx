/** The chart as a section of the panel that closes. */
import * as React from 'react';
import { downIcon, forwardIcon } from '../icons';
import { Icon } from '../panel/parts/atoms';
import { useHunt } from '../panel/context';
import { Plot } from '../panel/ondemand';
import { chartUnit } from './unit';

/**
 * Memory by cell run.
 *
 * @param low - The panel is too low: the section is closed until opened by hand.
 */
export function ChartSection(props: { low: boolean }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { chart } = model.settings;
  const { low } = props;
  // What is opened by hand in a low panel stays so, but is not the user's setting.
  const [byHand, setByHand] = React.useState(false);
  React.useEffect(() => setByHand(false), [low]);
  const opened = low ? byHand : chart.open;
  const id = React.useId();
  const unit = chartUnit(model.runs, model.memory?.limit ?? null, decimal);
  return (
    <section className="lh-chart">
      <button
        type="button"
        className="lh-section-head"
        aria-expanded={opened}
        aria-controls={opened ? id : undefined}
        onClick={() =>
          low
            ? setByHand(!byHand)
            : model.saveSetting('chart', { ...chart, open: !chart.open })
        }
      >
        <span className="lh-section-title">
          {chart.by === 'time'
            ? trans.__('Memory by the clock, %1', unit)
            : trans.__('Memory by cell run, %1', unit)}
        </span>
        {opened && (
          <span className="lh-legend" aria-hidden="true">
            {model.report !== null && (
              <span className="lh-legend-entry">
                <span className="lh-legend-gone" />
                {trans.__('not held now')}
              </span>
            )}
            <span className="lh-legend-peak" />
            {trans.__('peak')}
          </span>
        )}
        <Icon icon={opened ? downIcon : forwardIcon} />
      </button>
      {opened && (
        <div id={id}>
          <React.Suspense fallback={<div style={{ height: chart.height }} />}>
            <Plot by={chart.by} height={chart.height} />
          </React.Suspense>
        </div>
      )}
    </section>
  );
}
