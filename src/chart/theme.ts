/** The theme as the chart needs it: plotly takes colours, not variables. */
import * as React from 'react';
import { PART_GROUPS } from '../analysis/sheet';
import type { IChartColors } from './build';

/**
 * Reads the colours that apply to an element, once a theme; another function
 * with each theme: a value to redraw on.
 */
export function useColors(): (node: Element) => IChartColors {
  const theme = useTheme();
  return React.useMemo(() => {
    let colors: IChartColors | null = null;
    // Reading makes the browser bring all styles of the page up to date.
    return node => (colors ??= chartColors(node));
  }, [theme]);
}

/** Reads the colours that apply to an element now. */
function chartColors(node: Element): IChartColors {
  const style = getComputedStyle(node);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read('--lh-muted'),
    line: read('--lh-chart-line'),
    area: read('--lh-chart-area'),
    gone: read('--lh-kept'),
    limit: read('--lh-red'),
    parts: Object.fromEntries(
      Object.values(PART_GROUPS)
        .flat()
        .map(part => [part, read(`--lh-${part}`)])
    ) as IChartColors['parts'],
    stripes: read('--lh-chart-stripes'),
    font: style.fontFamily
  };
}

/** Counts the themes of the lab. */
export function useTheme(): number {
  const [count, next] = React.useReducer((value: number) => value + 1, 0);
  React.useEffect(() => {
    // The lab names the theme on the body once its style sheet is loaded.
    const observer = new MutationObserver(next);
    observer.observe(document.body, {
      attributes: true,
      attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light']
    });
    return () => observer.disconnect();
  }, []);
  return count;
}
