import type { Locator } from '@playwright/test';
import { expect, test } from './lab';

const CELLS = [
  'df_raw = bytearray(60 << 20)',
  'used = bytearray(30 << 20)',
  'a = len(used)',
  'b = len(used)',
  'c = len(used)'
];

test.describe('The menus', () => {
  test('should lead from a cell to its memory, and hide its line', async ({
    lab
  }) => {
    const { page, panel } = lab;
    await lab.open('menus.ipynb', CELLS);
    await lab.runAll();
    await expect(lab.finding('df_raw')).toBeVisible();
    const cell = page.locator('.jp-Notebook .jp-CodeCell').first();
    const choose = async (item: string) => {
      await cell.locator('.jp-InputArea-editor').click({ button: 'right' });
      await page.getByRole('menuitem', { name: item }).click();
    };

    await choose('Show Memory of This Cell');
    const row = panel.getByRole('row', { name: /df_raw = / });
    await expect(row).toHaveAttribute('aria-current', 'true');
    await expect(row.getByRole('button', { name: '[1]' })).toBeFocused();

    await choose('Show What It Still Holds');
    await expect(lab.finding('df_raw')).toBeVisible();
    await lab.button('From cell [1]: list all findings').click();

    const line = cell.locator('.lh-CellLine');
    await expect(line).toBeVisible();
    await choose('Hide Memory Line');
    await expect(line).toHaveCount(0);
    await choose('Show Memory Line');
    await expect(line).toBeVisible();
  });

  test('should offer for a finding and a variable what can be done', async ({
    lab,
    context
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { page, panel } = lab;
    await lab.open('rows.ipynb', CELLS);
    await lab.runAll();
    const row = lab.finding('df_raw');
    await row.click({ button: 'right' });
    await choose(page.locator('.lh-Menu'), 'Copy as Text');
    await expect.poll(() => clipboard(page)).toContain('Leftover df_raw');

    await lab.choose('Copy Report');
    await expect
      .poll(() => clipboard(page))
      .toContain('Leak Hunter rows.ipynb');
    const text = await clipboard(page);
    expect(text.split('\n').filter(one => one.length > 79)).toEqual([]);
    expect(text).toContain('Leftover  df_raw');

    const download = page.waitForEvent('download');
    await lab.choose('Export Records');
    expect((await download).suggestedFilename()).toBe('rows-memory.json');

    await lab.tab('Variables').click();
    await panel.getByRole('row', { name: /df_raw/ }).click({ button: 'right' });
    await choose(page.locator('.lh-Menu'), 'Copy Name');
    await expect.poll(() => clipboard(page)).toBe('df_raw');
    await panel.getByRole('row', { name: /df_raw/ }).click({ button: 'right' });
    await choose(page.locator('.lh-Menu'), 'Go to the Cell That Made It');
    await expect(page.locator('.jp-Notebook .jp-CodeCell').first()).toHaveClass(
      /jp-mod-active/
    );
  });

  test('should stop watching from the menu, and start again', async ({
    lab
  }) => {
    const { page, panel } = lab;
    await lab.open('stop.ipynb', CELLS);
    await lab.run(0);
    await page.menu.clickMenuItem('Kernel>Stop Watching Memory');
    await expect(panel.getByText('Watch this kernel')).toBeVisible();
    await page.notebook.runCell(1, true);
    expect(await lab.value('__import__("leakhunter").status()')).toBe('off');
    await page.menu.clickMenuItem('Kernel>Watch Memory');
    await lab.run(2);
    await expect(lab.chart(1)).toBeVisible();
  });
});

function choose(menu: Locator, item: string): Promise<void> {
  return menu.getByRole('menuitem', { name: item }).click();
}

function clipboard(page: {
  evaluate<T>(read: () => Promise<T>): Promise<T>;
}): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
