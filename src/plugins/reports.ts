/** The commands that take what the panel says out of it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IRecordFile, RecordFormat } from '../report/records';
import type { IHuntTracker } from '../tokens';
import * as CommandIDs from './commandids';
import { addModelCommands } from './modelcommands';

const load = () => import(/* webpackChunkName: "report" */ '../report/views');

/** Where texts and files go. */
export interface IOutlets {
  /** Puts a text on the clipboard. */
  copy(text: string): void;

  /** Saves a file where the browser saves files. */
  save(file: IRecordFile): void;
}

/**
 * Adds the commands.
 *
 * @returns their ids.
 */
export function addReportCommands(
  commands: CommandRegistry,
  tracker: IHuntTracker,
  trans: TranslationBundle,
  outlets: IOutlets
): string[] {
  return addModelCommands(commands, tracker, trans, [
    {
      id: CommandIDs.copyReport,
      label: trans.__('Copy Report'),
      caption: ({ lastExit }) =>
        lastExit === null
          ? trans.__('Copy what the panel says as plain text')
          : trans.__('Copy how the kernel ended as plain text'),
      whyNot: ({ report, lastExit }) =>
        report === null && lastExit === null
          ? trans.__('Nothing has been checked yet')
          : null,
      execute: async model => {
        const { report, lastExit } = model;
        const { exitText, reportText } = await load();
        if (lastExit !== null) {
          outlets.copy(exitText(model, lastExit, trans));
        } else if (report !== null) {
          outlets.copy(reportText(model, report, trans));
        }
      },
      elsewhere: true
    },
    {
      id: CommandIDs.exportRecords,
      label: trans.__('Export Records'),
      caption: () => trans.__('Save what each cell did to memory as a file'),
      args: {
        format: {
          type: 'string',
          oneOf: [
            { const: 'json', title: trans.__('All that is known') },
            { const: 'csv', title: trans.__('A table of the cell runs') }
          ],
          description: trans.__('The form of the file; JSON if left out')
        }
      },
      whyNot: ({ runs, pastRuns }) =>
        runs.length + pastRuns.length === 0
          ? trans.__('No cell has run since watching began')
          : null,
      execute: async (model, { format }) => {
        const chosen: RecordFormat = format === 'csv' ? 'csv' : 'json';
        const { recordFile } = await load();
        outlets.save(recordFile(model, chosen));
      },
      elsewhere: true
    }
  ]);
}
