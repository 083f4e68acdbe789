/** The boxes of a trace over its list: a click on one zooms to it, and a line below leads back and to its cell. */
import * as React from 'react';
import { ALL, nextBox, traceBoxes, type BoxKind } from '../analysis/boxes';
import { formatBytes } from '../analysis/format';
import { backIcon } from '../icons';
import { IconButton } from '../panel/parts/atoms';
import { useHunt } from '../panel/context';
import { CellLink } from '../panel/parts/rich';
import type { Trace } from '../protocol/generated';
import {
  buildIcicle,
  FONT,
  icicleHeight,
  type IIcicle,
  type IIcicleColors
} from './icicle';
import { boxLabels, boxWords } from './iciclewords';
import { useTheme } from './theme';
import { useWidth } from './width';

/**
 * The calls that led to what a trace found.
 *
 * #### Notes
 * Arrow keys move from box to box, Enter zooms to one, Backspace and Escape
 * lead out again.
 */
export function IciclePlot(props: { trace: Trace }): JSX.Element {
  const { trans, decimal, announce } = useHunt();
  const { trace } = props;
  const outer = React.useRef<HTMLDivElement>(null);
  const width = useWidth(outer);
  const theme = useTheme();
  const [root, setRoot] = React.useState(ALL);
  const [at, setAt] = React.useState<string | null>(null);
  React.useEffect(() => {
    setRoot(ALL);
    setAt(null);
  }, [trace]);
  const boxes = React.useMemo(() => traceBoxes(trace, root), [trace, root]);
  const words = (id: string) =>
    boxes
      .filter(box => box.id === id)
      .map(box => boxWords(box, boxes[0].bytes, trans, decimal))
      .join('');

  const figure = React.useMemo(() => {
    const node = outer.current;
    return node === null || width === 0
      ? null
      : buildIcicle({
          boxes,
          labels: boxes.map(box => boxLabels(box, trans, decimal)),
          tips: boxes.map(({ id }) => words(id)),
          colors: icicleColors(node),
          chosen: at,
          width,
          measure: textMeasure(node)
        });
  }, [boxes, at, decimal, width, theme]);
  const zoom = (id: string) => {
    setRoot(id);
    setAt(null);
    announce(words(id));
  };
  const canvas = useDrawing(figure, index => zoom(boxes[index].id));

  const out = boxes.find(({ id }) => id === root)?.parent ?? '';
  const onKeyDown = (event: React.KeyboardEvent) => {
    const to = nextBox(boxes, at ?? root, event.key);
    if (to !== null) {
      setAt(to);
      announce(words(to));
    } else if (event.key === 'Enter' && at !== null) {
      zoom(at);
    } else if (['Backspace', 'Escape'].includes(event.key) && out !== '') {
      zoom(out);
    } else if (event.key === 'Escape' && at !== null) {
      setAt(null);
    } else if (!event.key.startsWith('Arrow')) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = boxes.find(({ id }) => id === (at ?? root));

  return (
    <>
      <div
        ref={outer}
        className="lh-icicle"
        style={{ height: icicleHeight(boxes) }}
        role="img"
        tabIndex={0}
        aria-label={trans.__(
          'The calls that led to %1 still held. The table below is the same data.',
          formatBytes(trace.held, { decimal })
        )}
        onKeyDown={onKeyDown}
        onBlur={() => setAt(null)}
      >
        <div ref={canvas} className="lh-icicle-canvas" />
      </div>
      {shown && shown.id !== ALL && (
        <p className="lh-icicle-at">
          {root !== ALL && (
            <IconButton
              icon={backIcon}
              label={trans.__('Show all boxes')}
              onClick={() => {
                // The button goes; the boxes stay.
                outer.current?.focus();
                zoom(ALL);
              }}
            />
          )}
          {shown.spot?.cell && <CellLink cell={shown.spot.cell} />}{' '}
          <span>{words(shown.id)}</span>
        </p>
      )}
    </>
  );
}

/** Draws a figure into an element when it changes; plotly is fetched for the first one. */
function useDrawing(
  figure: IIcicle | null,
  onClick: (index: number) => void
): React.RefObject<HTMLDivElement> {
  const canvas = React.useRef<HTMLDivElement>(null);
  const clicked = React.useRef(onClick);
  clicked.current = onClick;
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
  return canvas;
}

/** Measures text in the font of an element. */
function textMeasure(node: Element): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) {
    // About the mean width of a letter.
    return text => text.length * FONT * 0.55;
  }
  context.font = `${FONT}px ${getComputedStyle(node).fontFamily}`;
  return text => context.measureText(text).width;
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
    chosen: read('--jp-ui-font-color0'),
    font: style.fontFamily
  };
}
