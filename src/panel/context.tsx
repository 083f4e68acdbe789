/** What every part of the panel needs, handed down without naming it in each call. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IHuntHost, IHuntModel } from '../tokens';

/** The surroundings of a view that shows one notebook. */
export interface IHuntContext {
  model: IHuntModel;
  host: IHuntHost;
  trans: TranslationBundle;

  /** Whether sizes are written in units of 1000. */
  decimal: boolean;

  /** Says something to a screen reader when it next falls silent. */
  announce(message: string): void;

  /**
   * Puts a text on the clipboard.
   *
   * @param said - What a screen reader is told.
   */
  copy(text: string, said?: string): void;
}

export const HuntContext = React.createContext<IHuntContext | null>(null);

/** The surroundings of the calling component. */
export function useHunt(): IHuntContext {
  const context = React.useContext(HuntContext);
  if (context === null) {
    throw new Error('This view needs a HuntContext around it.');
  }
  return context;
}
