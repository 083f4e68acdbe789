/** Views that are loaded when the first of them is on screen. */
import * as React from 'react';

type AskedViews = typeof import('./askedviews');
type Charts = typeof import('../chart/views');

/** One of the views that not everybody opens. */
function asked<K extends keyof AskedViews>(name: K) {
  return React.lazy<AskedViews[K]>(async () => {
    const views = await import(/* webpackChunkName: "asked" */ './askedviews');
    return { default: views[name] };
  });
}

/** One of the charts that plotly draws. */
function drawn<K extends keyof Charts>(name: K) {
  return React.lazy<Charts[K]>(async () => {
    const charts = await import(
      /* webpackChunkName: "plot" */ '../chart/views'
    );
    return { default: charts[name] };
  });
}

/** Memory by cell run. */
export const Plot = drawn('Plot');

/** The calls of a trace. */
export const IciclePlot = drawn('IciclePlot');

/** What each cell did to memory, as a table. */
export const Cells = asked('Cells');

/** The runs of before a restart beside those of now. */
export const Comparison = asked('Comparison');

/** What the cells of a kernel that is gone did. */
export const GoneTable = asked('GoneTable');

/** The kernel's objects by class. */
export const ObjectsView = asked('ObjectsView');

/** What clearing would do. */
export const PreviewView = asked('PreviewView');

/** What clearing did. */
export const ReceiptView = asked('ReceiptView');

/** What was cleared in this kernel. */
export const ReceiptsView = asked('ReceiptsView');

/** What an undo brought back. */
export const UndoneView = asked('UndoneView');

/** How a kernel ended. */
export const ExitRecord = asked('ExitRecord');

/** A growth test. */
export const TestView = asked('TestView');

/** A trace, and memory by line. */
export const TraceView = asked('TraceView');

/** What each name holds. */
export const Variables = asked('Variables');

/** What clearing the ticked names frees. */
export const VariableBar = asked('VariableBar');
