import { expect, test, WAIT_FOR_GO } from './lab';

test.describe('A desk with several notebooks', () => {
  test('should follow the one in use, side by side and through a change of settings', async ({
    lab
  }) => {
    const { page, panel } = lab;
    await lab.open('left.ipynb', ['mine = bytearray(60 << 20)', 'x = 1']);
    await lab.runAll();
    await expect(lab.finding('mine')).toBeVisible();
    await lab.create('right.ipynb', ['other = bytearray(70 << 20)', 'y = 1']);
    await page.evaluate(openBeside, lab.path('right.ipynb'));
    await expect(
      panel.getByRole('heading', { name: 'right.ipynb' })
    ).toBeVisible();
    await lab.runAll();
    await expect(lab.finding('other')).toBeVisible();
    await expect(lab.finding('mine')).toHaveCount(0);

    // Both are on screen; the one that is clicked has the panel.
    await page.locator('.cm-line').getByText('mine').click();
    await expect(lab.finding('mine')).toBeVisible();
    await expect(lab.finding('other')).toHaveCount(0);
    await expect(page.locator('.lh-CellLine:visible')).toHaveCount(2);

    // Kept on one, the panel stays there, whatever notebook is used.
    await lab.choose('Keep on This Notebook');
    await page.locator('.cm-line').getByText('other').click();
    await expect(page.locator('.lh-Status-button')).toBeVisible();
    await expect(lab.finding('mine')).toBeVisible();
    await lab.button('Kept on this notebook: follow the one in use').click();
    await expect(lab.finding('other')).toBeVisible();
    await page.locator('.cm-line').getByText('mine').click();
    await expect(lab.finding('mine')).toBeVisible();

    await page.evaluate(set, ['units', 'decimal'] as const);
    await expect(lab.finding('mine')).toContainText(/62\.9\sMB/);
    await page.evaluate(set, ['cellLine', 'off'] as const);
    await expect(page.locator('.lh-CellLine:visible')).toHaveCount(0);
    await page.evaluate(set, ['statusBar', false] as const);
    await expect(page.locator('.lh-Status:visible')).toHaveCount(0);
    await page.evaluate(set, ['memoryLimit', 1_000_000_000] as const);
    // The kernel counts by it from its next reading on.
    await lab.choose('Check Now');
    await expect(panel).toContainText(/of 1\.00\sGB set limit/);
  });

  test('should go on with a notebook that was closed while its cell ran', async ({
    lab
  }) => {
    const { page, panel } = lab;
    await lab.open('busy.ipynb', [
      'x = bytearray(60 << 20)',
      `print('runs')\n${WAIT_FOR_GO}`
    ]);
    await lab.run(0);
    await lab.start(1);
    await expect(page.getByText('runs', { exact: true })).toBeVisible();
    await page.notebook.save();
    await page.evaluate(closeCurrent);
    await expect(panel.getByText('Open a notebook')).toBeVisible();
    await expect(page.locator('.lh-CellLine')).toHaveCount(0);

    await lab.show('busy.ipynb');
    await expect(panel.getByText('Running', { exact: true })).toBeVisible();
    await lab.put('go');
    await lab.idle();
    await expect(lab.chart(2)).toBeVisible();
    await expect(lab.finding('x')).toBeVisible();
  });
});

/** What the functions below use of the lab's own objects; they run in the page. */
interface IApp {
  commands: { execute(id: string, args: object): Promise<unknown> };
  shell: { currentWidget: { dispose(): void } };
}

async function openBeside(path: string): Promise<void> {
  const app = window.jupyterapp as unknown as IApp;
  await app.commands.execute('docmanager:open', {
    path,
    factory: 'Notebook',
    options: { mode: 'split-right' }
  });
}

function closeCurrent(): void {
  (window.jupyterapp as unknown as IApp).shell.currentWidget.dispose();
}

/** Changes one of our settings as the settings editor does. */
async function set([key, value]: readonly [string, unknown]): Promise<void> {
  const galata = window.galata as unknown as {
    getPlugin(id: string): Promise<{
      set(plugin: string, key: string, value: unknown): Promise<void>;
    }>;
  };
  const registry = await galata.getPlugin(
    '@jupyterlab/apputils-extension:settings'
  );
  await registry.set('jupyterlab-leakhunter:plugin', key, value);
}
