/** A cell is traced from its menu; a line leads to its cell. */
import type { Lab } from './lab';
import { expect, test } from './lab';

const CELLS = [
  'def make(n):\n    return bytearray(n)',
  'kept = []',
  'first = bytes(3_000_000)\nkept.append(make(8_000_000))'
];

/** Chooses the trace of a cell from its menu. */
async function trace(lab: Lab, cell: number): Promise<void> {
  const place = await lab.page.notebook.getCellLocator(cell);
  await place!.locator('.jp-InputArea-editor').click({ button: 'right' });
  await lab.page
    .getByRole('menuitem', { name: 'Trace Where It Allocates…' })
    .click();
  // A check of its own may come first.
  await expect(lab.button('Run and trace')).toBeVisible({ timeout: 20000 });
}

test.describe('Trace', () => {
  test.describe.configure({ timeout: 90000 });

  test('should say which lines allocate, and lead to their cells', async ({
    lab
  }) => {
    await lab.open('trace.ipynb', CELLS);
    await lab.runAll();
    await trace(lab, 2);
    await lab.button('Run and trace').click();
    const table = lab.panel.locator('.lh-trace');
    const first = table.locator('tbody tr').first();
    await expect(first).toContainText('[1]line 2return bytearray(n)', {
      timeout: 20000
    });
    await expect(first).toContainText('7.63');
    await expect(lab.panel.locator('.lh-icicle .slice').first()).toBeVisible();
    expect(await lab.value<number>('len(kept)')).toBe(1);

    await first.getByRole('button', { name: '[1]' }).click();
    const cell = await lab.page.notebook.getCellLocator(0);
    await expect(cell!).toHaveClass(/jp-mod-active/);

    const download = lab.page.waitForEvent('download');
    await lab.panel.getByLabel('Save as').selectOption('csv');
    await lab.button('Save').click();
    expect((await download).suggestedFilename()).toBe('trace-cell-3.csv');
  });

  test('should zoom to a box by click and by key, and back', async ({
    lab
  }) => {
    await lab.open('zoom.ipynb', CELLS);
    await lab.runAll();
    await trace(lab, 2);
    await lab.button('Run and trace').click();
    const boxes = lab.panel.locator('.lh-icicle .slice');
    await expect(boxes.first()).toBeVisible({ timeout: 20000 });
    const at = lab.panel.locator('.lh-icicle-at');

    await boxes.filter({ hasText: '[3] line 2' }).click();
    await expect(at).toContainText('cell 3, line 2');
    const all = lab.button('Show all boxes');
    await all.click();
    await expect(at).toHaveCount(0);

    const icicle = lab.panel.locator('.lh-icicle');
    await icicle.focus();
    await icicle.press('ArrowDown');
    await expect(at).toContainText('cell 3, line 2');
    await expect(all).toHaveCount(0);
    await icicle.press('Enter');
    await expect(all).toBeVisible();
    await icicle.press('Backspace');
    await expect(at).toHaveCount(0);
  });

  test('should measure memory by line', async ({ lab }) => {
    await lab.open('lines.ipynb', CELLS);
    await lab.runAll();
    await trace(lab, 2);
    await lab.panel.getByRole('radio', { name: /^Memory by line/ }).check();
    await lab.button('Run and trace').click();
    const rows = lab.panel.locator('.lh-heat tbody tr');
    await expect(rows.nth(0)).toContainText('first = bytes(3_000_000)', {
      timeout: 20000
    });
    await expect(rows.nth(1)).toContainText('+7.63');
  });
});
