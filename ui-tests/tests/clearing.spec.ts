import type { Locator } from '@playwright/test';
import type { Lab } from './lab';
import { expect as soon, test, WAIT_FOR_GO } from './lab';

/** Saving and bringing back take as long as the disk and the processor need. */
const expect = soon.configure({ timeout: 20000 });

/** Two arrays that can be saved, one value that cannot, and cells that read none. */
const CELLS = [
  'import numpy as np',
  'alpha = np.arange(6_000_000)\nview = alpha[2:5]',
  'beta = np.ones((1000, 5000), order="F")',
  [
    'class Net:',
    '    def __init__(self):',
    '        self.weights = np.ones(4_000_000)',
    'net = Net()'
  ].join('\n'),
  'x1 = 1',
  'x2 = 2',
  'x3 = 3'
];

/** Ticks these findings and asks for a preview. */
async function preview(lab: Lab, ...titles: string[]): Promise<void> {
  for (const title of titles) {
    await lab.finding(title).getByRole('checkbox').check();
  }
  await lab.button('Preview…').click();
  await expect(
    lab.panel.getByRole('heading', { name: /^Clear \d+ thing/ })
  ).toBeVisible();
}

/** What a box says first; a screen reader is told the same words elsewhere. */
function heading(lab: Lab, name: string): Locator {
  return lab.panel.getByRole('heading', { name, exact: true });
}

/** Clears what is ticked and waits for the receipt. */
async function clear(lab: Lab): Promise<void> {
  await lab.button(/^Clear \d+, free /).click();
  await expect(receipt(lab)).toBeVisible();
}

function receipt(lab: Lab): Locator {
  return heading(lab, 'Receipt');
}

function box(lab: Lab, title: string): Locator {
  return lab.panel.getByRole('checkbox', { name: title });
}

test.describe('Clearing', () => {
  test.describe.configure({ timeout: 120000 });

  test('should clear what is ticked, and bring it back', async ({ lab }) => {
    await lab.open('undo.ipynb', CELLS);
    await lab.runAll();
    const sum = await lab.value<number>('int(alpha.sum())');
    await preview(lab, 'alpha, view', 'beta', 'net');

    // What can be undone is ticked; the totals follow each tick.
    await expect(box(lab, 'net')).not.toBeChecked();
    await expect(lab.panel.getByText('Cannot be undone')).toBeVisible();
    await expect(lab.button(/^Clear 2, free 83\.\d\sMiB$/)).toBeVisible();
    await box(lab, 'net').check();
    await expect(lab.button(/^Clear 3, free 114\sMiB$/)).toBeVisible();
    await expect(
      lab.panel.getByText('net: it is an object of your class Net')
    ).toBeVisible();
    await box(lab, 'beta').uncheck();
    await expect(lab.button(/^Clear 2, free 76\.\d\sMiB$/)).toBeVisible();
    await box(lab, 'beta').check();

    await clear(lab);
    await expect(
      lab.panel.getByText('3 of 3 gone, nothing left behind.')
    ).toBeVisible();
    expect(
      await lab.value('sum(n in globals() for n in ("alpha", "beta", "net"))')
    ).toBe(0);

    // All but the one that was not saved is back, as it was.
    await lab.button('Undo').click();
    await expect(heading(lab, 'Undone: 3 of 4 are back')).toBeVisible();
    await expect(
      lab.panel.getByRole('region', { name: 'Not back' })
    ).toContainText('[4] makes it again');
    expect(await lab.value('int(alpha.sum())')).toBe(sum);
    expect(await lab.value('np.shares_memory(alpha, view)')).toBe(true);
    expect(await lab.value('beta.flags.f_contiguous')).toBe(true);
    expect(await lab.value('"net" in globals()')).toBe(false);
  });

  test('should never overwrite a name that was bound again', async ({
    lab
  }) => {
    await lab.open('again.ipynb', [...CELLS, 'beta = "mine"']);
    for (let index = 0; index < CELLS.length; index++) {
      await lab.run(index);
    }
    await preview(lab, 'beta');
    await clear(lab);
    await lab.run(CELLS.length);

    // The receipt is still there after the page was loaded anew.
    const reload = {
      waitForIsReady: false,
      waitUntil: 'domcontentloaded'
    } as const;
    await lab.page.reload(reload);
    await lab.idle();
    await lab.choose('Receipts…');
    await lab.button(/^Freed 38\.\d+\sMiB, 1 thing/).click();
    await expect(receipt(lab)).toBeVisible();
    await lab.button('Undo').click();
    await expect(heading(lab, 'Undone: 1 of 1 is back')).toBeVisible();
    await expect(
      lab.panel.getByText(/came back as beta_restored/)
    ).toBeVisible();
    expect(await lab.value('beta')).toBe('mine');
    expect(await lab.value('beta_restored.shape == (1000, 5000)')).toBe(true);

    // Once is enough.
    await lab.button('Done').click();
    await expect(lab.button(/^Freed .*Undone/)).toBeVisible();
  });

  test('should name who still holds it, and clear that too', async ({
    lab
  }) => {
    await lab.open('held.ipynb', [
      [
        'import numpy as np, pathlib, threading, time',
        'big = np.ones(10_000_000)',
        'shelf = {}',
        'def take():',
        "    while not pathlib.Path('go').exists():",
        '        time.sleep(0.02)',
        "    shelf['taken'] = globals()['big']"
      ].join('\n'),
      'thread = threading.Thread(target=take)\nthread.start()',
      'x1 = 1',
      'x2 = 2',
      'x3 = 3'
    ]);
    await lab.runAll();
    await preview(lab, 'big');

    // It is taken behind the preview's back, by no cell.
    await lab.put('go');
    await expect.poll(() => lab.value('len(shelf)')).toBe(1);
    await clear(lab);
    const kept = lab.panel.getByRole('region', { name: 'Still held' });
    await expect(kept).toContainText('shelf');
    expect(await lab.value('"big" in globals()')).toBe(false);

    await lab.button('Clear it too…').click();
    await expect(
      lab.panel.getByRole('heading', { name: 'Clear 1 thing' })
    ).toBeVisible();
    const before = await lab.resident();
    await lab.clearAll();
    expect(before - (await lab.resident())).toBeGreaterThan(70 * 1024 ** 2);
  });

  test('should look again after a cell ran, and undo by key', async ({
    lab
  }) => {
    await lab.open('stale.ipynb', [...CELLS, 'x4 = 4']);
    for (let index = 0; index < CELLS.length; index++) {
      await lab.run(index);
    }
    await preview(lab, 'beta');
    await lab.page.notebook.runCell(CELLS.length, true);
    await expect(
      heading(lab, 'Changed since the preview: look again')
    ).toBeVisible();
    await lab.button('Preview again').click();
    await clear(lab);

    await lab.page.keyboard.press('Escape');
    await expect(lab.tab('Findings')).toBeVisible();
    await lab.tab('Findings').focus();
    await lab.page.keyboard.press('Control+z');
    await expect(heading(lab, 'Undone: 1 of 1 is back')).toBeVisible();
    expect(await lab.value('beta.shape == (1000, 5000)')).toBe(true);
  });

  test('should wait for a cell, and then clear what was previewed', async ({
    lab
  }) => {
    await lab.open('waits.ipynb', [...CELLS, WAIT_FOR_GO]);
    for (let index = 0; index < CELLS.length; index++) {
      await lab.run(index);
    }
    await preview(lab, 'beta');
    await lab.start(CELLS.length);
    const waits = lab.panel.getByText('It will clear when the cell ends.');

    await lab.button(/^Clear 1, free /).click();
    await expect(waits).toBeVisible();
    await lab.button('Cancel').first().click();
    await expect(waits).toHaveCount(0);

    await lab.button(/^Clear 1, free /).click();
    await expect(waits).toBeVisible();
    await lab.put('go');
    await expect(receipt(lab)).toBeVisible();
    expect(await lab.value('"beta" in globals()')).toBe(false);
    expect(await lab.value('"alpha" in globals()')).toBe(true);
  });
});
