import { galata } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import type { Lab } from './lab';
import { expect, test } from './lab';

const CELLS = 250;

/** The cell that is jumped to; it is folded under its heading. */
const FAR = 200;

/** A long notebook of cells of different heights. */
function content(): string {
  const cells = Array.from({ length: CELLS }, (_, at) => {
    const heading = at === FAR - 5;
    const lines = Array.from({ length: 1 + (at % 7) }, () => `n = ${at}`);
    return {
      cell_type: heading ? 'markdown' : 'code',
      id: `c${at}`,
      metadata: heading ? { 'jp-MarkdownHeadingCollapsed': true } : {},
      source: heading ? '# Far' : (sourceOf(at) ?? lines.join('\n')),
      ...(heading ? {} : { execution_count: null, outputs: [] })
    };
  });
  return JSON.stringify({
    cells,
    metadata: { kernelspec: { name: 'python3', display_name: 'python3' } },
    nbformat: 4,
    nbformat_minor: 5
  });
}

function sourceOf(at: number): string | null {
  return at === FAR ? 'far = bytearray(60 << 20)' : null;
}

/** The browser from here on: it has no time left for what the lab puts off. */
function keepBusy(): void {
  const page = window as unknown as IBusy;
  const { requestIdleCallback } = window;
  const waiting: IdleRequestCallback[] = [];
  window.requestIdleCallback = callback => waiting.push(callback);
  page.lhRest = () => {
    window.requestIdleCallback = requestIdleCallback;
    waiting.forEach(callback => requestIdleCallback(callback));
  };
}

interface IBusy {
  lhRest(): void;
}

/** Runs the far cell, so that the panel links to it. */
async function runFar(lab: Lab): Promise<void> {
  const source = JSON.stringify(sourceOf(FAR));
  await lab.value(
    `get_ipython().run_cell(${source}, store_history=True, cell_id='c${FAR}').success`
  );
}

function inNotebook(lab: Lab, index: number): Locator {
  return lab.page.locator(
    `.jp-Notebook [data-windowed-list-index="${index}"].jp-Cell`
  );
}

for (const windowingMode of ['full', 'defer', 'contentVisibility', 'none']) {
  test.describe(`A jump to a far cell in the windowing mode ${windowingMode}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        '@jupyterlab/notebook-extension:tracker': { windowingMode }
      }
    });

    test('should not wait until the notebook is built, and stay there', async ({
      lab
    }) => {
      const { page } = lab;
      await lab.put('far.ipynb', content());
      await page.evaluate(keepBusy);
      await lab.show('far.ipynb');
      await lab.idle();
      await runFar(lab);
      await lab.tab('Cells').click();
      await lab.panel.getByRole('button', { name: '[1]' }).first().click();

      const cell = inNotebook(lab, FAR);
      await expect(cell).toBeInViewport({ timeout: 2000 });
      await expect(cell).toHaveClass(/jp-mod-active/);
      await expect(cell.locator('.cm-content')).toHaveText(sourceOf(FAR)!);
      await expect(cell).toBeFocused();
      await expect(inNotebook(lab, FAR - 1)).toBeInViewport();
      await expect(inNotebook(lab, FAR + 1)).toBeInViewport();

      await page.evaluate(() => (window as unknown as IBusy).lhRest());
      if (windowingMode !== 'full') {
        await expect(page.locator('.jp-Notebook .jp-Cell')).toHaveCount(CELLS, {
          timeout: 30000
        });
      }
      await expect(cell).toBeInViewport();
      const order = await page
        .locator('.jp-Notebook .jp-Cell')
        .evaluateAll(nodes =>
          nodes.map(node =>
            Number((node as HTMLElement).dataset.windowedListIndex)
          )
        );
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });
  });
}
