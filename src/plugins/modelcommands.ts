/** Commands on the model of the notebook last in use; each says why it is off. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IHuntModel, IHuntTracker } from '../tokens';
import { CommandIDs } from './ids';

/** A command on a model: what it says, why it cannot be given, what it does. */
export interface IModelCommand {
  id: string;
  label: string;
  caption: (model: IHuntModel) => string;

  /** A sentence, or null when it can be given. */
  whyNot: (model: IHuntModel) => string | null;
  execute: (model: IHuntModel) => void;

  /** For a command that switches something on and off. */
  isToggled?: (model: IHuntModel) => boolean;

  /** Its effect is seen without the panel. */
  elsewhere?: boolean;
}

/**
 * Adds commands. Each opens the panel, unless its effect is seen elsewhere.
 *
 * @returns their ids.
 */
export function addModelCommands(
  commands: CommandRegistry,
  tracker: IHuntTracker,
  trans: TranslationBundle,
  list: readonly IModelCommand[]
): string[] {
  const whyNot = (command: IModelCommand): string | null =>
    tracker.current === null
      ? trans.__('Open a notebook first')
      : command.whyNot(tracker.current);
  list.forEach(command => {
    const { isToggled } = command;
    commands.addCommand(command.id, {
      label: command.label,
      caption: () =>
        whyNot(command) ??
        (tracker.current === null ? '' : command.caption(tracker.current)),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => whyNot(command) === null,
      isToggleable: isToggled !== undefined,
      isToggled: () =>
        tracker.current !== null && (isToggled?.(tracker.current) ?? false),
      execute: async () => {
        if (!command.elsewhere) {
          await commands.execute(CommandIDs.open);
        }
        if (tracker.current !== null) {
          command.execute(tracker.current);
        }
      }
    });
  });
  return list.map(({ id }) => id);
}

/** Why the kernel takes no wish now; null when it does. */
export function whyBusy(
  model: IHuntModel,
  trans: TranslationBundle
): string | null {
  return model.canAct ? null : trans.__('No watched kernel is free for this');
}
