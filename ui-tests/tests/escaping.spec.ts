import { expect, test } from './lab';

const IMAGE = '<img src=x onerror="window.hacked=1">';
const SCRIPT = '<script>window.hacked=2</script>';

test.describe('What the user wrote', () => {
  test('should stay text wherever it is shown', async ({ lab }) => {
    let dialogs = 0;
    lab.page.on('dialog', dialog => {
      dialogs += 1;
      return dialog.dismiss();
    });
    await lab.open('escape.ipynb', [
      `held = {'${IMAGE}': bytearray(60 << 20)}  # ${SCRIPT}`,
      `odd = type('${SCRIPT}', (), {})()\nodd.load = bytearray(70 << 20)`,
      `def fail():\n    local = bytearray(80 << 20)\n    raise ValueError('${IMAGE}${SCRIPT}')\n\nfail()`
    ]);
    await lab.run(0);
    await lab.run(1);
    await lab.page.notebook.runCell(2, { inplace: true, wait: false });
    await expect(lab.chart(3)).toBeVisible();
    await lab.idle();

    const texts: string[] = [];
    for (const details of await lab.button(/^Details of /).all()) {
      await details.click();
      texts.push(await lab.panel.innerText());
    }
    await lab.tab('Cells').click();
    texts.push(await lab.panel.innerText());
    console.warn(texts.join('\n=====\n'));

    await expect(lab.panel.locator('img, script')).toHaveCount(0);
    expect(await lab.page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(dialogs).toBe(0);
    await lab.page.notebook.save();
    const saved = await lab.page.contents.getContentMetadata(
      lab.path('escape.ipynb'),
      'file'
    );
    console.warn(JSON.stringify(saved?.content));
  });
});
