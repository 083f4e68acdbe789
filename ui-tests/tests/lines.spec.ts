import type { Locator } from '@playwright/test';
import { galata } from '@jupyterlab/galata';
import type { Lab } from './lab';
import { expect, test, WAIT_FOR_GO } from './lab';

const CELLS = [
  'a = bytearray(60 << 20)',
  'b = bytearray(70 << 20)',
  'c = bytearray(80 << 20)\nd = bytearray(51 << 20)'
];

/** What stands under the cells, from top to bottom; `-` under a cell without a line. */
async function lines(notebook: Locator): Promise<string[]> {
  const cells = await notebook.locator('.jp-CodeCell').all();
  return Promise.all(
    cells.map(async cell => {
      const words = cell.locator('.lh-CellLine-words');
      const text = (await words.count()) > 0 ? await words.innerText() : '-';
      // The first fact, without what the interpreter takes for itself.
      return /^\d runs|^\+\d+/.exec(text)?.[0] ?? text;
    })
  );
}

/** The notebook in front. */
function front(lab: Lab): Locator {
  return lab.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook');
}

function execute(lab: Lab, command: string): Promise<void> {
  return lab.page.evaluate(async id => {
    await window.jupyterapp.commands.execute(id);
  }, command);
}

/** Takes a cell and does something with it. */
async function act(lab: Lab, index: number, command: string): Promise<void> {
  await lab.select(index);
  await execute(lab, command);
}

function expectLines(lab: Lab, ...expected: string[]): Promise<void> {
  return expect
    .poll(() => lines(front(lab)), { timeout: 10000 })
    .toEqual(expected);
}

test.describe('The line under a cell', () => {
  test('should be right whatever is done to the cells', async ({ lab }) => {
    await lab.open('lines.ipynb', CELLS);
    await lab.runAll();
    await expectLines(lab, '+60', '+70', '+131');
    await act(lab, 0, 'notebook:move-cell-down');
    await expectLines(lab, '+70', '+60', '+131');
    await act(lab, 2, 'notebook:cut-cell');
    await expectLines(lab, '+70', '+60');
    await act(lab, 0, 'notebook:paste-cell-above');
    await expectLines(lab, '+131', '+70', '+60');

    // Of two halves one is the cell that ran.
    await lab.page.notebook.enterCellEditingMode(0);
    await lab.page.keyboard.press('Control+Home');
    await lab.page.keyboard.press('ArrowDown');
    await execute(lab, 'notebook:split-cell-at-cursor');
    const halves = await lines(front(lab));
    expect([...halves].sort()).toEqual(['+131', '+60', '+70', '-'].sort());
    await lab.select(0);
    await execute(lab, 'notebook:merge-cell-below');
    await expectLines(lab, halves[0], '+70', '+60');

    // What is held does not go with the output on the page.
    await act(lab, 2, 'notebook:clear-cell-output');
    await expectLines(lab, halves[0], '+70', '+60');
    await lab.run(2);
    await expectLines(lab, halves[0], '+70', '2 runs');
    await act(lab, 1, 'notebook:delete-cell');
    await expectLines(lab, halves[0], '2 runs');
    await lab.tab('Cells').click();
    await expect(lab.panel.getByRole('row', { name: /b = / })).toContainText(
      'deleted'
    );
  });

  test('should follow a cell that is moved while it runs, and end with one that is deleted', async ({
    lab
  }) => {
    const running = `grown = bytearray(90 << 20)\n${WAIT_FOR_GO}`;
    await lab.open('moved.ipynb', ['x = 1', running, 'y = 2']);
    await lab.run(0);
    await lab.start(1);
    const words = front(lab).locator('.lh-CellLine-words');
    await expect(words).toContainText('so far');
    await act(lab, 1, 'notebook:move-cell-up');
    await expect(words).toContainText('so far');
    expect((await lines(front(lab)))[0]).toMatch(/^\+9\d/);
    await lab.put('go');
    await lab.idle();
    await expectLines(lab, '+90', '-', '-');

    await lab.page.contents.deleteFile(lab.path('go'));
    await lab.start(0);
    await act(lab, 0, 'notebook:delete-cell');
    await expect(words).toHaveCount(0);
    await expect(lab.panel.locator('.lh-kernel')).toContainText('[3]');
    await lab.put('go');
    await lab.idle();
    await expectLines(lab, '-', '-');
    await lab.tab('Cells').click();
    const row = lab.panel.getByRole('row', { name: /grown = / });
    await expect(row).toContainText('deleted');
    await expect(row).toContainText('×2');
  });

  test('should stand in both views of a notebook', async ({ lab }) => {
    await lab.open('views.ipynb', CELLS);
    await execute(lab, 'docmanager:clone');
    await lab.run(0);
    const notebooks = lab.page.locator('.jp-Notebook');
    await expect(notebooks).toHaveCount(2);
    for (const notebook of await notebooks.all()) {
      await expect
        .poll(() => lines(notebook), { timeout: 10000 })
        .toEqual(['+60', '-', '-']);
    }
  });
});

for (const windowingMode of ['full', 'none', 'defer']) {
  test.describe(`With the windowing mode ${windowingMode}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        '@jupyterlab/notebook-extension:tracker': { windowingMode }
      }
    });

    test('should stand under cells that come into sight', async ({ lab }) => {
      const small = Array.from({ length: 40 }, (_, index) => `n${index} = 1`);
      await lab.open('window.ipynb', [...small, CELLS[0]]);
      await lab.run(40);
      const line = front(lab).locator('.lh-CellLine-words');
      await expect(line).toContainText('+60');
      await lab.select(0);
      await lab.tab('Cells').click();
      const row = lab.panel.getByRole('row', { name: /a = / });
      await row.getByRole('button').click();
      await expect(line).toBeInViewport();
      await expect(line).toContainText('+60');
    });
  });
}
