/** What a notebook shows of us: a chunk of its own with its style, loaded with the first one. */
import '../../style/atoms.css';
import '../../style/notebook.css';
import '../../style/cell.css';

export { CellLines } from '../cell/lines';
export { HuntNotices } from '../notices/notices';
