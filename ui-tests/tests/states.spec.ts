import { galata } from '@jupyterlab/galata';
import { expect, test, WAIT_FOR_GO } from './lab';

test.describe('The states of a kernel', () => {
  test('should offer a notebook, and say that another language is not for it', async ({
    lab
  }) => {
    await lab.page.sidebar.openTab('leakhunter-panel');
    await expect(lab.panel.getByText('Open a notebook')).toBeVisible();
    await expect(lab.button('New notebook')).toBeVisible();
    const kept = lab.panel.getByText('nothing is sent elsewhere');
    await expect(kept).toBeHidden();
    await lab.panel.getByText('What it records').click();
    await expect(kept).toBeVisible();

    await lab.open('other.ipynb', ['x <- 1'], 'leakhunter-r');
    await expect(
      lab.panel.getByText('This notebook runs R.', { exact: false })
    ).toBeVisible();
    await lab.page.notebook.runCell(0, true);
    // Such a kernel repeats all that it was ever told: nothing of ours.
    expect(await lab.page.notebook.getCellTextOutput(0)).toEqual(['x <- 1']);
  });

  test('should go on once the missing package is installed', async ({
    lab
  }) => {
    await lab.open(
      'late.ipynb',
      ['import pathlib', "pathlib.Path('installed').touch()", 'x = 1'],
      'leakhunter-late'
    );
    await expect(
      lab.panel.getByText('The kernel lacks the magics')
    ).toBeVisible();
    await expect(lab.panel).toContainText('%pip install jupyterlab-leakhunter');

    await lab.page.notebook.runCell(0, true);
    await lab.button('I installed it: try again').click();
    await expect(
      lab.panel.getByText('The kernel lacks the magics')
    ).toBeVisible();

    await lab.page.notebook.runCell(1, true);
    await lab.button('I installed it: try again').click();
    await lab.run(2);
    await expect(lab.chart(1)).toBeVisible();
  });

  test('should say where a kernel died, and go on after a restart', async ({
    lab
  }) => {
    await lab.put('installed');
    await lab.open(
      'dead.ipynb',
      ['kept = bytearray(40 << 20)', `${WAIT_FOR_GO}\nimport os\nos._exit(1)`],
      'leakhunter-late'
    );
    await lab.run(0);
    await lab.start(1);
    await lab.put('broken');
    await lab.put('go');

    await expect(
      lab.panel.getByText('The kernel stopped unexpectedly')
    ).toBeVisible({ timeout: 30000 });
    await expect(lab.panel).toContainText('It stopped while running [2].');
    await expect(lab.panel.getByRole('row', { name: /kept = / })).toContainText(
      'gone'
    );

    // The lab says it too, in front of everything.
    await lab.page.getByRole('button', { name: 'OK' }).click();
    await lab.page.contents.deleteFile(lab.path('broken'));
    await lab.button('Restart').click();
    await lab.idle();
    await expect(lab.panel.getByText(/^Kernel restarted at/)).toBeVisible();
  });

  test('should be live while a cell runs, and let a wish wait', async ({
    lab
  }) => {
    await lab.open('busy.ipynb', [
      'x = 1',
      `grown = b'x' * (200 << 20)\n${WAIT_FOR_GO}`
    ]);
    await lab.run(0);
    await expect(lab.panel.getByText('Nothing left behind')).toBeVisible();
    const used = lab.panel.getByRole('meter', { name: 'Memory used' });
    const before = Number(await used.getAttribute('aria-valuenow'));

    await lab.start(1);
    await expect(lab.panel).toContainText('[2]');
    await expect
      .poll(
        async () => Number(await used.getAttribute('aria-valuenow')) - before
      )
      .toBeGreaterThan(150 << 20);
    // Something turns while a cell runs, unless the system asks for no motion.
    const moving = () => lab.page.evaluate(animated);
    expect(await moving()).toContain('lh-dot');
    await lab.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving()).toEqual('');
    await lab.page.emulateMedia({ reducedMotion: null });

    await lab.choose('Check Now');
    await expect(lab.panel.getByText('The check waits')).toBeVisible();
    await lab.button('Cancel').click();
    await expect(lab.panel.getByText('The check waits')).toHaveCount(0);

    await lab.put('go');
    await lab.idle();
    await expect(lab.chart(2)).toBeVisible();
  });
});

test.describe('The setting `ask`', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-leakhunter:plugin': { watch: 'ask' }
    }
  });

  test('should watch only when it is told to', async ({ lab }) => {
    await lab.open('ask.ipynb', ['before = bytearray(60 << 20)', 'after = 1']);
    await expect(lab.panel.getByText('Watch this kernel')).toBeVisible();
    await lab.page.notebook.runCell(0, true);
    expect(await lab.value('"leakhunter" in __import__("sys").modules')).toBe(
      false
    );

    await lab.button('Start watching').click();
    await lab.run(1);
    await expect(lab.chart(1)).toBeVisible();
    // What ran before was not recorded, and is found all the same.
    await expect(lab.finding('before')).toBeVisible();
  });
});

test.describe('A check with hardly any time', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-leakhunter:plugin': {
        checkAfterCell: { when: 'idle', budgetMs: 10 }
      }
    }
  });

  test('should say that it did not finish, and finish when it is given more', async ({
    lab
  }) => {
    await lab.open('budget.ipynb', [
      'many = [[number] for number in range(200_000)]',
      'n = len(many)'
    ]);
    await lab.runAll();
    await expect(
      lab.panel.getByText('The last check did not finish')
    ).toBeVisible();
    await expect(lab.panel).toContainText(
      /the numbers are from \d\d:\d\d:\d\d/
    );
    await lab.button('Check with 30 s').click();
    await expect(lab.panel.getByText('Nothing left behind')).toBeVisible();
    await expect(
      lab.panel.getByText('The last check did not finish')
    ).toHaveCount(0);
  });
});

/** The classes of what moves in our own nodes. */
function animated(): string {
  return document
    .getAnimations()
    .map(({ effect }) => (effect as KeyframeEffect).target as Element)
    .filter(one => one.closest('.lh-Panel, .lh-CellLine, .lh-Status') !== null)
    .map(one => one.className)
    .join(' ');
}
