/**
 * The drawn chart: pointer and keys find a run, a click goes to its cell, and a
 * drag over several lists what was born in them.
 */
import * as React from 'react';
import { formatBytes } from '../analysis/format';
import { useHunt } from '../panel/context';
import type { IHuntModel } from '../tokens';
import { buildChart, isFarLimit, type IChart } from './build';
import { usePaced } from './paced';
import { MARGIN, runsBetween, spanBox, stepAt, stepBox } from './steps';
import { useColors } from './theme';
import { ChartTip, tipWords } from './tip';
import { useWidth } from './width';

/** From a change of the runs until it is drawn, in ms. */
const PAUSE = 400;

/** The same while the check of the last run is awaited: both are drawn at once. */
const PATIENCE = 2000;

/** The chart of the model's runs. */
export function Plot(props: {
  by: 'run' | 'time';

  /** In CSS pixels. */
  height: number;
}): JSX.Element {
  const { model, trans, decimal, announce } = useHunt();
  const { memory } = model;
  const { by, height } = props;
  const { runs, report, limit } = useFacts(model);
  const outer = React.useRef<HTMLDivElement>(null);
  const canvas = React.useRef<HTMLDivElement>(null);
  const onScreen = useWidth(outer);
  // Out of sight it keeps its width, and comes back as it was.
  const known = React.useRef(0);
  known.current = onScreen || known.current;
  const width = known.current;
  const colorsOf = useColors();
  const [at, setAt] = React.useState<number | null>(null);
  // Where a drag began, and whether it has left its first step.
  const [from, setFrom] = React.useState<number | null>(null);

  const chart = React.useMemo<IChart | null>(
    () =>
      outer.current === null || width === 0
        ? null
        : buildChart({
            runs,
            report,
            limit,
            decimal,
            by,
            colors: colorsOf(outer.current),
            width,
            height
          }),
    [runs, report, limit, decimal, by, width, height, colorsOf]
  );
  useDrawing(canvas, onScreen > 0 ? chart : null);

  const step = at === null ? null : (chart?.steps[at] ?? null);
  const goTo = (index: number) => {
    const target = chart?.steps[index];
    if (target) {
      setAt(index);
      announce(tipWords(target, trans, decimal));
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const last = (chart?.steps.length ?? 0) - 1;
    const to = {
      ArrowRight: Math.min((at ?? last) + 1, last),
      ArrowLeft: Math.max((at ?? last + 1) - 1, 0),
      Home: 0,
      End: last
    }[event.key];
    if (to !== undefined) {
      goTo(to);
    } else if (event.key === 'Enter' && step) {
      model.goToCell(step.run);
    } else if (event.key === 'Escape' && from !== null) {
      setFrom(null);
    } else if (event.key === 'Escape' && model.filter.span !== null) {
      model.filterBySpan([]);
    } else if (event.key === 'Escape' && at !== null) {
      setAt(null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const find = (event: React.MouseEvent) =>
    chart === null
      ? null
      : stepAt(
          chart.steps,
          event.clientX - event.currentTarget.getBoundingClientRect().left,
          width
        );

  return (
    <div
      ref={outer}
      className="lh-plot"
      style={{ height }}
      role="img"
      tabIndex={0}
      aria-label={trans._n(
        'Memory after %1 cell run, now %2. The tab Cells is the same data as a table.',
        'Memory after each of %1 cell runs, now %2. The tab Cells is the same data as a table.',
        model.runs.length,
        formatBytes(memory?.rss ?? null, { decimal })
      )}
      onKeyDown={onKeyDown}
      onBlur={() => setAt(null)}
      onMouseMove={event => setAt(find(event))}
      onMouseLeave={() => {
        setAt(null);
        setFrom(null);
      }}
      onMouseDown={event => setFrom(find(event))}
      onMouseUp={event => {
        const to = find(event);
        setFrom(null);
        if (chart === null || from === null || to === null) {
          return;
        }
        if (from === to) {
          model.goToCell(chart.steps[to].run);
        } else {
          model.filterBySpan(runsBetween(runs, chart.steps, from, to));
        }
      }}
    >
      <div ref={canvas} className="lh-plot-canvas" />
      {chart && chart.limitTop !== null && (
        <span
          className="lh-plot-limit"
          style={{ left: MARGIN.left, top: chart.limitTop }}
        >
          {isFarLimit(runs, limit)
            ? trans.__('↑ limit %1', formatBytes(limit, { decimal }))
            : trans.__('limit %1', formatBytes(limit, { decimal }))}
        </span>
      )}
      {chart && at !== null && from !== null && from !== at && (
        <div
          className="lh-plot-span"
          style={spanBox(chart.steps, from, at, width)}
        />
      )}
      {chart && step && at !== null && (
        <>
          <div
            className="lh-plot-cursor"
            style={stepBox(chart.steps, at, width)}
          />
          <ChartTip
            step={step}
            box={stepBox(chart.steps, at, width)}
            width={width}
          />
        </>
      )}
    </div>
  );
}

/** What is drawn: a redrawing takes longer than all else that an update does. */
function useFacts(model: IHuntModel) {
  const { runs, report, memory } = model;
  const limit = memory?.limit ?? null;
  const facts = React.useMemo(
    () => ({ runs, report, limit }),
    [runs, report, limit]
  );
  const last = runs[runs.length - 1]?.run ?? 0;
  const checked = report !== null && report.after_run >= last;
  return usePaced(facts, checked ? PAUSE : PATIENCE);
}

/**
 * Draws when the chart changed; plotly is fetched for the first drawing.
 *
 * @param chart - null while there is nothing to draw or nobody sees it.
 */
function useDrawing(
  canvas: React.RefObject<HTMLDivElement>,
  chart: IChart | null
): void {
  const drawn = React.useRef<IChart | null>(null);
  React.useEffect(() => {
    let stale = false;
    const node = canvas.current;
    if (node && chart && chart !== drawn.current) {
      import(/* webpackChunkName: "plotly" */ './traces')
        .then(async ({ draw }) => {
          if (!stale) {
            drawn.current = chart;
            await draw(node, chart);
          }
        })
        .catch(reason => {
          console.error('The chart of memory could not be drawn:', reason);
        });
    }
    return () => {
      stale = true;
    };
  }, [chart]);
  React.useEffect(() => {
    const node = canvas.current;
    return () => {
      if (node?.hasChildNodes()) {
        import(/* webpackChunkName: "plotly" */ './traces')
          .then(({ erase }) => erase(node))
          .catch(() => undefined);
      }
    };
  }, []);
}
