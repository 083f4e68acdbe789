import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { TranslationBundle } from '@jupyterlab/translation';
import { huntIcon } from '../icons';
import type { IHuntModel } from '../tokens';
import { IHuntTracker } from '../tokens';
import { addClearingCommands } from './clearing';
import { addFindingCommands } from './findings';
import { CommandIDs, DOMAIN, PANEL_ID } from './ids';

/** Commands without arguments. */
const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

/** The commands of `addKernelCommands`. */
const KERNEL_COMMANDS = [
  CommandIDs.startWatching,
  CommandIDs.checkNow,
  CommandIDs.giveBack,
  CommandIDs.proveCell,
  CommandIDs.goToCell
];

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
    addKernelCommands(app.commands, tracker, trans);
    addProveCommand(app, tracker, trans);
    const clearing = addClearingCommands(app.commands, tracker, trans);
    const findings = addFindingCommands(app.commands, tracker, trans, text =>
      Clipboard.copyToSystem(text)
    );
    followModel(tracker, () => {
      [...KERNEL_COMMANDS, ...clearing, ...findings].forEach(id =>
        app.commands.notifyCommandChanged(id)
      );
    });
    const category = trans.__('Leak Hunter');
    for (const command of [
      CommandIDs.open,
      CommandIDs.startWatching,
      CommandIDs.checkNow,
      ...clearing,
      ...findings,
      CommandIDs.giveBack,
      CommandIDs.proveCell,
      CommandIDs.openSettings
    ]) {
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
    caption: trans.__('Change how notebooks are watched'),
    describedBy: NO_ARGS,
    isEnabled: () => commands.hasCommand('settingeditor:open'),
    execute: () =>
      commands.execute('settingeditor:open', { query: 'Leak Hunter' })
  });
}

/** Commands for the notebook last in use. */
function addKernelCommands(
  commands: CommandRegistry,
  tracker: IHuntTracker,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.startWatching, {
    label: trans.__('Watch Memory'),
    caption: () =>
      tracker.current?.state === 'watching'
        ? trans.__('This kernel is watched already')
        : trans.__('Record what each cell does to memory'),
    describedBy: NO_ARGS,
    isEnabled: () => canStart(tracker.current),
    execute: () => tracker.current?.startWatching()
  });
  commands.addCommand(CommandIDs.checkNow, {
    label: trans.__('Check Now'),
    caption: () =>
      tracker.current?.canAct
        ? trans.__('Look for memory that can go')
        : trans.__('No watched kernel is free to be checked'),
    describedBy: NO_ARGS,
    isEnabled: () => tracker.current?.canAct ?? false,
    execute: () => tracker.current?.checkNow()
  });
  commands.addCommand(CommandIDs.giveBack, {
    label: trans.__('Give Free Memory Back'),
    caption: () =>
      tracker.current?.canAct
        ? trans.__('Return what Python keeps free to the system')
        : trans.__('No watched kernel is free to give memory back'),
    describedBy: NO_ARGS,
    isEnabled: () => tracker.current?.canAct ?? false,
    execute: async () => {
      await commands.execute(CommandIDs.open);
      tracker.current?.giveBack();
    }
  });
  commands.addCommand(CommandIDs.goToCell, {
    label: trans.__('Go to Cell'),
    caption: trans.__('Scroll to a cell and flash it'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          cellId: { type: 'string', description: trans.__('Id of the cell') },
          executionCount: {
            type: 'integer',
            description: trans.__('Its number, where the id is not known')
          }
        }
      }
    },
    isEnabled: () => tracker.current !== null,
    execute: ({ cellId, executionCount }) =>
      tracker.current?.goToCell({
        cell_id: typeof cellId === 'string' ? cellId : null,
        execution_count:
          typeof executionCount === 'number' ? executionCount : null
      })
  });
}

/** Plans a growth test of the cell that the user is at, or of the one named. */
function addProveCommand(
  app: JupyterFrontEnd,
  tracker: IHuntTracker,
  trans: TranslationBundle
): void {
  const { commands } = app;
  commands.addCommand(CommandIDs.proveCell, {
    label: trans.__('Prove It: Re-run Test…'),
    caption: () =>
      tracker.current?.canAct
        ? trans.__('Run a cell again and again to see whether it leaks')
        : trans.__('No watched kernel is free for a test'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          cellId: {
            type: 'string',
            description: trans.__('Id of the cell; the active one if left out')
          },
          clicked: {
            type: 'boolean',
            description: trans.__('Take the cell whose menu was opened')
          }
        }
      }
    },
    isEnabled: () => tracker.current?.canAct ?? false,
    execute: async ({ cellId, clicked }) => {
      const model = tracker.current;
      const cell =
        typeof cellId === 'string'
          ? { cell_id: cellId, execution_count: null }
          : (model?.cellAt(clicked === true ? clickedCell(app) : null) ?? null);
      await commands.execute(CommandIDs.open);
      if (cell !== null) {
        model?.planTest({ finding: null, cell, before: null });
      }
    }
  });
}

/** The cell whose menu was opened last; it need not be the active one. */
function clickedCell(app: JupyterFrontEnd): Element | null {
  return (
    app.contextMenuHitTest(node => node.classList.contains('jp-CodeCell')) ??
    null
  );
}

function canStart(model: IHuntModel | null): boolean {
  return (
    model !== null &&
    ['asking', 'missing', 'failed', 'version'].includes(model.state)
  );
}

/** Calls `update` whenever the current model or its state becomes another. */
function followModel(tracker: IHuntTracker, update: () => void): void {
  let followed: IHuntModel | null = null;
  const follow = () => {
    followed?.changed.disconnect(update);
    followed = tracker.current;
    followed?.changed.connect(update);
    update();
  };
  tracker.currentChanged.connect(follow);
  follow();
}
