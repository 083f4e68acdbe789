import { galata } from '@jupyterlab/galata';
import { expect, test } from './lab';

const LIMIT = 500 * 1024 ** 2;

test.describe('A kernel that is killed', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-leakhunter:plugin': { memoryLimit: LIMIT }
    }
  });

  test('should leave its record to the panel, and claim no more than is known', async ({
    lab
  }) => {
    // No test may exhaust the memory of a machine that it shares: the system's
    // own kill is stood in for by a signal at the same height of a set limit.
    await lab.open('killed.ipynb', [
      'import os, psutil, signal, time',
      [
        `missing = int(${LIMIT} * 0.97) - psutil.Process().memory_info().rss`,
        "filled = b'x' * missing",
        'time.sleep(2.5)',
        'os.kill(os.getpid(), signal.SIGKILL)'
      ].join('\n')
    ]);
    const { panel, page } = lab;
    await lab.run(0);
    await lab.start(1);
    await expect(
      panel.getByText('The kernel probably ran out of memory')
    ).toBeVisible({ timeout: 30000 });
    await expect(panel).toContainText(/while running \[2\] missing = int/);
    await expect(panel.getByRole('img', { name: /rose from/ })).toBeVisible();
    await expect(panel.getByText('itself, new since it started')).toBeVisible();
    // The lab says it too, in front of everything.
    await page.getByRole('button', { name: 'Ok', exact: true }).click();
    await lab.button('Dismiss').click();
    await expect(panel.getByText('probably ran out of memory')).toHaveCount(0);
    await lab.idle();
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });
});
