import { expect, test } from './lab';

test.describe('A kernel that runs out of memory', () => {
  test('should be told so, as the system itself counted it', async ({
    lab
  }) => {
    test.setTimeout(90000);
    await lab.open(
      'oom.ipynb',
      [
        'left = bytearray(60 << 20)',
        'x = 1',
        "full = [b'x' * (5 << 20) for _ in range(180)]"
      ],
      'leakhunter-small'
    );
    await lab.run(0);
    const refused = await lab.value<string>(
      "(lambda p: p.read_text() if p.exists() else '')(__import__('pathlib').Path('refused'))"
    );
    test.skip(refused !== '', `No control group can be made: ${refused}`);
    const { panel, page } = lab;
    await expect(panel).toContainText(/of 400\sMiB pod limit/);
    await lab.run(1);

    await page.notebook.runCell(2, { inplace: true, wait: false });
    // The counter is read by the kernel that the server starts in its place.
    await expect(panel.getByText('The kernel ran out of memory')).toBeVisible({
      timeout: 40000
    });
    await expect(panel).toContainText(/while running \[3\] full = /);
    await expect(panel).toContainText('left');
    await page.getByRole('button', { name: 'Ok', exact: true }).click();
    await lab.button('Dismiss').click();
    await lab.idle();
  });
});
