import { galata } from '@jupyterlab/galata';
import { expect, Lab, test, WAIT_FOR_GO } from './lab';

test.describe('One kernel and several pages', () => {
  test('should find the running cell again after a reload, and its end', async ({
    lab
  }) => {
    await lab.open('reload.ipynb', [
      'big = bytearray(60 << 20)',
      `print('runs')\n${WAIT_FOR_GO}`
    ]);
    await lab.run(0);
    await lab.start(1);
    await expect(lab.page.getByText('runs', { exact: true })).toBeVisible();

    // Galata would wait for the Launcher; its types do not tell of this option.
    const reload = {
      waitForIsReady: false,
      waitUntil: 'domcontentloaded'
    } as const;
    await lab.page.reload(reload);
    await expect(lab.panel.getByText('Running', { exact: true })).toBeVisible({
      timeout: 20000
    });
    await expect(lab.chart(1)).toBeVisible();

    await lab.put('go');
    await lab.idle();
    await expect(lab.chart(2)).toBeVisible();
  });

  test('should follow a change of the kernel', async ({ lab }) => {
    await lab.open('change.ipynb', ['x = bytearray(60 << 20)', 'y = 1']);
    await lab.runAll();
    await expect(lab.finding('x')).toBeVisible();

    await lab.page.evaluate(async () => {
      const app = window.jupyterapp as unknown as IApp;
      await app.shell.currentWidget.sessionContext.changeKernel({
        name: 'leakhunter-r'
      });
    });
    await expect(lab.panel.getByText('Python kernels only')).toBeVisible();
    await expect(lab.finding('x')).toHaveCount(0);

    await lab.page.evaluate(async () => {
      const app = window.jupyterapp as unknown as IApp;
      await app.shell.currentWidget.sessionContext.changeKernel({
        name: 'python3'
      });
    });
    await lab.run(1);
    await expect(lab.chart(1)).toBeVisible();
    await expect(lab.panel.getByText('Nothing left behind')).toBeVisible();
  });

  test('should show the same in two pages, and what a console runs', async ({
    lab,
    baseURL,
    browser,
    tmpPath,
    waitForApplication
  }) => {
    await lab.open('shared.ipynb', ['x = bytearray(60 << 20)', 'y = 1']);
    await lab.runAll();
    await expect(lab.finding('x')).toBeVisible();

    const { page } = await galata.newPage({
      baseURL: baseURL as string,
      browser,
      tmpPath,
      waitForApplication,
      // It must see the session that the first page began.
      mockKernels: false,
      mockSessions: false
    });
    const other = new Lab(page, tmpPath);
    await other.show('shared.ipynb');
    await expect(other.chart(2)).toBeVisible();
    await expect(other.finding('x')).toBeVisible();

    await page.menu.clickMenuItem('File>New Console for Notebook');
    const prompt = page.locator('.jp-CodeConsole-input').getByRole('textbox');
    for (const code of ['y = bytearray(70 << 20)', 'z = 1']) {
      await prompt.fill(code);
      await prompt.press('Shift+Enter');
    }
    for (const each of [lab, other]) {
      await expect(each.chart(4)).toBeVisible();
      await expect(each.finding('y')).toBeVisible();
    }

    // Cleared in one, gone in the other.
    await lab
      .finding('x')
      .getByRole('button', { name: 'Details of x' })
      .click();
    await lab.button('Clear…').click();
    await lab.clearAll();
    await expect(other.finding('x')).toHaveCount(0);
    expect(other.errors).toEqual([]);
    await page.context().close();
  });
});

/** What these stories use of the lab's own objects. */
interface IApp {
  shell: {
    currentWidget: {
      sessionContext: {
        changeKernel(model: { name: string }): Promise<unknown>;
      };
    };
  };
}
