import type { Locator } from '@playwright/test';
import { readFileSync } from 'fs';
import { resolve } from 'path';
import { bytesOf, expect, MIB, test } from './lab';

const NAME = 'where-did-my-memory-go.ipynb';
const EXAMPLE = readFileSync(
  resolve(__dirname, '../../examples', NAME),
  'utf8'
);
const CELLS: number = JSON.parse(EXAMPLE).cells.filter(
  (cell: { cell_type: string }) => cell.cell_type === 'code'
).length;

test.describe('Where did my memory go?', () => {
  test('should find the leftover frame, clear it and prove it', async ({
    lab
  }) => {
    await lab.put(NAME, EXAMPLE);
    await lab.show(NAME);
    await lab.runAll();

    // The header says how full it is, and what the limit is.
    await expect(
      lab.panel.getByRole('meter', { name: 'Memory used' })
    ).toHaveAttribute(
      'aria-valuetext',
      /^[\d.]+\s[MG]iB of [\d.]+\s[MGT]iB, [\d<]+\s%$/
    );

    // One step a run.
    await expect(lab.chart(CELLS)).toBeVisible();
    await expect.poll(() => stepsDrawn(lab.chart(CELLS))).toBe(CELLS);

    // The frame that nothing reads any more, at its true size.
    const finding = lab.finding('events');
    await expect(finding).toContainText('Leftover');
    const size = await lab.value<number>(
      'int(events.memory_usage(deep=True).sum())'
    );
    expect(Math.abs((await bytesOf(finding)) / size - 1)).toBeLessThan(0.1);

    // What can be undone is ticked; nothing goes before it was looked at.
    await lab.button('Review and clear…').click();
    const events = lab.panel.getByRole('checkbox', { name: 'events' });
    await expect(events).toBeChecked();
    await lab.button('None').click();
    await expect(lab.button('Clear')).toHaveAttribute('aria-disabled', 'true');
    await events.check();
    await expect(lab.button(/^Clear 1, free 1\d\d\sMiB$/)).toBeVisible();

    const before = await lab.resident();
    await lab.clearAll();

    // The receipt, and the same from the operating system.
    const memory = lab.panel.getByRole('row', { name: /^Kernel memory/ });
    const [predicted, measured] = await Promise.all(
      [0, 1].map(async column =>
        Number(
          (await memory.getByRole('cell').nth(column).innerText()).replace(
            '\u2212',
            '-'
          )
        )
      )
    );
    expect(predicted).toBeLessThan(-400);
    expect(Math.abs(measured / predicted - 1)).toBeLessThan(0.05);
    const fell = (before - (await lab.resident())) / MIB;
    expect(fell).toBeGreaterThan(-0.9 * predicted);
    expect(await lab.value('"events" in globals()')).toBe(false);

    await lab.button('Done').click();
    await expect(finding).toHaveCount(0);
    await expect(lab.finding('scored')).toBeVisible();
  });
});

/** How many steps plotly was given: the line ends where the last step ends. */
async function stepsDrawn(chart: Locator): Promise<number> {
  const drawn = await chart
    .locator('.js-plotly-plot')
    .evaluate(plot => (plot as unknown as { data: [{ y: number[] }] }).data);
  return drawn[0].y.length - 1;
}
