import { expect, test, WAIT_FOR_GO } from './lab';

test.describe('A figure half-way through its cell', () => {
  test('should survive a wish for a check', async ({ lab }) => {
    await lab.open('figure.ipynb', [
      'import matplotlib.pyplot as plt',
      [
        'figure, axes = plt.subplots(figsize=(2, 1))',
        'plt.plot([1, 2])',
        WAIT_FOR_GO,
        'plt.plot([2, 1])',
        "plt.title('whole')"
      ].join('\n')
    ]);
    await lab.run(0);
    await lab.start(1);
    await lab.choose('Check Now');
    await expect(lab.panel.getByText('The check waits')).toBeVisible();
    await lab.put('go');
    await expect(lab.panel.getByText('The check waits')).toHaveCount(0);
    await lab.idle();

    const cell = await lab.page.notebook.getCellLocator(1);
    await expect(cell!.getByRole('img')).toHaveCount(1);
    expect(await lab.value('[len(axes.lines), axes.get_title()]')).toEqual([
      2,
      'whole'
    ]);
  });
});
