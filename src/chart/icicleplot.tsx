/** The boxes of a trace over its list; a click on a box goes to its cell. */
import * as React from 'react';
import { formatBytes, formatPercent } from '../analysis/format';
import { traceBoxes, type BoxKind, type ITraceBox } from '../analysis/trace';
import { useHunt } from '../panel/context';
import type { Trace } from '../protocol/generated';
import { buildIcicle, icicleHeight, type IIcicleColors } from './icicle';
import { useTheme } from './theme';
import { useWidth } from './width';

/** The calls that led to what a trace found. */
export function IciclePlot(props: { trace: Trace }): JSX.Element | null {
  const { model, trans, decimal } = useHunt();
  const { trace } = props;
  const outer = React.useRef<HTMLDivElement>(null);
  const canvas = React.useRef<HTMLDivElement>(null);
  const width = useWidth(outer);
  const theme = useTheme();
  const boxes = React.useMemo(() => traceBoxes(trace), [trace]);
  const held = formatBytes(trace.held, { decimal });

  const label = ({ kind, spot, bytes }: ITraceBox): string => {
    if (spot === null) {
      return kind === 'all'
        ? trans.__('All: %1', formatBytes(bytes, { decimal }))
        : trans.__('Not seen by Python');
    }
    const count = spot.cell?.execution_count ?? null;
    return count === null
      ? spot.function || spot.where
      : trans.__('[%1] line %2', count, spot.line);
  };
  const tip = (box: ITraceBox): string =>
    trans.__(
      '%1: %2, %3',
      box.spot?.where ?? label(box),
      formatBytes(box.bytes, { decimal }),
      formatPercent(box.bytes, boxes[0].bytes)
    );

  const figure = React.useMemo(
    () =>
      outer.current === null || width === 0
        ? null
        : buildIcicle({
            boxes,
            labels: boxes.map(label),
            tips: boxes.map(tip),
            colors: icicleColors(outer.current),
            width
          }),
    [boxes, decimal, width, theme]
  );
  const goTo = (index: number) => {
    const cell = boxes[index]?.spot?.cell;
    if (cell) {
      model.goToCell(cell);
    }
  };
  const clicked = React.useRef(goTo);
  clicked.current = goTo;
  React.useEffect(() => {
    let stale = false;
    const node = canvas.current;
    if (node && figure) {
      import(/* webpackChunkName: "plotly" */ './icicletraces')
        .then(({ drawIcicle }) =>
          stale
            ? undefined
            : drawIcicle(node, figure, index => clicked.current(index))
        )
        .catch(reason => {
          console.error('The boxes of the trace could not be drawn:', reason);
        });
    }
    return () => {
      stale = true;
    };
  }, [figure]);
  React.useEffect(() => {
    const node = canvas.current;
    return () => {
      if (node?.hasChildNodes()) {
        import(/* webpackChunkName: "plotly" */ './icicletraces')
          .then(({ eraseIcicle }) => eraseIcicle(node))
          .catch(() => undefined);
      }
    };
  }, []);
  return (
    <div
      ref={outer}
      className="lh-icicle"
      style={{ height: icicleHeight(boxes) }}
      role="img"
      aria-label={trans.__(
        'The calls that led to %1 still held. The table below is the same data.',
        held
      )}
    >
      <div ref={canvas} className="lh-icicle-canvas" />
    </div>
  );
}

/** Reads the colours that apply to an element now. */
function icicleColors(node: Element): IIcicleColors {
  const style = getComputedStyle(node);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const boxes: Record<BoxKind, string> = {
    all: read('--jp-layout-color2'),
    cell: read('--lh-variables'),
    library: read('--lh-libraries'),
    native: read('--lh-shared'),
    unseen: read('--lh-unexplained')
  };
  return {
    boxes,
    text: read('--jp-ui-font-color1'),
    textOnBoxes: read('--lh-on-part'),
    line: read('--jp-layout-color1'),
    font: style.fontFamily
  };
}
