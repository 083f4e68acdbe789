import { expect, test } from './lab';

const CELLS = [
  'held = bytearray(80 << 20)',
  'a = 1',
  'b = 2',
  'c = 3',
  'd = 4'
];

test.describe("It's expected", () => {
  test('should hold after a restart and in the file, until it is taken back', async ({
    lab
  }) => {
    const name = 'expected.ipynb';
    await lab.open(name, CELLS);
    await lab.runAll();
    const row = lab.finding('held');
    await expect(row).toBeVisible();

    await row.getByRole('button', { name: 'Details of held' }).click();
    await lab.button("It's expected…").click();
    const reason = lab.panel.getByLabel('Why should it stay? (optional)');
    await expect(reason).toBeFocused();
    await reason.fill('served until the end');
    await reason.press('Enter');
    const list = lab.panel
      .getByRole('group')
      .filter({ hasText: 'Expected (1)' });
    await expect(list).toBeVisible();
    await expect(row).toHaveCount(0);
    await lab.page.notebook.save();

    await lab.page.menu.clickMenuItem('Kernel>Restart Kernel…');
    await lab.page
      .getByRole('button', { name: 'Confirm Kernel Restart' })
      .click();
    await expect(lab.panel.getByText(/^Kernel restarted at/)).toBeVisible({
      timeout: 30000
    });
    await lab.page.notebook.close(false);
    await lab.show(name);
    await lab.runAll();
    await expect(lab.panel.getByText('Nothing left behind')).toBeVisible();
    await expect(row).toHaveCount(0);

    await lab.panel.getByText('Expected (1)').click();
    await expect(list).toContainText('served until the end');
    await expect(list).toContainText('held');
    await lab.button('Take back').click();
    await expect(row).toBeVisible();
    await expect(list).toHaveCount(0);
  });

  test('should say what was let go and lives on', async ({ lab }) => {
    await lab.open('lingering.ipynb', [
      'import array\nbig = array.array("b", bytes(80 << 20))\nbox = [big]',
      'x = 1',
      'del big'
    ]);
    await lab.runAll();
    await expect(
      lab.panel.getByRole('region', { name: 'Let go, but still alive' })
    ).toContainText(/big was deleted in \[3\], but its 80\.0.MiB live on/);
  });
});
