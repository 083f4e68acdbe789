/** Takes a picture of every screen, in two themes and three widths: `make screenshots`. */
import { galata } from '@jupyterlab/galata';
import { resolve } from 'path';
import { test } from './lab';
import { setPanelWidth, WALKS } from './tour';

const FOLDER = resolve(__dirname, '../screenshots');

/** Of the panel, in CSS pixels: the least, the usual, and with all columns. */
const WIDTHS = [300, 380, 560];

for (const { name, settings, walk } of WALKS) {
  test.describe(`The walk ${name}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        'jupyterlab-leakhunter:plugin': settings ?? {}
      }
    });

    test('should be taken picture by picture', async ({ lab }) => {
      const { page, panel } = lab;
      await walk(lab, async (screen, whole = false, open) => {
        for (const theme of ['light', 'dark']) {
          await (theme === 'dark'
            ? page.theme.setDarkTheme()
            : page.theme.setLightTheme());
          for (const width of whole ? [380] : WIDTHS) {
            await setPanelWidth(page, width);
            await open?.();
            await (whole ? page : panel).screenshot({
              path: `${FOLDER}/${screen}-${theme}-${width}.png`,
              animations: 'disabled'
            });
          }
        }
        await page.theme.setLightTheme();
      });
    });
  });
}
