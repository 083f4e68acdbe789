/** The commands about one cell: the one named, the one whose menu is open, or the active one. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { CellRef } from '../protocol/generated';
import type { IHuntModel, IHuntTracker } from '../tokens';
import * as CommandIDs from './commandids';
import { addModelCommands, whyBusy, type IModelCommand } from './modelcommands';

/** What the commands need of the application. */
export type CellApp = Pick<JupyterFrontEnd, 'commands' | 'contextMenuHitTest'>;

/**
 * Adds the commands.
 *
 * @returns their ids.
 */
export function addCellCommands(
  app: CellApp,
  tracker: IHuntTracker,
  trans: TranslationBundle
): string[] {
  const which = {
    cellId: {
      type: 'string',
      description: trans.__('Id of the cell; the active one if left out')
    },
    clicked: {
      type: 'boolean',
      description: trans.__('Take the cell whose menu was opened')
    }
  };
  const cellOf = (model: IHuntModel, args: ReadonlyPartialJSONObject) =>
    meantCell(app, model, args);
  // A cell is one of the notebook in use, whatever the panel is kept on.
  const inUse = {
    get current() {
      return tracker.front;
    }
  };
  const list: readonly IModelCommand[] = [
    {
      id: CommandIDs.showCellMemory,
      label: ({ held }) =>
        held === true
          ? trans.__('Show What It Still Holds')
          : trans.__('Show Memory of This Cell'),
      caption: (_, { held }) =>
        held === true
          ? trans.__('List the findings that this cell left')
          : trans.__('Show what this cell did to memory, in the tab Cells'),
      args: {
        ...which,
        held: {
          type: 'boolean',
          description: trans.__('List its findings, not its row in the table')
        }
      },
      whyNot: (model, args) => {
        const cell = cellOf(model, args);
        if (model.state !== 'watching') {
          return trans.__('The kernel is not watched');
        }
        return cell === null
          ? trans.__('No code cell is active')
          : hasRun(model, cell)
            ? null
            : trans.__('This cell has not run since watching began');
      },
      execute: (model, args) => {
        const cell = cellOf(model, args);
        if (cell !== null && args.held === true) {
          model.filterByCell(cell);
        } else if (cell !== null) {
          model.showCell(cell);
        }
      }
    },
    {
      id: CommandIDs.proveCell,
      label: trans.__('Prove It: Re-run Test…'),
      caption: () =>
        trans.__('Run a cell again and again to see whether it leaks'),
      args: which,
      whyNot: (model, args) =>
        cellOf(model, args) === null
          ? trans.__('No code cell is active')
          : whyBusy(model, trans),
      execute: (model, args) => {
        const cell = cellOf(model, args);
        if (cell !== null) {
          model.planTest({ finding: null, cell, before: null });
        }
      }
    },
    {
      id: CommandIDs.traceCell,
      label: trans.__('Trace Where It Allocates…'),
      caption: () => trans.__('Run a cell once and say which lines allocate'),
      args: which,
      whyNot: (model, args) =>
        cellOf(model, args) === null
          ? trans.__('No code cell is active')
          : whyBusy(model, trans),
      execute: (model, args) => {
        const cell = cellOf(model, args);
        if (cell !== null) {
          model.planTrace({ finding: null, cell });
        }
      }
    },
    {
      id: CommandIDs.toggleCellLines,
      label: args =>
        isOfOne(args)
          ? isHidden(tracker.front, cellOf, args)
            ? trans.__('Show Memory Line')
            : trans.__('Hide Memory Line')
          : trans.__('Memory Lines under Cells'),
      caption: () => trans.__('Say under cells what they did to memory'),
      args: which,
      whyNot: (model, args) =>
        isOfOne(args) && cellOf(model, args) === null
          ? trans.__('No code cell is active')
          : isOfOne(args) && model.settings.cellLine === 'off'
            ? trans.__('No cell has a line: the setting says so')
            : null,
      execute: (model, args) => {
        const id = isOfOne(args) ? cellOf(model, args)?.cell_id : null;
        if (id) {
          model.toggleLine(id);
        } else if (!isOfOne(args)) {
          model.saveSetting(
            'cellLine',
            model.settings.cellLine === 'off' ? 'worth-saying' : 'off'
          );
        }
      },
      isToggled: (model, args) =>
        !isOfOne(args) && model.settings.cellLine !== 'off',
      elsewhere: true
    }
  ];
  const shown = list.map(command => ({
    ...command,
    execute: (model: IHuntModel, args: ReadonlyPartialJSONObject) => {
      tracker.bring(model);
      return command.execute(model, args);
    }
  }));
  return addModelCommands(app.commands, inUse, trans, shown);
}

/** Whether a command is about one cell, not about all. */
function isOfOne({ cellId, clicked }: ReadonlyPartialJSONObject): boolean {
  return typeof cellId === 'string' || clicked === true;
}

function meantCell(
  app: CellApp,
  model: IHuntModel,
  { cellId, clicked }: ReadonlyPartialJSONObject
): CellRef | null {
  const cell =
    typeof cellId === 'string'
      ? { cell_id: cellId, execution_count: null }
      : model.cellAt(clicked === true ? clickedCell(app) : null);
  // The number is how a person knows it.
  const known = cell && model.findCell(cell);
  return cell && { ...cell, execution_count: known?.executionCount ?? null };
}

/** The cell whose menu was opened last; it need not be the active one. */
function clickedCell(app: CellApp): Element | null {
  return (
    app.contextMenuHitTest(node => node.classList.contains('jp-CodeCell')) ??
    null
  );
}

function hasRun({ runs }: IHuntModel, { cell_id }: CellRef): boolean {
  return runs.some(run => run.cell_id === cell_id);
}

function isHidden(
  model: IHuntModel | null,
  cellOf: (
    model: IHuntModel,
    args: ReadonlyPartialJSONObject
  ) => CellRef | null,
  args: ReadonlyPartialJSONObject
): boolean {
  const id = model && cellOf(model, args)?.cell_id;
  return model !== null && !!id && model.hiddenLines.has(id);
}
