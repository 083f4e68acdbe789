import { bytesOf, expect, MIB, test } from './lab';

test.use({
  autoGoto: false,
  // Not the parts of JupyterLab that are waited for otherwise.
  waitForApplication: async ({ baseURL }, use) => {
    await use(async page => {
      await page.waitForSelector('#main-panel');
    });
  }
});

test.describe('Notebook 7', () => {
  test('should tell the same story', async ({ lab }) => {
    const { page, panel } = lab;
    await lab.create('plain.ipynb', [
      'events = bytearray(100 << 20)',
      'total = len(events)',
      'x = 1',
      'y = 2',
      'z = 3'
    ]);
    await page.goto(`notebooks/${lab.path('plain.ipynb')}`);
    await page.menu.clickMenuItem('View>Leak Hunter');
    await expect(panel).toBeVisible();
    await lab.idle();
    await page.menu.clickMenuItem('Run>Run All Cells');
    await expect(lab.chart(5)).toBeVisible({ timeout: 20000 });
    await lab.idle();

    const finding = lab.finding('events');
    await expect(finding).toContainText('Last read by [2].');
    // The object and its buffer, each a multiple of 16 bytes.
    const own = await lab.value<number>('__import__("sys").getsizeof(events)');
    const told = await bytesOf(finding);
    expect(told).toBeGreaterThanOrEqual(own);
    expect(told).toBeLessThan(own + 32);
    await lab.button('Review and clear…').click();
    const before = await lab.resident();
    await lab.clearAll();
    await expect(
      panel.getByText(/Freed (99\.\d|100\.\d)\u00a0MiB/)
    ).toBeVisible();
    expect(before - (await lab.resident())).toBeGreaterThan(95 * MIB);
    await lab.button('Done').click();
    await expect(panel.getByText('Nothing left behind')).toBeVisible();
  });
});
