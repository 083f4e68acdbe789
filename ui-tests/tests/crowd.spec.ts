import { expect, test } from './lab';

const VARIABLES = 5000;

test.describe('Five thousand variables', () => {
  test('should be drawn only as far as it is on screen', async ({ lab }) => {
    test.setTimeout(120000);
    await lab.open('crowd.ipynb', [
      `for i in range(${VARIABLES}):\n    globals()[f'v{i:04}'] = bytearray(4096)`
    ]);
    await lab.run(0);
    const { panel } = lab;
    await lab.tab('Variables').click();
    const table = panel.getByRole('table');
    await expect(table).toHaveAttribute('aria-rowcount', /^\d{4}$/, {
      timeout: 20000
    });
    const rows = table.getByRole('row');
    expect(await rows.count()).toBeLessThan(150);
    await panel.getByText(/^Values in /).scrollIntoViewIfNeeded();
    await expect(panel.getByText(/^Values in /)).toBeInViewport();
    expect(await rows.count()).toBeLessThan(150);
    await panel.getByRole('searchbox').fill('v1234');
    await expect(rows).toHaveCount(2);
  });
});
