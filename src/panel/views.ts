/**
 * What the panel draws: a chunk of its own with its style, loaded when the
 * panel is first shown. A page with a closed panel does without.
 */
import '../../style/atoms.css';
import '../../style/views.css';

export { NotebookPanelView } from './body';
export { NoNotebook } from './states';
