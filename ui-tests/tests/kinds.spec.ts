import { bytesOf, expect, MIB, test } from './lab';

test.describe('Kinds of findings', () => {
  test('should clear a traceback', async ({ lab }) => {
    await lab.open('traceback.ipynb', [
      [
        'def fail():',
        '    local = bytearray(80 << 20)',
        "    raise ValueError('no')",
        'fail()'
      ].join('\n'),
      'x = 1'
    ]);
    await lab.idle();
    await lab.page.notebook.runCell(0, { inplace: true, wait: false });
    await expect(lab.chart(1)).toBeVisible();
    await lab.run(1);
    const traceback = lab.finding('traceback of [1]');
    await expect(traceback).toContainText('Hidden');
    expect(Math.abs((await bytesOf(traceback)) / (80 * MIB) - 1)).toBeLessThan(
      0.05
    );
    await traceback.getByRole('button', { name: /^Details/ }).click();
    await expect(traceback).toContainText('%debug');

    const before = await lab.resident();
    await lab.button('Clear…').click();
    await lab.clearAll();
    expect(before - (await lab.resident())).toBeGreaterThan(70 * MIB);
    await lab.button('Done').click();
    await expect(lab.panel.getByText('Nothing left behind')).toBeVisible();
  });

  test('should put an equal copy in the place of a small view', async ({
    lab
  }) => {
    await lab.open('view.ipynb', [
      'import numpy as np',
      'head = np.arange(10_000_000)[:5]',
      'print(head.sum())'
    ]);
    await lab.runAll();
    const view = lab.finding('head');
    await expect(view).toContainText('Pinned');
    await view.getByRole('button', { name: /^Details/ }).click();
    await lab.button('Unpin…').click();
    await lab.clearAll();
    expect(await lab.value('head.tolist() == [0, 1, 2, 3, 4]')).toBe(true);
    expect(await lab.value('head.base is None')).toBe(true);
    await lab.button('Done').click();
    await expect(view).toHaveCount(0);
  });
});
