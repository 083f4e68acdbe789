import { bytesOf, expect, test } from './lab';

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

    // The parts of the bar are the resident memory; the list adds up as written.
    await head.click();
    const sum = panel.getByRole('row', { name: /^Kernel memory \(RSS\)/ });
    await expect(sum).toBeVisible();
    const { rss, bytes, widths, written, total } =
      await bar.evaluate(readSheet);
    // A style keeps six digits.
    expect(Math.abs(added(bytes) / rss - 1)).toBeLessThan(0.00001);
    expect(Math.min(...widths)).toBeGreaterThan(1.9);
    expect(added(written).toFixed(2)).toBe(total);
    expect(Math.abs(rss / (await lab.resident()) - 1)).toBeLessThan(0.1);

    // The head, the groups and the bar tell the same sums.
    const group = (name: string) => panel.getByRole('region', { name });
    const safe = group('Safe to clear');
    const couldGo = panel.getByRole('row', { name: /^Could go/ });
    const found = (await bytesOf(safe)) + (await bytesOf(group('Check first')));
    // Garbage of a few KiB is in the bar and is no finding.
    expect(Math.abs((await bytesOf(couldGo)) - found)).toBeLessThan(65536);
    const words = await safe.locator('.lh-size').first().innerText();
    await expect(panel.locator('.lh-answer-lead')).toContainText(
      words.replace(/\s+/g, '\u00a0')
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

    // The chart has the colours of the bar; a drag lists what runs left.
    const chart = lab.chart(4);
    const colours = await bar
      .locator('[data-part="leftover"], [data-part="history"]')
      .evaluateAll(parts =>
        parts.map(part => getComputedStyle(part).backgroundColor)
      );
    expect(new Set(colours).size).toBe(2);
    const fills = chart.locator('path.js-fill');
    await expect
      .poll(() =>
        fills.evaluateAll(areas =>
          areas.map(area => getComputedStyle(area).fill)
        )
      )
      .toEqual(expect.arrayContaining(colours));
    const { x, y, width, height } = (await chart.boundingBox())!;
    const step = (width - 34) / 4;
    await chart.page().mouse.move(x + 30 + step / 2, y + height / 2);
    await chart.page().mouse.down();
    await chart.page().mouse.move(x + 30 + 1.5 * step, y + height / 2);
    await chart.page().mouse.up();
    await expect(lab.finding('left')).toBeVisible();
    await expect(lab.finding('Out[3]')).toHaveCount(0);
    await lab.button('From [1] to [2]: list all findings').click();
    await expect(lab.finding('Out[3]')).toBeVisible();

    // Closed, the same in four numbers.
    await head.click();
    await expect(sum).toHaveCount(0);
    await expect(panel.getByText('Could go', { exact: true })).toBeVisible();
  });
});

/** What the section says, all at once: a check may change it at any time. */
function readSheet(bar: Element) {
  const section = bar.closest('section') as Element;
  const parts = Array.from(bar.querySelectorAll<HTMLElement>('[data-part]'));
  const numbers = (rows: string) =>
    Array.from(section.querySelectorAll<HTMLElement>(`${rows} td:last-child`));
  const [sum] = numbers('tfoot');
  return {
    rss: Number(sum.title.replace(/\D/g, '')),
    total: sum.textContent,
    bytes: parts.map(part => Number(part.style.flexGrow)),
    widths: parts.map(part => part.getBoundingClientRect().width),
    // Of parts that were not looked for nothing is written.
    written: numbers('tr:has(button)').map(
      cell => Number(cell.textContent) || 0
    )
  };
}

function added(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
