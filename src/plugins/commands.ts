import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { huntIcon } from '../icon';
import type { IHuntModel } from '../tokens';
import { IHuntTracker } from '../tokens';
import { addCellCommands } from './cellcommands';
import { addClearingCommands } from './clearing';
import { download } from './download';
import { addFindingCommands } from './findings';
import * as CommandIDs from './commandids';
import { DOMAIN, PANEL_ID } from './ids';
import { addReportCommands } from './reports';
import { addWatchingCommands } from './watching';

/**
 * From a change until the commands tell of it, with those after it; in ms.
 * Whoever is told asks each command anew, and a short cell changes them twice.
 */
const PAUSE = 250;

/** Commands without arguments. */
const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

/** The commands, and their place in the palette. */
export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-leakhunter:commands',
  description: 'Adds the commands of Leak Hunter.',
  autoStart: true,
  requires: [IHuntTracker],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IHuntTracker,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    addApplicationCommands(app, trans);
    const { commands } = app;
    const copy = (text: string) => Clipboard.copyToSystem(text);
    const ids = [
      ...addWatchingCommands(commands, tracker, trans),
      ...addClearingCommands(commands, tracker, trans),
      ...addFindingCommands(commands, tracker, trans, copy),
      ...addCellCommands(app, tracker, trans),
      ...addReportCommands(commands, tracker, trans, {
        copy,
        save: ({ name, type, text }) => download({ name, type, content: text })
      })
    ];
    followModel(tracker, () => {
      ids.forEach(id => commands.notifyCommandChanged(id));
    });
    const category = trans.__('Leak Hunter');
    for (const command of [CommandIDs.open, ...ids, CommandIDs.openSettings]) {
      palette?.addItem({ command, category });
    }
  }
};

/** Commands that need no notebook. */
function addApplicationCommands(
  { commands, shell }: JupyterFrontEnd,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.open, {
    label: trans.__('Leak Hunter'),
    caption: trans.__('Show what holds the memory of this notebook'),
    icon: huntIcon,
    describedBy: NO_ARGS,
    execute: () => shell.activateById(PANEL_ID)
  });
  commands.addCommand(CommandIDs.openSettings, {
    label: trans.__('Leak Hunter Settings'),
    caption: () =>
      commands.hasCommand('settingeditor:open')
        ? trans.__('Change how notebooks are watched')
        : trans.__('This application has no editor of settings'),
    describedBy: NO_ARGS,
    isEnabled: () => commands.hasCommand('settingeditor:open'),
    execute: () =>
      commands.execute('settingeditor:open', { query: 'Leak Hunter' })
  });
}

/** Calls `update` soon after the current model or its state became another. */
function followModel(tracker: IHuntTracker, update: () => void): void {
  let followed: IHuntModel | null = null;
  let timer = 0;
  const schedule = () => {
    timer ||= window.setTimeout(() => {
      timer = 0;
      update();
    }, PAUSE);
  };
  const follow = () => {
    followed?.changed.disconnect(schedule);
    followed = tracker.current;
    followed?.changed.connect(schedule);
    schedule();
  };
  tracker.currentChanged.connect(follow);
  follow();
}
