/** Measures how soon the panel is there and what an update costs: `make bench-ui`. */
import type { CDPSession } from '@playwright/test';
import { expect, type Lab, test } from './lab';

/** Runs before anything is measured. */
const RUNS = 60;

/** Updates that are measured one by one. */
const UPDATES = 5;

/** Where our own scripts come from. */
const OURS = '/jupyterlab-leakhunter/static/';

test('The panel of a notebook in use', async ({ lab }) => {
  test.setTimeout(300000);
  await lab.open('bench.ipynb', ['big = bytearray(60 << 20)']);
  await lab.run(0);
  await lab.page.sidebar.close('right');
  await lab.page.evaluate(runSilently, RUNS);

  // The page as it is opened: nothing of the panel is loaded.
  const reload = {
    // Galata would wait for the Launcher; its types do not tell of this option.
    waitForIsReady: false,
    waitUntil: 'domcontentloaded'
  } as const;
  await lab.page.reload(reload);
  await lab.page.locator('.jp-Notebook').waitFor();
  const first = await lab.page.evaluate(open);
  await lab.idle();
  await expect(lab.chart(RUNS + 1)).toBeVisible();
  await lab.page.evaluate(hide);
  const again = await lab.page.evaluate(open);

  const context = lab.page.context();
  const session = await context.newCDPSession(context.pages()[0]);
  const lines = [
    ['First paint after the first activation', first, 100],
    ['Paint after another activation', again, 100]
  ] as [string, number, number][];
  for (const tab of ['Findings', 'Cells', 'Variables'] as const) {
    await lab.tab(tab).click();
    await lab.idle();
    const costs: number[] = [];
    for (let time = 0; time < UPDATES; time++) {
      costs.push(await scripting(session, lab));
    }
    lines.push([`Script of an update, ${tab}, median`, median(costs), 16]);
  }
  console.warn(
    lines
      .map(
        ([what, ms, goal]) =>
          `${what.padEnd(42)}${ms.toFixed(1).padStart(8)} ms, goal < ${goal}`
      )
      .join('\n')
  );
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/**
 * Script time of one run and its check, in ms.
 *
 * #### Notes
 * The browser's own profiler says what ran when. Every stretch without a pause
 * in which our code takes part counts whole: React's and plotly's share too.
 */
async function scripting(session: CDPSession, lab: Lab): Promise<number> {
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  await lab.page.evaluate(runSilently, 1);
  await lab.idle();
  // The check after the run, and the frame that shows it.
  await lab.page.waitForTimeout(1500);
  const { profile } = await session.send('Profiler.stop');

  const parents = new Map<number, number>();
  const byId = new Map(profile.nodes.map(node => [node.id, node]));
  for (const node of profile.nodes) {
    node.children?.forEach(child => parents.set(child, node.id));
  }
  const isOurs = (id: number): boolean => {
    for (let at: number | undefined = id; at; at = parents.get(at)) {
      if (byId.get(at)?.callFrame.url.includes(OURS)) {
        return true;
      }
    }
    return false;
  };
  const pauses = new Set(['(idle)', '(program)']);
  let [ours, stretch, involved] = [0, 0, false];
  profile.samples!.forEach((id, index) => {
    if (pauses.has(byId.get(id)!.callFrame.functionName)) {
      ours += involved ? stretch : 0;
      [stretch, involved] = [0, false];
    } else {
      stretch += profile.timeDeltas![index + 1] ?? 0;
      involved ||= isOurs(id);
    }
  });
  return (ours + (involved ? stretch : 0)) / 1000;
}

/** What the functions below use of the lab's own objects; they run in the page. */
interface IApp {
  shell: {
    activateById(id: string): void;
    collapseRight(): void;
    currentWidget: {
      sessionContext: {
        session: {
          kernel: {
            requestExecute(content: object): { done: Promise<unknown> };
          };
        };
      };
    };
  };
}

/** Runs small cells as a console would. */
async function runSilently(count: number): Promise<void> {
  const app = window.jupyterapp as unknown as IApp;
  const { kernel } = app.shell.currentWidget.sessionContext.session;
  for (let time = 0; time < count; time++) {
    await kernel.requestExecute({ code: `n = ${time}` }).done;
  }
}

/** Opens the panel; the ms until its list was painted. */
async function open(): Promise<number> {
  const app = window.jupyterapp as unknown as IApp;
  const begun = performance.now();
  app.shell.activateById('leakhunter-panel');
  const panel = document.getElementById('leakhunter-panel')!;
  const there = () =>
    panel.offsetWidth > 0 && panel.querySelector('.lh-header');
  while (!there()) {
    await new Promise(requestAnimationFrame);
  }
  // The frame in which it is painted ends before the next begins.
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}

function hide(): void {
  (window.jupyterapp as unknown as IApp).shell.collapseRight();
}
