import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ISessionContextDialogs,
  SessionContextDialogs
} from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { HuntSettings } from '../model/settings';
import { HuntTracker } from '../notebook/tracker';
import { IHuntTracker } from '../tokens';
import { DOMAIN, SETTINGS_ID } from './ids';

/** Watches the kernels of all open notebooks. */
export const trackerPlugin: JupyterFrontEndPlugin<IHuntTracker> = {
  id: SETTINGS_ID,
  description: 'Watches the memory of all open notebooks.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ISettingRegistry, ISessionContextDialogs, ITranslator],
  provides: IHuntTracker,
  activate: async (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    registry: ISettingRegistry | null,
    dialogs_: ISessionContextDialogs | null,
    translator_: ITranslator | null
  ): Promise<IHuntTracker> => {
    const translator = translator_ ?? nullTranslator;
    const dialogs = dialogs_ ?? new SessionContextDialogs({ translator });
    const settings = new HuntSettings();
    // Before the first kernel is watched: the setting may say not to.
    await registry
      ?.load(SETTINGS_ID)
      .then(loaded => settings.follow(loaded))
      .catch(reason =>
        console.error('Leak Hunter: the settings were not loaded', reason)
      );
    const tracker = new HuntTracker(notebooks, async () => {
      const { NotebookHunt } = await import(
        /* webpackChunkName: "notebook" */ '../notebook/views'
      );
      return (panel: NotebookPanel) =>
        new NotebookHunt({
          panel,
          settings,
          dialogs,
          trans: translator.load(DOMAIN),
          activate: ({ id }) => app.shell.activateById(id)
        });
    });
    // Emitted for all notebooks, and right before a cell's request is sent.
    NotebookActions.executionScheduled.connect((_, { notebook }) =>
      tracker.willExecute(notebook)
    );
    return tracker;
  }
};
