/** What goes out of the panel as a text or a file: a chunk of its own, loaded when it is asked for. */
export { exitText } from './exit';
export { findingText } from './finding';
export { recordFile } from './records';
export { reportText } from './report';
