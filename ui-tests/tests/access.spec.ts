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
      const { theme } = lab.page;
      const found: string[] = [];
      await walk(lab, async screen => {
        await lab.page.evaluate(AXE);
        const look = async (rules: string[] | null) =>
          found.push(
            ...(await faults(lab, rules)).map(fault => `${screen}: ${fault}`)
          );
        await theme.setDarkTheme();
        await look(COLOURS);
        await theme.setDarkHighContrastTheme();
        await look(COLOURS);
        await theme.setLightTheme();
        await look(null);
      });
      expect(found).toEqual([]);
    });
  });
}
