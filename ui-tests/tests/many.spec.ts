import { expect, test } from './lab';

const SMALL = Array.from({ length: 100 }, (_, index) => `n${index} = ${index}`);
const BIG = ['one', 'two', 'three'].map(
  name => `big_${name} = bytearray(60 << 20)`
);

test.describe('A long notebook', () => {
  test('should show what changed something, and fold the rest', async ({
    lab
  }) => {
    test.setTimeout(75000);
    const cells = [...SMALL];
    BIG.forEach((source, index) => cells.splice(20 + 30 * index, 0, source));
    await lab.open('many.ipynb', cells);
    await lab.runAll();
    await expect(lab.chart(103)).toBeVisible();

    await lab.tab('Cells').click();
    const table = lab.panel.getByRole('table');
    const rows = table.getByRole('row');
    await expect(rows).toHaveCount(1 + BIG.length);
    for (const source of BIG) {
      await expect(rows.filter({ hasText: source })).toContainText(
        /\+60\.\d\d/
      );
    }

    await lab.button('Show 100 cells that changed nothing').click();
    await expect(table).toHaveAttribute('aria-rowcount', '104');
    await lab.button('Change').click();
    await expect(rows.nth(1)).toContainText('big_');

    // Rows out of sight are drawn when they come into it: a jump to the last cell.
    await lab.button('Cell').click();
    await lab
      .button('Show only cells that changed something')
      .scrollIntoViewIfNeeded();
    const last = rows.filter({ hasText: 'n99 = 99' });
    await last.getByRole('button', { name: '[103]' }).click();
    await expect(
      lab.page.getByRole('feed', { name: 'Cells' }).getByText('n99 = 99')
    ).toBeInViewport();
  });
});
