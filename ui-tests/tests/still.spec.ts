import { galata } from '@jupyterlab/galata';
import { expect, test } from './lab';
import { setPanelWidth } from './tour';

const LIMIT = 500 * 1024 ** 2;

/** Fills the memory steadily up to 95 % of the limit, and holds it for a while. */
const GROWS = [
  'kept = []',
  `while psutil.Process().memory_info().rss < ${LIMIT} * 0.95:`,
  '    kept.append(bytes([1]) * (4 << 20)); time.sleep(0.1)',
  'time.sleep(1)'
].join('\n');

/** What is on the page while a cell runs and after it, and must not move. */
const STAYS = {
  name: '.lh-title',
  memory: '.lh-memory',
  list: '.lh-scroll',
  sheet: '.lh-sheet',
  tabs: '.lh-tab',
  finding: '.lh-finding'
};

/** Between two updates of a number, in seconds. */
const PAUSE = 0.45;

test.describe('While a cell runs', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-leakhunter:plugin': {
        memoryLimit: LIMIT,
        // What a check finds may move what is below it.
        checkAfterCell: { when: 'never', budgetMs: 300 }
      }
    }
  });

  for (const width of [300, 380]) {
    test(`should let nothing jump in a panel of ${width} px, and no number change more than twice a second`, async ({
      lab
    }) => {
      await lab.open('still.ipynb', [
        'import psutil, time\nfirst = bytearray(20 << 20)',
        'x = 1',
        GROWS,
        'below = 1'
      ]);
      await setPanelWidth(lab.page, width);
      await lab.run(0);
      await lab.run(1);
      await lab.button('Check now').first().click();
      await expect(lab.finding('first')).toBeVisible();
      await lab.idle();

      await lab.page.evaluate(watch, STAYS);
      await lab.start(2);
      await expect(
        lab.panel.getByText(/^Growing .* limit in about/)
      ).toBeVisible({ timeout: 30000 });
      await expect(lab.button('Interrupt cell')).toBeVisible({
        timeout: 30000
      });
      await lab.idle();
      await expect(lab.button('Interrupt cell')).toHaveCount(0);
      const { moved, shifted, heights, changes } = await lab.page.evaluate(
        () => (window as unknown as IWatched).lhSeen
      );

      expect(moved).toEqual([]);
      expect(shifted).toEqual([]);
      // The line comes once and stays as high as it is.
      expect(heights).toEqual([0, 26]);
      // Also when the run begins and when it ends.
      const span = changes[changes.length - 1] - changes[0];
      expect(changes.length).toBeLessThanOrEqual(span / PAUSE + 3);
      expect(changes.length).toBeGreaterThan(10);
    });
  }
});

interface IWatched {
  lhSeen: {
    /** What must stay and did not. */
    moved: string[];

    /** What the browser calls a layout shift, in the panel or in a line. */
    shifted: string[];

    /** Heights of the running cell's line, one after the other, in px. */
    heights: number[];

    /** When the numbers of the head changed, in seconds. */
    changes: number[];
  };
}

/** Lists from now on what moves, frame by frame. */
function watch(stays: Record<string, string>): void {
  const panel = document.getElementById('leakhunter-panel')!;
  const seen: IWatched['lhSeen'] = {
    moved: [],
    shifted: [],
    heights: [],
    changes: []
  };
  (window as unknown as IWatched).lhSeen = seen;

  const places = new Map<string, string>();
  const look = () => {
    for (const [name, selector] of Object.entries(stays)) {
      const { top, height } = panel
        .querySelector(selector)!
        .getBoundingClientRect();
      const place = `${top} to ${top + height}`;
      const before = places.get(name) ?? place;
      if (place !== before) {
        seen.moved.push(`${name}: ${before} -> ${place}`);
      }
      places.set(name, place);
    }
    const line = document.querySelectorAll('.jp-CodeCell')[2];
    const height = line.querySelector('.lh-CellLine')?.clientHeight ?? 0;
    if (height !== seen.heights[seen.heights.length - 1]) {
      seen.heights.push(height);
    }
    requestAnimationFrame(look);
  };
  look();

  new PerformanceObserver(list => {
    for (const entry of list.getEntries() as unknown as IShift[]) {
      for (const { node, previousRect, currentRect } of entry.sources) {
        const element = node instanceof Element ? node : node?.parentElement;
        const ours =
          element?.closest('#leakhunter-panel, .lh-CellLine') &&
          // Its mark goes with the memory.
          !element.closest('.lh-meter');
        // What only grows or shrinks at one end stays where it is.
        const stands =
          previousRect.top === currentRect.top &&
          (previousRect.left === currentRect.left ||
            previousRect.right === currentRect.right);
        if (ours && !stands) {
          const rects = [previousRect, currentRect].map(rect =>
            JSON.stringify(rect)
          );
          seen.shifted.push(`${element!.className}: ${rects.join(' -> ')}`);
        }
      }
    }
  }).observe({ type: 'layout-shift' });

  const head = () => panel.querySelector('.lh-memory')!.textContent;
  let words = head();
  new MutationObserver(() => {
    if (head() !== words) {
      words = head();
      seen.changes.push(performance.now() / 1000);
    }
  }).observe(panel, { childList: true, characterData: true, subtree: true });
}

/** As the browser reports it; TypeScript does not know it yet. */
interface IShift {
  sources: {
    node: Node | null;
    previousRect: DOMRectReadOnly;
    currentRect: DOMRectReadOnly;
  }[];
}
