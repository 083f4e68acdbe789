/** What a notebook is watched with: a chunk of its own with its style, loaded with the first one. */
import '../../style/atoms.css';
import '../../style/notebook.css';
import '../../style/cell.css';

export { CellLines } from '../cell/lines';
export { NotebookHunt } from './hunt';
export { HuntNotices } from '../notices/notices';
