import { galata } from '@jupyterlab/galata';
import type { AxeResults } from 'axe-core';
import { readFileSync } from 'fs';
import { expect, type Lab, test } from './lab';
import { WALKS } from './tour';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds fault with inside our own nodes, one line each. */
async function faults(lab: Lab, rules: string[] | null): Promise<string[]> {
  return lab.page.evaluate(async only => {
    const { axe } = window as unknown as {
      axe: { run(context: object, options: object): Promise<AxeResults> };
    };
    const places = ['#leakhunter-panel', '.lh-CellLine', '.lh-Status'];
    const include = places.filter(place => document.querySelector(place));
    const { violations } = await axe.run(
      { include },
      {
        resultTypes: ['violations'],
        ...(only && { runOnly: { type: 'rule', values: only } })
      }
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)
    );
  }, rules);
}

/** Names and roles are the same in each theme, colours are not. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** The themes beside the light one, and where their style sheets are. */
const DARK = {
  'JupyterLab Dark': '@jupyterlab/theme-dark-extension',
  'JupyterLab Dark High Contrast':
    '@jupyterlab/theme-dark-high-contrast-extension'
};

/** Loads the style sheets of all themes; none of them applies yet. */
async function loadThemes(themes: typeof DARK): Promise<void> {
  for (const [name, folder] of Object.entries(themes)) {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = `/lab/api/themes/${folder}/index.css`;
    link.dataset.theme = name;
    await new Promise((resolve, reject) => {
      link.onload = resolve;
      link.onerror = reject;
      document.head.append(link);
    });
    link.disabled = true;
  }
}

/** Puts on a theme at once; the lab itself takes a second for each. */
function wear(name: string): void {
  document
    .querySelectorAll<HTMLLinkElement>('link[data-theme]')
    .forEach(link => {
      link.disabled = link.dataset.theme !== name;
    });
  document.body.dataset.jpThemeName = name;
  document.body.dataset.jpThemeLight = String(!name.includes('Dark'));
}

for (const { name, settings, walk } of WALKS) {
  test.describe(`Access on the walk ${name}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        'jupyterlab-leakhunter:plugin': settings ?? {}
      }
    });

    test('should have no faults that axe knows, in any theme', async ({
      lab
    }) => {
      test.setTimeout(240000);
      const { page } = lab;
      const found: string[] = [];
      await page.evaluate(AXE);
      await page.evaluate(loadThemes, DARK);
      await walk(lab, async (screen, _whole, open) => {
        await open?.();
        const look = async (rules: string[] | null) =>
          found.push(
            ...(await faults(lab, rules)).map(fault => `${screen}: ${fault}`)
          );
        for (const name of Object.keys(DARK)) {
          await page.evaluate(wear, name);
          await look(COLOURS);
        }
        await page.evaluate(wear, 'JupyterLab Light');
        await look(null);
      });
      expect(found).toEqual([]);
    });
  });
}
