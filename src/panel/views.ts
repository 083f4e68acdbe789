/**
 * What the panel draws: a chunk of its own with its style, loaded when the
 * panel is first shown, or ahead once a notebook is open and the page is idle.
 * A page without either does without.
 */
import '../../style/atoms.css';
import '../../style/views.css';

export { NotebookPanelView } from './body';
export { NoNotebook } from './states';
