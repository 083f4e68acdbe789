/** Commands on the model of the notebook last in use; each says why it is off. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import type { IHuntModel } from '../tokens';
import * as CommandIDs from './commandids';

type Args = ReadonlyPartialJSONObject;

/** Tells the model that commands are on. */
export interface IModelSource {
  readonly current: IHuntModel | null;
}

/** A command on a model: what it says, why it cannot be given, what it does. */
export interface IModelCommand {
  id: string;
  label: string | ((args: Args) => string);
  caption: (model: IHuntModel, args: Args) => string;

  /** The JSON schemas of its arguments by name. */
  args?: ReadonlyJSONObject;

  /** A sentence, or null when it can be given. */
  whyNot: (model: IHuntModel, args: Args) => string | null;
  execute: (model: IHuntModel, args: Args) => void | Promise<void>;

  /** For a command that switches something on and off. */
  isToggled?: (model: IHuntModel, args: Args) => boolean;

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
  tracker: IModelSource,
  trans: TranslationBundle,
  list: readonly IModelCommand[]
): string[] {
  const whyNot = (command: IModelCommand, args: Args): string | null =>
    tracker.current === null
      ? trans.__('Open a notebook first')
      : command.whyNot(tracker.current, args);
  list.forEach(command => {
    const { isToggled } = command;
    commands.addCommand(command.id, {
      label: command.label,
      caption: args =>
        whyNot(command, args) ??
        (tracker.current === null
          ? ''
          : command.caption(tracker.current, args)),
      describedBy: {
        args: { type: 'object', properties: command.args ?? {} }
      },
      isEnabled: args => whyNot(command, args) === null,
      isToggleable: isToggled !== undefined,
      isToggled: args =>
        tracker.current !== null &&
        (isToggled?.(tracker.current, args) ?? false),
      execute: async args => {
        if (!command.elsewhere) {
          await commands.execute(CommandIDs.open);
        }
        if (tracker.current !== null) {
          await command.execute(tracker.current, args);
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
