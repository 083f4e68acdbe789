import { expect, type Lab, test } from './lab';
import type { AxeResults } from 'axe-core';
import { readFileSync } from 'fs';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds fault with inside our own nodes, one line each. */
async function faults(lab: Lab): Promise<string[]> {
  return lab.page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(context: object, options: object): Promise<AxeResults> };
    };
    const places = ['#leakhunter-panel', '.lh-CellLine', '.lh-Status'];
    const include = places.filter(place => document.querySelector(place));
    const { violations } = await axe.run(
      { include },
      { resultTypes: ['violations'] }
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)
    );
  });
}

test.describe('Access', () => {
  test('should have no faults that axe knows, in light and dark', async ({
    lab
  }) => {
    test.setTimeout(180000);
    await lab.open('access.ipynb', [
      'import numpy as np',
      'X = np.ones((1_000_000, 8))\nX_train = X[:750_000]',
      'old = np.ones(12_000_000)',
      'a = 1',
      'b = 2',
      'c = 3'
    ]);
    for (let cell = 0; cell < 6; cell++) {
      await lab.run(cell);
    }
    const { page, panel } = lab;
    await expect(lab.finding('old')).toBeVisible();
    await page.evaluate(AXE);
    const found: string[] = [];
    const look = async (where: string) => {
      for (const dark of [false, true]) {
        await (dark ? page.theme.setDarkTheme() : page.theme.setLightTheme());
        found.push(...(await faults(lab)).map(fault => `${where}: ${fault}`));
      }
    };
    await lab.button('Details of old').click();
    await look('findings');
    await lab.tab('Cells').click();
    await look('cells');
    await lab.tab('Variables').click();
    await panel.getByRole('checkbox', { name: 'Select X_train' }).check();
    await look('variables');
    await lab.choose('Objects…');
    await expect(panel.getByRole('row').nth(3)).toBeVisible();
    await look('objects');
    await lab.button('Back to the list').click();
    await lab.button('Review and clear…').click();
    await expect(lab.button(/^Clear \d+, free /)).toBeVisible();
    await look('preview');
    expect(found).toEqual([]);
  });
});
