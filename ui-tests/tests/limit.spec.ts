import { galata } from '@jupyterlab/galata';
import { expect, test } from './lab';

const LIMIT = 500 * 1024 ** 2;

test.describe('Near the limit', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-leakhunter:plugin': { memoryLimit: LIMIT }
    }
  });

  test('should tell growth, give one notice, and interrupt the cell', async ({
    lab
  }) => {
    await lab.open('limit.ipynb', [
      'import psutil, time',
      [
        'kept = []',
        `while psutil.Process().memory_info().rss < ${LIMIT} * 0.93:`,
        '    kept.append(bytes([1]) * (4 << 20)); time.sleep(0.1)',
        'time.sleep(600)'
      ].join('\n')
    ]);
    const { panel, page } = lab;
    await lab.run(0);
    await lab.start(1);
    await expect(panel.getByText(/^Growing .* limit in about/)).toBeVisible({
      timeout: 30000
    });
    const notice = page.getByText(/limit\.ipynb is near the memory limit/);
    await expect(notice).toBeVisible({ timeout: 30000 });
    await expect(
      panel.getByText(/^An interrupt keeps your variables/)
    ).toBeVisible();
    await page
      .getByRole('alert')
      .getByRole('button', { name: 'Interrupt cell' })
      .click();
    await lab.idle();
    expect(await lab.value<number>('len(kept)')).toBeGreaterThan(10);
    await expect(page.getByText(/has not stopped yet/)).toHaveCount(0);
  });
});
