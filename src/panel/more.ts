/** The menu behind the three dots. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import type { IHuntHost, IHuntModel } from '../tokens';

/** Seconds that a check may take when the user asks for a thorough one. */
export const LONG_CHECK = 30;

/**
 * Opens the menu under a button.
 *
 * #### Notes
 * A menu of the lab, so that it looks and behaves like all others.
 * When it closes it is disposed and the button has the focus again.
 */
export function openMore(
  button: HTMLElement,
  model: IHuntModel,
  host: IHuntHost,
  trans: TranslationBundle
): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  menu.addClass('lh-More');
  const add = (
    id: string,
    label: string,
    execute: () => void,
    isEnabled = true
  ) => {
    commands.addCommand(id, {
      label,
      execute,
      isEnabled: () => isEnabled,
      describedBy: { args: { type: 'object', properties: {} } }
    });
    menu.addItem({ command: id });
  };
  const watched = model.state === 'watching';
  add('check', trans.__('Check Now'), () => model.checkNow(), model.canAct);
  add(
    'check-long',
    trans.__('Check for up to %1 s', LONG_CHECK),
    () => model.checkNow(LONG_CHECK),
    model.canAct
  );
  add('objects', trans.__('Objects…'), () => model.openObjects(), model.canAct);
  add('receipts', trans.__('Receipts…'), () => model.showReceipts(), watched);
  add(
    'undo',
    trans.__('Undo Last Clearing'),
    () => model.undo(),
    model.canAct && model.undoable !== null
  );
  menu.addItem({ type: 'separator' });
  add(
    'restart',
    trans.__('Restart Kernel…'),
    () => model.restart(),
    watched || model.state === 'dead'
  );
  add('settings', trans.__('Settings'), () => host.openSettings());
  menu.aboutToClose.connect(() => {
    // Before the chosen command, which may put the focus elsewhere.
    button.focus();
    // The chosen command runs after the menu closed.
    window.setTimeout(() => menu.dispose());
  });
  const { right, bottom } = button.getBoundingClientRect();
  menu.open(right, bottom, { horizontalAlignment: 'right' });
}
