/** The commands that start and stop watching, check, and give memory back. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { CellRef } from '../protocol/generated';
import type { IHuntModel, IHuntTracker } from '../tokens';
import * as CommandIDs from './commandids';
import { addModelCommands, whyBusy } from './modelcommands';

/**
 * Adds the commands.
 *
 * @returns their ids.
 */
export function addWatchingCommands(
  commands: CommandRegistry,
  tracker: IHuntTracker,
  trans: TranslationBundle
): string[] {
  return addModelCommands(commands, tracker, trans, [
    {
      id: CommandIDs.startWatching,
      label: trans.__('Watch Memory'),
      caption: () => trans.__('Record what each cell does to memory'),
      whyNot: model => whyNoStart(model, trans),
      execute: model => model.startWatching(),
      elsewhere: true
    },
    {
      id: CommandIDs.stopWatching,
      label: trans.__('Stop Watching Memory'),
      caption: () =>
        trans.__('Record nothing more in this kernel; what was recorded goes'),
      whyNot: model =>
        model.state === 'watching'
          ? whyBusy(model, trans)
          : trans.__('The kernel is not watched'),
      execute: model => model.stopWatching(),
      elsewhere: true
    },
    {
      id: CommandIDs.checkNow,
      label: trans.__('Check Now'),
      caption: () => trans.__('Look for memory that can go'),
      whyNot: model => whyBusy(model, trans),
      execute: model => model.checkNow(),
      elsewhere: true
    },
    {
      id: CommandIDs.giveBack,
      label: trans.__('Give Free Memory Back'),
      caption: () => trans.__('Return what Python keeps free to the system'),
      whyNot: model => whyBusy(model, trans),
      execute: model => model.giveBack()
    },
    {
      id: CommandIDs.goToCell,
      label: trans.__('Go to Cell'),
      caption: () => trans.__('Scroll to a cell and flash it'),
      args: {
        cellId: {
          type: 'string',
          description: trans.__('Id of the cell; the active one if left out')
        },
        executionCount: {
          type: 'integer',
          description: trans.__('Its number, where the id is not known')
        }
      },
      whyNot: (model, args) =>
        namedCell(model, args) === null
          ? trans.__('No code cell is active')
          : null,
      execute: (model, args) => {
        const cell = namedCell(model, args);
        if (cell !== null) {
          model.goToCell(cell);
        }
      },
      elsewhere: true
    }
  ]);
}

function namedCell(
  model: IHuntModel,
  { cellId, executionCount }: ReadonlyPartialJSONObject
): CellRef | null {
  return typeof cellId === 'string' || typeof executionCount === 'number'
    ? {
        cell_id: typeof cellId === 'string' ? cellId : null,
        execution_count:
          typeof executionCount === 'number' ? executionCount : null
      }
    : model.cellAt(null);
}

function whyNoStart(
  model: IHuntModel,
  trans: TranslationBundle
): string | null {
  switch (model.state) {
    case 'asking':
    case 'missing':
    case 'failed':
    case 'version':
      return null;
    case 'watching':
      return trans.__('This kernel is watched already');
    case 'not-python':
      return trans.__('Only Python kernels can be watched');
    case 'none':
    case 'dead':
      return trans.__('There is no kernel to watch');
    case 'starting':
    case 'restarting':
      return trans.__('The kernel is starting');
  }
}
