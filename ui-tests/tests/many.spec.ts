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

    // The keyboard reaches rows out of sight, and passes the table in one stop.
    const { keyboard } = lab.page;
    await lab.button('Cell').click();
    await rows.nth(1).getByRole('button').focus();
    await keyboard.press('End');
    const last = table.getByRole('button', { name: '[103]' });
    await expect(last).toBeFocused();
    await expect(last).toBeInViewport();
    await keyboard.press('Tab');
    await expect(
      lab.button('Show only cells that changed something')
    ).toBeFocused();
    await keyboard.press('Shift+Tab');
    await expect(last).toBeFocused();
    await keyboard.press('Home');
    await expect(table.getByRole('button', { name: '[1]' })).toBeFocused();
    await keyboard.press('End');
    await expect(last).toBeFocused();
    await keyboard.press('Enter');
    await expect(
      lab.page.getByRole('feed', { name: 'Cells' }).getByText('n99 = 99')
    ).toBeInViewport();
  });
});
