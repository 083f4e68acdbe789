/** The commands of clearing and undoing, for the notebook last in use. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { canBeExpected } from '../analysis/expected';
import { formatTimeOfDay } from '../analysis/format';
import type { IHuntModel, IHuntTracker } from '../tokens';
import * as CommandIDs from './commandids';
import type { IModelCommand } from './modelcommands';
import { addModelCommands, whyBusy } from './modelcommands';

/**
 * Adds the commands.
 *
 * @returns their ids.
 */
export function addClearingCommands(
  commands: CommandRegistry,
  tracker: IHuntTracker,
  trans: TranslationBundle
): string[] {
  return addModelCommands(commands, tracker, trans, clearingCommands(trans));
}

function clearingCommands(trans: TranslationBundle): IModelCommand[] {
  const busy = (model: IHuntModel) => whyBusy(model, trans);
  return [
    {
      id: CommandIDs.reviewClear,
      label: trans.__('Review and Clear…'),
      caption: () => trans.__('Look at what can go safely before clearing it'),
      whyNot: model =>
        model.report?.findings.some(({ group }) => group === 'safe')
          ? busy(model)
          : trans.__('The last check found nothing that can go safely'),
      execute: model => model.reviewSafe()
    },
    {
      id: CommandIDs.previewSelected,
      label: trans.__('Preview Clearing the Selected Findings'),
      caption: ({ selection }) =>
        trans._n(
          'Look at what clearing the selected finding would do',
          'Look at what clearing the %1 selected findings would do',
          selection.size
        ),
      whyNot: model =>
        model.selection.size > 0
          ? busy(model)
          : trans.__('No finding is selected'),
      execute: model => model.previewClear()
    },
    {
      id: CommandIDs.markExpected,
      label: trans.__("It's Expected…"),
      caption: () => trans.__('Leave the opened finding out of all sums'),
      whyNot: model => {
        const { openFinding } = model;
        const finding = model.report?.findings.find(
          ({ id }) => id === openFinding
        );
        if (!finding) {
          return trans.__('No finding is opened');
        }
        return canBeExpected(finding)
          ? null
          : trans.__('The opened finding is no leak or is expected already');
      },
      execute: model => {
        model.marking = model.openFinding;
      }
    },
    {
      id: CommandIDs.undoClear,
      label: trans.__('Undo Last Clearing'),
      caption: ({ undoable }) =>
        trans.__(
          'Bring back what was cleared at %1',
          formatTimeOfDay(undoable?.at ?? 0, false)
        ),
      whyNot: model =>
        model.undoable === null ? whyNoUndo(model, trans) : busy(model),
      execute: model => model.undo()
    },
    {
      id: CommandIDs.showReceipts,
      label: trans.__('Show Receipts'),
      caption: () => trans.__('Show what was cleared in this kernel'),
      whyNot: model =>
        model.state === 'watching'
          ? null
          : trans.__('The kernel is not watched'),
      execute: model => model.showReceipts()
    }
  ];
}

function whyNoUndo(model: IHuntModel, trans: TranslationBundle): string {
  if (model.receipts.length === 0) {
    return trans.__('Nothing was cleared in this kernel');
  }
  return model.receipts.every(({ undone }) => undone)
    ? trans.__('Everything that was cleared is back')
    : trans.__('What was cleared was not saved, or its time is over');
}
