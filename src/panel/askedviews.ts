/**
 * Views that not everybody opens: lists, and what asks and tells before and
 * after a deed. One chunk for all, as they are made of the same pieces.
 */
export { Cells } from './cells';
export { Comparison } from './comparison';
export { ExitRecord } from './exit';
export { ObjectsView } from './objects';
export { PreviewView } from './preview';
export { ReceiptView } from './receipt';
export { ReceiptsView } from './receipts';
export { TestView } from './test';
export { TraceView } from './traceview';
export { UndoneView } from './undone';
export { VariableBar, Variables } from './variables';
