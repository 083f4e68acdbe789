/** A small chart of what was counted after each batch, with the same as a table. */
import * as React from 'react';
import { useWidth } from '../../chart/width';
import { countWords, growthChart, rateWords } from '../../analysis/prove';
import type { Growth } from '../../protocol/generated';
import { useHunt } from '../context';

/** Drawn in CSS pixels, so that its words are as large as those around it. */
const HEIGHT = 112;

/** Beyond this it only gets flatter. */
const WIDEST = 480;

/** Room for the labels of the axes and at the end of the line. */
const LEFT = 52;
const RIGHT = 24;
const TOP = 22;
const BOTTOM = 20;

/**
 * The chart of one series.
 *
 * @param runs - After how many runs counts were taken, or will be.
 */
export function GrowthChart(props: {
  growth: Growth;
  runs: readonly number[];
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { growth, runs } = props;
  const { counts } = growth;
  const chart = growthChart(counts, runs);
  const figure = React.useRef<HTMLElement>(null);
  const width = Math.min(useWidth(figure), WIDEST);
  const across = (x: number) => LEFT + x * (width - LEFT - RIGHT);
  const down = (y: number) => TOP + y * (HEIGHT - TOP - BOTTOM);
  const line = chart.points
    .map(({ x, y }) => `${across(x).toFixed(1)},${down(y).toFixed(1)}`)
    .join(' ');
  const end = chart.points[chart.points.length - 1];
  const words = countWords.bind(null, growth);
  const rate = trans.__('%1 per run', rateWords(growth, growth.rate, decimal));
  const last = counts.length - 1;
  const sentence = trans.__(
    '%1: from %2 to %3 in %4 runs, %5',
    growth.name,
    words(counts[0], decimal),
    words(counts[last], decimal),
    runs[last] ?? 0,
    rate
  );
  return (
    <figure ref={figure} className={`lh-growth lh-mod-${growth.verdict}`}>
      <svg width={width} height={HEIGHT} role="img" aria-label={sentence}>
        {[0, 1].map(y => (
          <React.Fragment key={y}>
            <line
              className="lh-growth-grid"
              x1={LEFT}
              x2={width - RIGHT}
              y1={down(y)}
              y2={down(y)}
            />
            <text x={LEFT - 6} y={down(y) + 4} textAnchor="end">
              {words(y === 0 ? chart.top : chart.bottom, decimal)}
            </text>
          </React.Fragment>
        ))}
        {chart.ticks.map(({ x, run }) => (
          <text key={run} x={across(x)} y={HEIGHT - 5} textAnchor="middle">
            {run}
          </text>
        ))}
        <polyline className="lh-growth-line" points={line} />
        {chart.points.map(({ x, y }, index) => (
          <circle
            key={index}
            className="lh-growth-point"
            cx={across(x)}
            cy={down(y)}
            r={3.5}
          />
        ))}
        {end && (
          <text
            className="lh-growth-rate"
            x={Math.min(across(end.x), width - RIGHT)}
            y={Math.max(down(end.y) - 9, 11)}
            textAnchor={end.x > 0.5 ? 'end' : 'start'}
          >
            {rate}
          </text>
        )}
      </svg>
      <details>
        <summary>{trans.__('As a table')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{trans.__('Runs')}</th>
              <th scope="col">{trans.__('Counted')}</th>
            </tr>
          </thead>
          <tbody>
            {counts.map((count, index) => (
              <tr key={index}>
                <th scope="row">{runs[index]}</th>
                <td>{words(count, decimal)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
