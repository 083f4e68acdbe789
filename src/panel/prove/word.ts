/** The word of what a growth test proved: spoken also where its view is not loaded. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { GrowthVerdict } from '../../protocol/generated';

/** The word of a verdict. */
export function growthWord(
  verdict: GrowthVerdict,
  trans: TranslationBundle
): string {
  switch (verdict) {
    case 'leak':
      return trans.__('Leak');
    case 'plateau':
      return trans.__('Plateau');
    case 'clean':
      return trans.__('Clean');
    case 'suspect':
      return trans.__('Suspect');
    case 'cannot-tell':
      return trans.__('Cannot tell');
  }
}
