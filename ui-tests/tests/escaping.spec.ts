import { expect, test } from './lab';

const IMAGE = '<img src=x onerror="window.hacked=1">';
const SCRIPT = '<script>window.hacked=2</script>';

test.describe('What the user wrote', () => {
  test('should stay text wherever it is shown', async ({ lab }) => {
    const { page, panel } = lab;
    await lab.open('escape.ipynb', [
      `# ${SCRIPT}\nheld = {'${IMAGE}': bytearray(60 << 20)}`,
      `odd = type('${SCRIPT}', (), {})()\nodd.load = bytearray(70 << 20)`,
      [
        'def fail():',
        '    local = bytearray(80 << 20)',
        `    raise ValueError('${IMAGE}')`,
        'fail()'
      ].join('\n'),
      '%leakcheck'
    ]);
    await lab.run(0);
    await lab.run(1);
    await lab.idle();
    await page.notebook.runCell(2, { inplace: true, wait: false });
    await expect(lab.chart(3)).toBeVisible();
    await lab.run(3);

    // A class name, in the chain of holders.
    await expect(lab.finding('odd')).toContainText('Leftover');
    await lab
      .finding('odd')
      .getByRole('button', { name: /^Details/ })
      .click();
    await expect(lab.finding('odd')).toContainText(SCRIPT);
    for (const title of ['held', 'traceback of [3]']) {
      await lab
        .finding(title)
        .getByRole('button', { name: /^Details/ })
        .click();
      await expect(panel.getByText('What holds it')).toBeVisible();
    }
    // A line of source, in the table and at the chart.
    await lab.tab('Cells').click();
    await expect(panel.getByRole('row', { name: SCRIPT })).toBeVisible();
    await lab.chart(3).press('Home');
    await expect(panel.getByText(SCRIPT).first()).toBeVisible();

    await expect(panel.locator('img, script')).toHaveCount(0);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);

    // What is saved is the user's, and the report that the user asked for.
    await page.notebook.save();
    const answer = await page.request.get(
      `/api/contents/${lab.path('escape.ipynb')}`
    );
    const { content } = await answer.json();
    const kept = content.cells.map(
      ({
        outputs,
        metadata
      }: {
        outputs: { output_type: string }[];
        metadata: object;
      }) => [
        outputs.map(output => output.output_type),
        JSON.stringify(metadata).includes('leakhunter')
      ]
    );
    expect(kept).toEqual([
      [[], false],
      [[], false],
      [['error'], false],
      [['display_data'], false]
    ]);
    const report = content.cells[3].outputs[0].data;
    expect(report['text/html'] ?? '').not.toMatch(/<(script|img)\b/);
  });
});
