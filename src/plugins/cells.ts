import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { CellLines } from '../cell/lines';
import type { Finding } from '../protocol/generated';
import type { IHuntModel } from '../tokens';
import { IHuntTracker } from '../tokens';
import * as CommandIDs from './commandids';
import { DOMAIN } from './ids';

/** Says under the cells of all notebooks what they did to memory. */
export const cellsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-leakhunter:cells',
  description: 'Says under each cell what it did to memory.',
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
    const show = (model: IHuntModel, finding: Finding) => {
      model.tab = 'findings';
      model.showList();
      model.openFinding = finding.id;
      tracker.bring(model);
      app.commands.execute(CommandIDs.open).catch(console.error);
    };
    // They end with their notebook, also where the lab keeps it.
    const lines = new WeakMap<NotebookPanel, CellLines>();
    const forget = (panel: NotebookPanel) => {
      lines.delete(panel);
    };
    const decorate = async (panel: NotebookPanel) => {
      // With the first notebook: a page without one does without.
      const { CellLines } = await import(
        /* webpackChunkName: "notebook" */ '../notebook/views'
      );
      const model = await tracker.ready(panel);
      if (model !== null && !lines.has(panel)) {
        lines.set(
          panel,
          new CellLines({
            notebook: panel.content,
            model,
            trans,
            open: finding => show(model, finding)
          })
        );
        panel.disposed.connect(forget);
      }
    };
    const begin = (panel: NotebookPanel) => {
      decorate(panel).catch(console.error);
    };
    notebooks.forEach(begin);
    notebooks.widgetAdded.connect((_, panel) => begin(panel));
  }
};
