import { expect, test } from './lab';

test.describe('Where the memory is', () => {
  test('should add up, lead to the findings of a part, and give back what is free', async ({
    lab
  }) => {
    await lab.open('sheet.ipynb', [
      'import numpy as np',
      'left = bytearray(120 << 20)',
      'np.ones(12_000_000)',
      'x = 1'
    ]);
    await lab.runAll();
    const { panel } = lab;
    const head = panel.getByRole('button', { name: /^Where the .* is/ });
    const bar = panel.getByRole('img', { name: /^Where the/ });
    await expect(lab.finding('left')).toBeVisible();

    // The parts of the bar are the resident memory.
    await head.click();
    const sum = panel.getByRole('row', { name: /^Kernel memory \(RSS\)/ });
    const title = await sum.getByRole('cell').last().getAttribute('title');
    const rss = Number(title?.replace(/\D/g, ''));
    const parts = await bar.locator('[data-part]').evaluateAll(all =>
      all.map(part => ({
        bytes: Number((part as HTMLElement).style.flexGrow),
        width: part.getBoundingClientRect().width
      }))
    );
    const shown = parts.reduce((all, { bytes }) => all + bytes, 0);
    // A style keeps six or seven digits.
    expect(Math.abs(shown / rss - 1)).toBeLessThan(0.00001);
    // The least of them can be seen.
    expect(Math.min(...parts.map(({ width }) => width))).toBeGreaterThan(1.9);
    expect(Math.abs(rss / (await lab.resident()) - 1)).toBeLessThan(0.1);

    // The numbers add up as they are written.
    const written = await Promise.all(
      ['In use', 'Could go', 'Kept free by Python', 'Unexplained'].map(
        async name => {
          const row = panel.getByRole('row', { name, exact: false }).first();
          return (await row.count()) === 0
            ? 0
            : Number(await row.getByRole('cell').last().innerText());
        }
      )
    );
    expect(written.reduce((all, number) => all + number).toFixed(2)).toBe(
      await sum.getByRole('cell').last().innerText()
    );

    // A part lists its findings, its chip lists all again.
    await bar.locator('[data-part="history"]').click();
    await expect(lab.finding('Out[3]')).toBeVisible();
    await expect(lab.finding('left')).toHaveCount(0);
    await lab.button('Output history: list all findings').click();
    await expect(lab.finding('left')).toBeVisible();

    // Free memory goes back to the system, and what came is said.
    await lab.button('Give it back').click();
    await expect(
      panel.getByText(/^Given back .* → |^Nothing came back/)
    ).toBeVisible();

    // Closed, the same in four numbers.
    await head.click();
    await expect(sum).toHaveCount(0);
    await expect(panel.getByText('Could go', { exact: true })).toBeVisible();
  });
});
