import { expect, test } from '@jupyterlab/galata';

const NOTEBOOK = JSON.stringify({
  cells: [
    {
      cell_type: 'code',
      execution_count: null,
      id: 'only',
      metadata: {},
      outputs: [],
      source: 'x = 1'
    }
  ],
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
  nbformat: 4,
  nbformat_minor: 5
});

test.use({
  autoGoto: false,
  // Not the parts of JupyterLab that are waited for otherwise.
  waitForApplication: async ({ baseURL }, use) => {
    await use(async page => {
      await page.waitForSelector('#main-panel');
    });
  }
});

test.describe('Notebook 7', () => {
  test('should open the panel from the View menu', async ({
    page,
    tmpPath
  }) => {
    const path = `${tmpPath}/plain.ipynb`;
    await page.contents.uploadContent(NOTEBOOK, 'text', path);
    await page.goto(`notebooks/${path}`);

    await page.menu.clickMenuItem('View>Leak Hunter');

    await expect(
      page.getByRole('complementary', { name: 'Leak Hunter' })
    ).toBeVisible();
  });
});
