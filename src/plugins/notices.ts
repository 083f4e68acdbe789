import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { INoticeBoard } from '../notices/notices';
import { IHuntTracker } from '../tokens';
import * as CommandIDs from './commandids';
import { DOMAIN } from './ids';

/** A notice that need not be heard at once goes by itself, in ms. */
const STAYS = 20000;

/** Tells when memory runs short, in the lab's list of notifications. */
export const noticesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-leakhunter:notices',
  description: 'Tells when the memory of a notebook runs short.',
  autoStart: true,
  requires: [IHuntTracker, INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IHuntTracker,
    notebooks: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const follow = async (panel: NotebookPanel) => {
      // With the first notebook: a page without one does without.
      const { HuntNotices } = await import(
        /* webpackChunkName: "notebook" */ '../notebook/views'
      );
      const model = await tracker.ready(panel);
      if (model === null) {
        return;
      }
      const open = () => {
        app.shell.activateById(panel.id);
        tracker.bring(model);
        app.commands.execute(CommandIDs.open).catch(console.error);
      };
      const notices = new HuntNotices({ model, trans, board, open });
      panel.disposed.connect(() => notices.dispose());
    };
    const begin = (panel: NotebookPanel) => {
      follow(panel).catch(console.error);
    };
    notebooks.forEach(begin);
    notebooks.widgetAdded.connect((_, panel) => begin(panel));
  }
};

/** The lab's list of notifications; an error is announced assertively there. */
const board: INoticeBoard = {
  show: (message, actions, urgent) => {
    const options = { actions, autoClose: urgent ? (false as const) : STAYS };
    const id = urgent
      ? Notification.error(message, options)
      : Notification.info(message, options);
    return () => Notification.dismiss(id);
  }
};
