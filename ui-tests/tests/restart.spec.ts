import { expect, test } from './lab';

const CELLS = ['first = bytearray(80 << 20)', 'second = len(first)'];

test.describe('A restart', () => {
  test('should keep the records as gone, and record the first cell after it', async ({
    lab
  }) => {
    await lab.open('restart.ipynb', CELLS);
    await lab.runAll();

    await lab.page.menu.clickMenuItem('Kernel>Restart Kernel…');
    await lab.page
      .getByRole('button', { name: 'Confirm Kernel Restart' })
      .click();
    await expect(lab.panel.getByText(/^Kernel restarted at/)).toBeVisible();
    const past = lab.panel.getByRole('region', { name: 'Run before' });
    await expect(past.getByRole('row', { name: /first = / })).toContainText(
      'gone'
    );

    await lab.button('Compare').click();
    const compared = past.getByRole('row', { name: /first = / });
    await expect(compared).toContainText('not run yet');

    await lab.idle();
    await lab.page.menu.clickMenuItem(
      'Kernel>Restart Kernel and Run All Cells…'
    );
    await lab.page
      .getByRole('button', { name: 'Confirm Kernel Restart' })
      .click();
    await expect(lab.chart(2)).toBeVisible();
    await lab.idle();
    await lab.tab('Cells').click();
    const first = lab.panel.getByRole('row', { name: /first = / }).first();
    await expect(first).toContainText(/\+80\.\d\d/);
    await expect(first).not.toContainText('gone');
    await expect(compared).toContainText(/\+80\.\d\d → \+80\.\d\d/);

    await lab.button('Forget').click();
    await expect(past).toHaveCount(0);
  });
});
