/**
 * Views that not everybody opens: lists, and what asks and tells before and
 * after a deed. One chunk for all, as they are made of the same pieces.
 */
export { Cells } from './cells/cells';
export { Comparison } from './cells/comparison';
export { GoneTable } from './cells/gone';
export { ExitRecord } from './exit/exit';
export { ObjectsView } from './objects/view';
export { PreviewView } from './clear/preview';
export { ReceiptView } from './clear/receipt';
export { ReceiptsView } from './clear/receipts';
export { TestView } from './prove/view';
export { TraceView } from './trace/view';
export { UndoneView } from './clear/undone';
export { VariableBar, Variables } from './variables/variables';
