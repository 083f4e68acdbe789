/**
 * Views that not everybody opens, loaded when the first of their kind is on
 * screen: lists, and what asks and tells before and after a deed. Two chunks
 * for all of them share what they have in common, which many would repeat.
 */
import * as React from 'react';

/** The drawn chart, with plotly behind it. */
export const Plot = React.lazy(async () => {
  const { Plot } = await import(/* webpackChunkName: "plot" */ '../chart/plot');
  return { default: Plot };
});

/** What each cell did to memory, as a table. */
export const Cells = React.lazy(async () => {
  const { Cells } = await import(/* webpackChunkName: "lists" */ './cells');
  return { default: Cells };
});

/** The runs of before a restart beside those of now. */
export const Comparison = React.lazy(async () => {
  const { Comparison } = await import(
    /* webpackChunkName: "lists" */ './comparison'
  );
  return { default: Comparison };
});

/** The kernel's objects by class. */
export const ObjectsView = React.lazy(async () => {
  const { ObjectsView } = await import(
    /* webpackChunkName: "lists" */ './objects'
  );
  return { default: ObjectsView };
});

/** What clearing would do. */
export const PreviewView = React.lazy(async () => {
  const { PreviewView } = await import(
    /* webpackChunkName: "deeds" */ './clear'
  );
  return { default: PreviewView };
});

/** What clearing did. */
export const ReceiptView = React.lazy(async () => {
  const { ReceiptView } = await import(
    /* webpackChunkName: "deeds" */ './clear'
  );
  return { default: ReceiptView };
});

/** What was cleared in this kernel. */
export const ReceiptsView = React.lazy(async () => {
  const { ReceiptsView } = await import(
    /* webpackChunkName: "deeds" */ './clear'
  );
  return { default: ReceiptsView };
});

/** What an undo brought back. */
export const UndoneView = React.lazy(async () => {
  const { UndoneView } = await import(
    /* webpackChunkName: "deeds" */ './clear'
  );
  return { default: UndoneView };
});

/** How a kernel ended. */
export const ExitRecord = React.lazy(async () => {
  const { ExitRecord } = await import(/* webpackChunkName: "deeds" */ './exit');
  return { default: ExitRecord };
});

/** A growth test. */
export const TestView = React.lazy(async () => {
  const { TestView } = await import(/* webpackChunkName: "deeds" */ './test');
  return { default: TestView };
});

/** A trace, and memory by line. */
export const TraceView = React.lazy(async () => {
  const { TraceView } = await import(
    /* webpackChunkName: "deeds" */ './traceview'
  );
  return { default: TraceView };
});

/** What each name holds. */
export const Variables = React.lazy(async () => {
  const { Variables } = await import(
    /* webpackChunkName: "lists" */ './variables'
  );
  return { default: Variables };
});

/** What clearing the ticked names frees. */
export const VariableBar = React.lazy(async () => {
  const { VariableBar } = await import(
    /* webpackChunkName: "lists" */ './variables'
  );
  return { default: VariableBar };
});
