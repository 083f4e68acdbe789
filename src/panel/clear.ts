/** The views of clearing and undoing: a chunk of their own. */
export { PreviewView } from './preview';
export { ReceiptView } from './receipt';
export { ReceiptsView } from './receipts';
export { UndoneView } from './undone';
