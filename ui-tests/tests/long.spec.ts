import { expect, type Lab, longNotebook, test } from './lab';

const CELLS = 500;

/** A chart of any length has no more nodes, whatever its width. */
const NODES = 250;

/** Rows near what is on screen, of a table of any length. */
const ROWS = 150;

test.describe('Five hundred cells that ran', () => {
  test('should be drawn as far as they are seen, and again only for what is new', async ({
    lab
  }) => {
    test.setTimeout(120000);
    const sources = longNotebook(CELLS);
    await lab.open('long.ipynb', sources);
    await lab.idle();
    await lab.runAs(sources);
    await expect(lab.chart(CELLS)).toBeVisible({ timeout: 30000 });
    await expect(lab.finding('kept_450')).toBeVisible({ timeout: 30000 });
    const nodes = lab.panel.locator('.lh-plot *');
    await expect(nodes.first()).toBeAttached();
    expect(await nodes.count()).toBeLessThan(NODES);

    await lab.tab('Cells').click();
    await lab.button('Show 490 cells that changed nothing').click();
    const table = lab.panel.getByRole('table');
    await expect(table).toHaveAttribute('aria-rowcount', String(CELLS + 1));
    const rows = table.getByRole('row');
    expect(await rows.count()).toBeLessThan(ROWS);
    await lab
      .button('Show only cells that changed something')
      .scrollIntoViewIfNeeded();
    const last = rows.filter({ hasText: `n = ${CELLS - 1}` });
    await expect(last).toBeInViewport();
    expect(await rows.count()).toBeLessThan(ROWS);
    await last.getByRole('button').click();
    await expect(lab.page.getByText(`Cell ${CELLS}/${CELLS}`)).toBeVisible();
    await lab.select(0);

    await lab.page.evaluate(count);
    await runFirst(lab, 'one = bytearray(60 << 20)', /^2 runs .*\b7\d.* held$/);
    await expect(lab.chart(CELLS + 1)).toBeVisible();
    await expect.poll(() => counted(lab, 'drawings')).toBeGreaterThan(0);
    // The end of the run and the check after it.
    expect(await counted(lab, 'drawings')).toBeLessThanOrEqual(2);

    await lab.page.sidebar.close('right');
    await lab.page.evaluate(count);
    await runFirst(
      lab,
      'two = bytearray(90 << 20)',
      /^3 runs .*\b16\d.* held$/
    );
    expect(await counted(lab, 'drawings')).toBe(0);
    expect(await counted(lab, 'changes')).toBe(0);
    await lab.page.sidebar.open('right');
    await expect(lab.chart(CELLS + 2)).toBeVisible();
    await expect.poll(() => counted(lab, 'drawings')).toBe(1);
  });
});

/** Runs this as the first cell, and waits until the check after it says so under the cell. */
async function runFirst(lab: Lab, source: string, says: RegExp): Promise<void> {
  await lab.runAs([source]);
  const line = lab.page.locator('.jp-Notebook .lh-CellLine-words').first();
  await expect(line).toHaveText(says, { timeout: 15000 });
}

/** The parts of a page that `count` counts in. */
interface ICounts {
  lhCounts: { drawings: number; changes: number };
}

/** Counts from now on how often the chart is drawn and the panel changes. */
function count(): void {
  const counts = { drawings: 0, changes: 0 };
  (window as unknown as ICounts).lhCounts = counts;
  const panel = document.getElementById('leakhunter-panel')!;
  const canvas = panel.querySelector('.lh-plot-canvas') as unknown as {
    on(event: string, callback: () => void): void;
  };
  canvas.on('plotly_afterplot', () => counts.drawings++);
  new MutationObserver(news => {
    counts.changes += news.length;
  }).observe(panel, { childList: true, characterData: true, subtree: true });
}

function counted(lab: Lab, what: 'drawings' | 'changes'): Promise<number> {
  return lab.page.evaluate(
    name => (window as unknown as ICounts).lhCounts[name],
    what
  );
}
