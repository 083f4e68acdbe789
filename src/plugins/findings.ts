/** The commands of the list of findings, and those beside it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { groupFindings, rowIds } from '../analysis/findings';
import type { Finding } from '../protocol/generated';
import type { IHuntModel, IHuntTracker } from '../tokens';
import * as CommandIDs from './commandids';
import { addModelCommands, whyBusy } from './modelcommands';

/**
 * Adds the commands.
 *
 * @param copy - Puts a text on the clipboard.
 *
 * @returns their ids.
 */
export function addFindingCommands(
  commands: CommandRegistry,
  tracker: IHuntTracker,
  trans: TranslationBundle,
  copy: (text: string) => void
): string[] {
  const noFinding = (model: IHuntModel) =>
    listed(model).length > 0 ? null : trans.__('No finding is listed');
  return addModelCommands(commands, tracker, trans, [
    {
      id: CommandIDs.nextFinding,
      label: trans.__('Next Finding'),
      caption: () => trans.__('Open the finding below the opened one'),
      whyNot: noFinding,
      execute: model => step(model, 1)
    },
    {
      id: CommandIDs.previousFinding,
      label: trans.__('Previous Finding'),
      caption: () => trans.__('Open the finding above the opened one'),
      whyNot: noFinding,
      execute: model => step(model, -1)
    },
    {
      id: CommandIDs.copyFix,
      label: trans.__('Copy Fix'),
      caption: () => trans.__('Copy the code that keeps this from coming back'),
      whyNot: model => {
        const finding = opened(model);
        if (!finding) {
          return trans.__('No finding is opened');
        }
        return finding.fix === null
          ? trans.__('No fix in code is known for the opened finding')
          : null;
      },
      execute: model => {
        const fix = opened(model)?.fix;
        if (fix) {
          copy(fix);
        }
      },
      elsewhere: true
    },
    {
      id: CommandIDs.showVariables,
      label: trans.__('Show Variables'),
      caption: () => trans.__('Show what each name holds and who reads it'),
      whyNot: model =>
        model.state === 'watching'
          ? null
          : trans.__('The kernel is not watched'),
      execute: model => {
        model.showList();
        model.tab = 'variables';
      }
    },
    {
      id: CommandIDs.collectGarbage,
      label: trans.__('Collect Garbage'),
      caption: () =>
        trans.__(
          'Free objects that only refer to each other; shown in Objects'
        ),
      whyNot: model => whyBusy(model, trans),
      execute: model => model.collect()
    }
  ]);
}

/** The findings with a row, from top to bottom. */
function listed(model: IHuntModel): string[] {
  const { report, settings, filter } = model;
  return report === null
    ? []
    : rowIds(groupFindings(report, settings.minFinding, filter));
}

function opened({ report, openFinding }: IHuntModel): Finding | undefined {
  return report?.findings.find(({ id }) => id === openFinding);
}

/** Opens the next finding in a direction, and begins at that end again behind the last. */
function step(model: IHuntModel, by: 1 | -1): void {
  const ids = listed(model);
  const at = model.openFinding === null ? -1 : ids.indexOf(model.openFinding);
  const from = at < 0 && by < 0 ? 0 : at;
  model.showList();
  model.tab = 'findings';
  model.openFinding = ids[(from + by + ids.length) % ids.length];
}
