import type { Lab } from './lab';
import { expect, test } from './lab';

const PLUGIN = 'jupyterlab-leakhunter:plugin';

/** The part of the lab that says what is saved. */
interface IApp {
  shell: { currentWidget: { context: { model: { toJSON(): object } } } };
}

/** Changes a setting as the editor of settings does. */
function set(lab: Lab, key: string, value: unknown): Promise<void> {
  return lab.page.evaluate(
    async ([plugin, name, wanted]) => {
      const registry = await window.galata.getPlugin(
        '@jupyterlab/apputils-extension:settings'
      );
      await registry?.set(plugin as string, name as string, wanted as null);
    },
    [PLUGIN, key, value]
  );
}

test.describe('The settings', () => {
  test('should be followed at once', async ({ lab }) => {
    const { page, panel } = lab;
    await lab.open('settings.ipynb', ['big = bytearray(60 << 20)', 'x = 1']);
    await lab.runAll();
    const lines = page.locator('.lh-CellLine');
    await expect(lines).toHaveCount(1);
    await set(lab, 'cellLine', 'all');
    await expect(lines).toHaveCount(2);
    await set(lab, 'cellLine', 'off');
    await expect(lines).toHaveCount(0);

    await expect(panel.locator('.lh-used')).toContainText(/[MG]iB$/);
    await set(lab, 'units', 'decimal');
    await expect(panel.locator('.lh-used')).toContainText(/[MG]B$/);

    await set(lab, 'memoryLimit', 1000 * 1024 ** 2);
    await expect(panel.locator('.lh-limit')).toContainText('1.05 GB');

    await expect(panel.getByText(/^Memory by cell run/)).toBeVisible();
    await set(lab, 'chart', { open: true, by: 'time', height: 120 });
    await expect(panel.getByText(/^Memory by the clock/)).toBeVisible();
    await expect(lab.chart(2)).toHaveCSS('height', '120px');

    await expect(lab.finding('big')).toBeVisible();
    await set(lab, 'minFinding', 1024 ** 3);
    await expect(lab.finding('big')).toHaveCount(0);
    await expect(panel.getByText(/^1 smaller finding/)).toBeVisible();

    const status = page.locator('.lh-Status-button');
    await expect(status).toBeVisible();
    await set(lab, 'statusBar', false);
    await expect(status).toBeHidden();

    // Nothing of ours is in the file until the user says so.
    const saved = () =>
      page.evaluate(() => {
        const { shell } = window.jupyterapp as unknown as IApp;
        return JSON.stringify(shell.currentWidget.context.model.toJSON());
      });
    expect(await saved()).not.toContain('leakhunter');
    await set(lab, 'saveInMetadata', true);
    await lab.run(1);
    expect(await saved()).toMatch(/"leakhunter":\{"memory":\{"change":6\d{7}/);
  });
});
