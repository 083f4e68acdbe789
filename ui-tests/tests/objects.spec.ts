import { expect, test } from './lab';

test.describe('Objects', () => {
  test('should lead from a class to what keeps an object, and clear what no cell reads', async ({
    lab
  }) => {
    await lab.open('objects.ipynb', [
      'import numpy as np',
      'class Node: pass\nclass Hub:\n    def __init__(self): self.observers = []\nhub, node = Hub(), Node()',
      'hub.observers.append(node)',
      'raw = np.ones(12_000_000)',
      'x = len(hub.observers)',
      'x = 2',
      'nodes = [Node() for _ in range(50)]'
    ]);
    const { panel, page } = lab;
    for (let cell = 0; cell < 6; cell++) {
      await lab.run(cell);
    }
    await lab.choose('Objects…');
    const filter = panel.getByRole('searchbox', { name: 'Filter by class' });
    const row = (name: string) =>
      panel.getByRole('row').filter({
        has: page.getByRole('button', { name, exact: true })
      });
    await expect(row('dict')).toBeVisible();

    // What has grown since a mark.
    await lab.button('Mark').click();
    await expect(panel.getByText(/^Change since the mark/)).toBeVisible();
    await lab.run(6);
    await lab.button('Growing').click();
    await filter.fill('Node');
    await expect(row('__main__.Node')).toContainText('+50');

    // Who refers to it, and the code for a weak reference.
    await row('__main__.Node').getByRole('button').click();
    await lab.button('node').click();
    const strong = panel.getByRole('region', { name: /^Strong/ });
    await expect(strong.getByText('hub.observers[0]')).toBeVisible();
    await panel.getByText('A weak reference would do').click();
    await expect(
      panel.getByText('hub.observers = weakref.WeakSet(hub.observers)')
    ).toBeVisible();

    // Back over the class to all, and on to what no cell reads.
    await lab.button('Back to the list').click();
    await expect(panel.getByText('The biggest objects')).toBeVisible();
    await page.keyboard.press('Escape');
    await lab.button('Not read by any cell').click();
    await row('numpy.ndarray').getByRole('button').click();
    await lab.button('Clear…').click();
    await lab.clearAll();
    expect(await lab.value<boolean>("'raw' in globals()")).toBe(false);
  });
});
