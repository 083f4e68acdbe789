import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

/** The plugins of Leak Hunter. */
const plugins: JupyterFrontEndPlugin<unknown>[] = [];

export default plugins;
