import { expect, test } from './lab';

test.describe('Variables', () => {
  test('should say who shares with whom, and clear them by name', async ({
    lab
  }) => {
    await lab.open('variables.ipynb', [
      'import numpy as np',
      'X = np.ones((1_000_000, 8))\nX_train = X[:750_000]\nX_test = X[750_000:]',
      'f1 = np.ones(2_000_000)',
      'total = X_train.sum()'
    ]);
    for (let cell = 0; cell < 4; cell++) {
      await lab.run(cell);
    }
    const { panel } = lab;
    await lab.tab('Variables').click();
    const row = (name: string) =>
      panel.getByRole('row').filter({
        has: lab.page.getByRole('checkbox', {
          name: `Select ${name}`,
          exact: true
        })
      });
    await expect(row('X_train')).toContainText('[4]');
    await expect(row('f1')).toContainText('never');

    // Those that share are chosen together.
    await row('X_train').getByRole('checkbox').check();
    await expect(
      panel.getByText(/Holds 61\.0.MiB, all of it shared with X and X_test/)
    ).toBeVisible();
    await lab.button('Select all 3').click();
    await expect(
      panel.getByText(/3 selected\. Clearing them frees 61\.0.MiB/)
    ).toBeVisible();

    // A name like a finding's id is still a name.
    await lab.button('Select none').click();
    await panel.getByRole('searchbox').fill('f1');
    await row('f1').getByRole('checkbox').check();
    await lab.button('Clear…').click();
    await lab.clearAll();
    expect(
      await lab.value<string>(
        "''.join(n for n in ('X', 'f1') if n in globals())"
      )
    ).toBe('X');
    await lab.button('Back to the list').click();
    await expect(row('X')).toBeVisible();
    await expect(row('f1')).toHaveCount(0);
  });
});
