import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { HuntPanel } from '../panel/panel';
import type { IHuntHost } from '../tokens';
import { IHuntTracker } from '../tokens';
import { download } from './download';
import * as CommandIDs from './commandids';
import { PANEL_ID } from './ids';

/** After so long a notebook is taken to be drawn, in ms. */
const IDLE = 2000;

/** Shows the memory of the notebook last in use, in the right sidebar. */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-leakhunter:panel',
  description: 'Shows what holds the memory of a notebook, in the sidebar.',
  autoStart: true,
  requires: [IHuntTracker],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IHuntTracker,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const { current: model } = tracker;
    const load = () => import(/* webpackChunkName: "panel" */ '../panel/views');
    const panel = new HuntPanel({
      model,
      host: createHost(app, tracker),
      load,
      translator
    });
    panel.id = PANEL_ID;
    app.shell.add(panel, 'right', { rank: 900, type: 'Leak Hunter' });
    restorer?.add(panel, PANEL_ID);
    const follow = () => {
      panel.model = tracker.current;
      // Also where only the keeping changed.
      panel.update();
    };
    const fetchAhead = () => {
      if (tracker.current !== null) {
        tracker.currentChanged.disconnect(fetchAhead);
        // Tried again when the panel is shown.
        whenIdle(() => load().catch(() => undefined));
      }
    };
    tracker.currentChanged.connect(fetchAhead);
    tracker.currentChanged.connect(follow);
    // The notebook that was restored before this plugin was activated.
    void app.restored.then(follow).then(fetchAhead);
  }
};

/** Calls once the page has nothing to do; Safari does not tell. */
function whenIdle(callback: () => void): void {
  if ('requestIdleCallback' in window) {
    window.requestIdleCallback(callback);
  } else {
    setTimeout(callback, IDLE);
  }
}

function createHost(
  { commands }: JupyterFrontEnd,
  tracker: IHuntTracker
): IHuntHost {
  const run = (command: string, args = {}) => {
    commands.execute(command, args).catch(console.error);
  };
  return {
    get isKept() {
      return tracker.isKept;
    },
    keep: kept => tracker.keep(kept),
    newNotebook: () => run('notebook:create-new', { activate: true }),
    openSettings: () => run(CommandIDs.openSettings),
    copy: text => Clipboard.copyToSystem(text),
    copyReport: () => run(CommandIDs.copyReport),
    exportRecords: () => run(CommandIDs.exportRecords),
    save: (name, content) =>
      download({ name, type: 'application/octet-stream', content })
  };
}
