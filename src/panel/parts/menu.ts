/** Menus of the panel: menus of the lab, so that they look and behave like all others. */
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import type * as React from 'react';

/** One entry of a menu. */
export interface IMenuEntry {
  id: string;
  label: string;
  execute: () => void;

  /** Why it cannot be chosen, in one sentence. */
  whyNot?: string | null;

  /** The key that does the same in the list, for display. */
  key?: string;
}

/** Where a menu opens. */
export interface IMenuPlace {
  /** In CSS pixels of the page. */
  x: number;
  y: number;

  /** Whether the menu stands left of that point. */
  toTheLeft?: boolean;

  /** Has the focus again when the menu closes. */
  opener: HTMLElement | null;
}

/**
 * Opens a menu.
 *
 * @param entries - From top to bottom; null is a line between two.
 *
 * #### Notes
 * When it closes it is disposed and the opener has the focus again.
 */
export function openMenu(
  entries: readonly (IMenuEntry | null)[],
  { x, y, toTheLeft, opener }: IMenuPlace
): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  menu.addClass('lh-Menu');
  entries.forEach(entry => {
    if (entry === null) {
      menu.addItem({ type: 'separator' });
      return;
    }
    const { id: command, label, execute, whyNot = null, key } = entry;
    commands.addCommand(command, {
      label,
      caption: whyNot ?? '',
      execute,
      isEnabled: () => whyNot === null,
      describedBy: { args: { type: 'object', properties: {} } }
    });
    if (key !== undefined) {
      // Only shown: the list answers the key, and this registry hears none.
      commands.addKeyBinding({ command, keys: [key], selector: '.lh-Panel' });
    }
    menu.addItem({ command });
  });
  menu.aboutToClose.connect(() => {
    // Before the chosen command, which may put the focus elsewhere.
    opener?.focus();
    // The chosen command runs after the menu closed.
    window.setTimeout(() => menu.dispose());
  });
  menu.open(x, y, toTheLeft ? { horizontalAlignment: 'right' } : {});
}

/**
 * The place for the menu of a row: at the pointer, or under the row where the
 * keyboard asked for it.
 */
export function placeAt(
  event: React.MouseEvent<HTMLElement>,
  opener: HTMLElement | null
): IMenuPlace {
  if (event.clientX !== 0 || event.clientY !== 0) {
    return { x: event.clientX, y: event.clientY, opener };
  }
  const { left, bottom } = event.currentTarget.getBoundingClientRect();
  return { x: left, y: bottom, opener };
}
