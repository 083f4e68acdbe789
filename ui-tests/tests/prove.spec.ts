import type { Locator } from '@playwright/test';
import type { Lab } from './lab';
import { expect as soon, test } from './lab';

/** A test counts all that is alive after each batch. */
const expect = soon.configure({ timeout: 20000 });

const CELLS = [
  'kept = []',
  'kept.append(bytearray(100_000))\nn = len(kept)',
  'squares = [x * x for x in range(1000)]',
  "open('rows.txt', 'a').write('row')"
];

/** Chooses the test of a cell from its menu. */
async function prove(lab: Lab, cell: number): Promise<void> {
  const place = await lab.page.notebook.getCellLocator(cell);
  await place!.locator('.jp-InputArea-editor').click({ button: 'right' });
  await lab.page
    .getByRole('menuitem', { name: 'Prove It: Re-run Test…' })
    .click();
  await expect(
    lab.panel.getByRole('heading', { name: 'Prove it', exact: true })
  ).toBeVisible();
}

/** The chip and the sentence of a verdict. */
function verdict(lab: Lab): Locator {
  return lab.panel.locator('.lh-proof-lead');
}

test.describe('Prove it', () => {
  test.describe.configure({ timeout: 90000 });

  test('should tell a leaking cell from a clean one, and put all back', async ({
    lab
  }) => {
    await lab.open('prove.ipynb', CELLS);
    await lab.runAll();
    await prove(lab, 1);
    await expect(lab.panel.getByText('At most 32 runs')).toBeVisible();
    await lab.button('Run the test').click();
    await expect(verdict(lab)).toContainText(/^Leak kept grows by 1 item/);
    await expect(
      lab.panel.getByRole('img', { name: /^kept: from 3 to 33 in 30 runs/ })
    ).toBeVisible();
    expect(await lab.value<number>('len(kept)')).toBe(1);

    await lab.button('Back to the list').click();
    await prove(lab, 2);
    await lab.button('Run the test').click();
    await expect(verdict(lab)).toHaveText('Clean Nothing grows.');

    await lab.button('Back to the list').click();
    await prove(lab, 3);
    await expect(lab.button('Run the test')).toBeDisabled();
    await lab.panel.getByLabel('Type OK to run it all the same').fill('ok');
    await lab.button('Run the test').click();
    await expect(verdict(lab)).toHaveText('Clean Nothing grows.');
  });

  test('should end where the user goes on', async ({ lab }) => {
    await lab.open('stop.ipynb', [
      'kept = []',
      'import time\ntime.sleep(0.3)\nkept.append([])',
      'mine = len(kept)'
    ]);
    await lab.runAll();
    await prove(lab, 1);
    await lab.button('Run the test').click();
    await expect(
      lab.panel.getByRole('progressbar', { name: 'Runs of the test' })
    ).toHaveAttribute('aria-valuetext', /^Batch of 4/);
    await lab.page.notebook.runCell(2, true);
    await expect(verdict(lab)).toContainText(/Stopped after \d+ runs/);
    expect(await lab.value<number>('10 * mine + len(kept)')).toBe(11);
  });
});
