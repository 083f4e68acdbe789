import { galata } from '@jupyterlab/galata';
import { expect, test } from './lab';

const LIMIT = 500 * 1024 ** 2;

const FILL = [
  `missing = int(${LIMIT} * 0.93) - psutil.Process().memory_info().rss`,
  "filled = b'x' * missing",
  'time.sleep(600)'
].join('\n');

test.describe('With the panel closed', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-leakhunter:plugin': { memoryLimit: LIMIT }
    }
  });

  test('should tell a running cell in the status bar, and warn near the limit', async ({
    lab
  }) => {
    const { page } = lab;
    await lab.open('unseen.ipynb', ['import psutil, time', FILL]);
    await lab.run(0);
    await page.sidebar.close('right');
    await expect(lab.panel).toBeHidden();
    const item = page.locator('.lh-Status-button');
    await expect(item).toContainText(/Mem[\d.]+.\/.500.MiB/);
    const hidden = page.locator('#leakhunter-panel');
    const changes = await hidden.evaluateHandle(node => {
      const seen: string[] = [];
      new MutationObserver(news => {
        seen.push(...news.map(({ type }) => type));
      }).observe(node, {
        childList: true,
        characterData: true,
        subtree: true
      });
      return seen;
    });
    await page.notebook.runCell(1, { inplace: true, wait: false });
    await expect(item).toContainText(/4[67]\d.\/.500.MiB/, { timeout: 20000 });
    await expect(item).toHaveClass(/lh-mod-critical/);
    const notice = page.getByText(/unseen\.ipynb is near the memory limit/);
    await expect(notice).toBeVisible();
    await expect(page.locator('.lh-CellLine')).toContainText(/so far/);
    // What is told elsewhere is not drawn in a panel that nobody sees.
    expect(await changes.jsonValue()).toEqual([]);
    await page
      .getByRole('alert')
      .getByRole('button', { name: 'Interrupt cell' })
      .click();
    await item.click();
    await lab.idle();
  });
});
