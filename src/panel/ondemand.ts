/** Views that not everybody opens, each loaded when it is first on screen. */
import * as React from 'react';

/** The drawn chart, with plotly behind it. */
export const Plot = React.lazy(async () => {
  const { Plot } = await import(/* webpackChunkName: "plot" */ '../chart/plot');
  return { default: Plot };
});

/** The kernel's objects by class. */
export const ObjectsView = React.lazy(async () => {
  const { ObjectsView } = await import(
    /* webpackChunkName: "objects" */ './objects'
  );
  return { default: ObjectsView };
});

/** A growth test. */
export const TestView = React.lazy(async () => {
  const { TestView } = await import(/* webpackChunkName: "prove" */ './test');
  return { default: TestView };
});

/** A trace, and memory by line. */
export const TraceView = React.lazy(async () => {
  const { TraceView } = await import(
    /* webpackChunkName: "trace" */ './traceview'
  );
  return { default: TraceView };
});
