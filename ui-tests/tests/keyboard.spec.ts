import { expect, test } from './lab';

test.describe('The keyboard', () => {
  test('should do without a mouse', async ({ lab }) => {
    await lab.open('keys.ipynb', [
      'large = bytearray(90 << 20)',
      'small = bytearray(60 << 20)',
      'x = 1'
    ]);
    await lab.runAll();
    const { page, panel } = lab;
    const notebook = page.locator('.jp-Notebook');
    const large = lab.finding('large');
    const small = lab.finding('small');
    await expect(small).toBeVisible();
    await page.notebook.selectCells(1);

    await page.keyboard.press('Alt+Shift+M');
    await expect(large).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(small).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(small.getByText('What holds it')).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(small.getByText('What holds it')).toHaveCount(0);
    await page.keyboard.press('Space');
    await expect(small.getByRole('checkbox')).toBeChecked();
    await expect(panel.getByText('1 selected')).toBeVisible();

    await page.keyboard.press('Delete');
    await expect(
      panel.getByRole('heading', { name: 'Clear 1 thing' })
    ).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(small).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(panel).not.toContainText('What goes');
    expect(await lab.value('len(small)')).toBe(60 << 20);
    await expect(notebook.locator(':focus')).toHaveCount(1);
  });
});
