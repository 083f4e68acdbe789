import '../style/base.css';

import { cellsPlugin } from './plugins/cells';
import { commandsPlugin } from './plugins/commands';
import { noticesPlugin } from './plugins/notices';
import { panelPlugin } from './plugins/panel';
import { statusPlugin } from './plugins/status';
import { trackerPlugin } from './plugins/tracker';

export * from './tokens';

/** The plugins of Leak Hunter. */
export default [
  trackerPlugin,
  panelPlugin,
  commandsPlugin,
  cellsPlugin,
  noticesPlugin,
  statusPlugin
];
