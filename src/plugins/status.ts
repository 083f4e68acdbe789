import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { MemoryStatus } from '../status/item';
import { IHuntTracker } from '../tokens';
import * as CommandIDs from './commandids';
import { DOMAIN } from './ids';

/** Says in the status bar how full the memory is, where there is such a bar. */
export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-leakhunter:status',
  description: 'Says in the status bar how full the memory is.',
  autoStart: true,
  requires: [IHuntTracker],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IHuntTracker,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    if (statusBar === null) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const item = new MemoryStatus(trans, () => {
      app.commands.execute(CommandIDs.open).catch(console.error);
    });
    statusBar.registerStatusItem(statusPlugin.id, {
      item,
      align: 'left',
      // After the kernel.
      rank: 2,
      isActive: () => item.isActive,
      activeStateChanged: item.activeChanged
    });
    const follow = () => {
      item.model = tracker.front;
    };
    tracker.currentChanged.connect(follow);
    // The notebook that was restored before this plugin was activated.
    void app.restored.then(follow);
  }
};
