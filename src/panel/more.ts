/** The menu behind the three dots. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CellRef } from '../protocol/generated';
import type { IHuntHost, IHuntModel } from '../tokens';
import { openMenu } from './parts/menu';

/** Seconds that a check may take when the user asks for a thorough one. */
export const LONG_CHECK = 30;

/** Opens the menu under a button. */
export function openMore(
  button: HTMLElement,
  model: IHuntModel,
  host: IHuntHost,
  trans: TranslationBundle
): void {
  const watched = model.state === 'watching';
  const whyNot = model.canAct ? null : trans.__('The kernel takes no wish now');
  const unwatched = watched ? null : trans.__('The kernel is not watched');
  const told = model.report !== null || model.lastExit !== null;
  const { right, bottom } = button.getBoundingClientRect();
  openMenu(
    [
      {
        id: 'check',
        label: trans.__('Check Now'),
        execute: () => model.checkNow(),
        whyNot
      },
      {
        id: 'check-long',
        label: trans.__('Check for up to %1 s', LONG_CHECK),
        execute: () => model.checkNow(LONG_CHECK),
        whyNot
      },
      {
        id: 'objects',
        label: trans.__('Objects…'),
        execute: () => model.openObjects(),
        whyNot
      },
      {
        id: 'trace',
        label: trans.__('Trace a Cell…'),
        execute: () =>
          model.planTrace({ finding: null, cell: tracedCell(model) }),
        whyNot
      },
      {
        id: 'receipts',
        label: trans.__('Receipts…'),
        execute: () => model.showReceipts(),
        whyNot: unwatched
      },
      {
        id: 'undo',
        label: trans.__('Undo Last Clearing'),
        execute: () => model.undo(),
        whyNot:
          model.undoable === null
            ? trans.__('There is nothing to bring back')
            : whyNot
      },
      null,
      {
        id: 'copy-report',
        label: trans.__('Copy Report'),
        execute: () => host.copyReport(),
        whyNot: told ? null : trans.__('Nothing has been checked yet')
      },
      {
        id: 'export-records',
        label: trans.__('Export Records'),
        execute: () => host.exportRecords(),
        whyNot:
          model.runs.length + model.pastRuns.length > 0
            ? null
            : trans.__('No cell has run since watching began')
      },
      null,
      {
        id: 'keep',
        label: host.isKept
          ? trans.__('Follow the Notebook in Use')
          : trans.__('Keep on This Notebook'),
        execute: () => host.keep(!host.isKept)
      },
      {
        id: 'stop',
        label: trans.__('Stop Watching Memory'),
        execute: () => model.stopWatching(),
        whyNot: unwatched ?? whyNot
      },
      {
        id: 'restart',
        label: trans.__('Restart Kernel…'),
        execute: () => model.restart(),
        whyNot: model.state === 'dead' ? null : unwatched
      },
      {
        id: 'settings',
        label: trans.__('Settings'),
        execute: () => host.openSettings()
      }
    ],
    { x: right, y: bottom, toTheLeft: true, opener: button }
  );
}

/** The cell that the user is at, if it has run; else one is to be chosen. */
function tracedCell(model: IHuntModel): CellRef | null {
  const cell = model.cellAt(null);
  const ran = model.runs.some(({ cell_id }) => cell_id === cell?.cell_id);
  return ran ? cell : null;
}
