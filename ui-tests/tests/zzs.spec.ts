import { galata } from '@jupyterlab/galata';
import { test } from './lab';
import { setPanelWidth, WALKS } from './tour';
const FOLDER = '/tmp/h/Q-shots';
for (const { name, settings, walk } of WALKS) {
  test.describe(`The walk ${name}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        'jupyterlab-leakhunter:plugin': settings ?? {}
      }
    });
    test('go', async ({ lab }) => {
      test.setTimeout(300000);
      const { page, panel } = lab;
      await walk(lab, async (screen, whole = false, open) => {
        for (const theme of ['light', 'dark']) {
          await (theme === 'dark' ? page.theme.setDarkTheme() : page.theme.setLightTheme());
          for (const width of whole ? [380] : [300, 380]) {
            await setPanelWidth(page, width);
            await open?.();
            await (whole ? page : panel).screenshot({ path: `${FOLDER}/${screen}-${theme}-${width}.png`, animations: 'disabled' });
          }
        }
        await page.theme.setLightTheme();
      });
    });
  });
}
