import { expect, test } from '@jupyterlab/galata';

test.describe('The panel', () => {
  test('should open from the right side bar', async ({ page }) => {
    await page.sidebar.openTab('leakhunter-panel');

    await expect(
      page.getByRole('complementary', { name: 'Leak Hunter' })
    ).toBeVisible();
  });
});
