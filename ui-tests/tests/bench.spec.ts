/** Measures how soon the panel is there and what an update costs: `make bench-ui`. */
import { galata } from '@jupyterlab/galata';
import { cpus, loadavg } from 'os';
import { expect, type Lab, longNotebook, test } from './lab';
import { scriptShares, traceWork, type IWork } from './script';

/** Code cells of the notebook, each of which has run. */
const CELLS = 500;

/** How often each thing is measured: the median counts. */
const TIMES = 5;

/** What the panel may take to be there, and a frame or an update of script, in ms. */
const [PAINT, UPDATE] = [100, 16];

/** After so long the check of a run has come and its chart is drawn, in ms. */
const SETTLED = 1500;

// The lab builds only the cells on screen: its own work is not what is measured.
test.use({
  mockSettings: {
    ...galata.DEFAULT_SETTINGS,
    '@jupyterlab/notebook-extension:tracker': { windowingMode: 'full' }
  }
});

test('The panel of a notebook in use', async ({ lab }) => {
  test.setTimeout(420000);
  const sources = longNotebook(CELLS);
  await lab.open('bench.ipynb', sources);
  await lab.idle();
  await lab.runAs(sources);
  await expect(lab.chart(CELLS)).toBeVisible({ timeout: 60000 });

  const cold: number[] = [];
  const ahead: number[] = [];
  const again: number[] = [];
  await lab.page.addInitScript(holdBack);
  for (let time = 0; time < TIMES; time++) {
    await load(lab, 'cold');
    cold.push(await lab.page.evaluate(open));
    await load(lab, 'ahead');
    await lab.page.waitForFunction(isFetched);
    ahead.push(await lab.page.evaluate(open));
    await expect(lab.chart(CELLS)).toBeVisible();
    await lab.page.evaluate(hide);
    again.push(await lab.page.evaluate(open));
  }
  const rows: [string, number, number | null][] = [
    ['First paint, nothing fetched ahead', median(cold), PAINT],
    ['First paint, fetched ahead', median(ahead), PAINT],
    ['Paint when opened again', median(again), PAINT]
  ];

  const context = lab.page.context();
  const session = await context.newCDPSession(context.pages()[0]);
  const run = async () => {
    await lab.page.evaluate(execute);
    await lab.page.waitForTimeout(SETTLED);
  };
  const measured: [string, IWork[], Map<string, number>[]][] = [];
  for (const tab of ['Findings', 'Cells', 'Variables', 'hidden'] as const) {
    if (tab === 'hidden') {
      await lab.page.evaluate(hide);
    } else {
      await lab.tab(tab).click();
      await lab.idle();
    }
    // The first one still compiles what it runs.
    await run();
    const work: IWork[] = [];
    const shares: Map<string, number>[] = [];
    for (let time = 0; time < TIMES; time++) {
      work.push(await traceWork(session, run));
      shares.push(await scriptShares(session, run));
    }
    measured.push([tab, work, shares]);
  }
  // The same cell, and nobody watches.
  await lab.page.evaluate(stopWatching);
  await run();
  const theirs: IWork[] = [];
  for (let time = 0; time < TIMES; time++) {
    theirs.push(await traceWork(session, run));
  }
  const without = medians(theirs);
  for (const [tab, work, shares] of measured) {
    const { script, longest, all } = medians(work);
    const ours = script - without.script;
    rows.push(
      [`A run and its check, ${tab}`, ours, UPDATE],
      ['  its longest frame', longest, UPDATE],
      ['  with painting', all - without.all, null]
    );
    for (const part of new Set(shares.flatMap(share => [...share.keys()]))) {
      const share = median(shares.map(one => one.get(part) ?? 0));
      rows.push([`  ${part}`, ours * share, null]);
    }
  }
  console.warn(
    [
      `${cpus().length} CPUs, load ${loadavg()[0].toFixed(1)}; medians of ${TIMES}, ${CELLS} cells`,
      ...rows.map(([what, ms, goal]) => {
        const row = `${what.padEnd(40)}${ms.toFixed(1).padStart(8)} ms`;
        return goal === null ? row : `${row}, goal < ${goal}`;
      })
    ].join('\n')
  );
});

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Of each measure its own median. */
function medians(work: readonly IWork[]): IWork {
  return {
    script: median(work.map(({ script }) => script)),
    longest: median(work.map(({ longest }) => longest)),
    all: median(work.map(({ all }) => all))
  };
}

/** Opens the notebook in a fresh page with the panel closed, and waits for its records. */
async function load(lab: Lab, how: 'cold' | 'ahead'): Promise<void> {
  // Galata's own way would wait for the Launcher.
  const [page] = lab.page.context().pages();
  await page.goto(`/lab/tree/${lab.path('bench.ipynb')}?reset&${how}`);
  await lab.page.locator('.lh-CellLine .lh-chip').first().waitFor();
  await lab.page.evaluate(
    () => new Promise(resolve => window.requestIdleCallback(resolve))
  );
}

/** Keeps the panel from being fetched ahead where the address says `cold`. */
function holdBack(): void {
  const { requestIdleCallback } = window;
  window.requestIdleCallback = (...args) =>
    location.search.includes('cold') &&
    new Error().stack!.includes('/jupyterlab-leakhunter/')
      ? 0
      : requestIdleCallback(...args);
}

/** What the functions below use of the lab's own objects; they run in the page. */
interface IApp {
  commands: {
    execute(id: string): Promise<unknown>;
  };
  shell: {
    activateById(id: string): void;
    collapseRight(): void;
    currentWidget: {
      sessionContext: {
        session: {
          kernel: {
            requestExecute(
              content: object,
              disposeOnDone: boolean,
              metadata: object
            ): { done: Promise<unknown> };
          };
        };
      };
    };
  };
}

/** Runs a cell, without what the lab does to send one. */
async function execute(): Promise<void> {
  const app = window.jupyterapp as unknown as IApp;
  const { kernel } = app.shell.currentWidget.sessionContext.session;
  const content = { code: 'n = 1', silent: false, store_history: true };
  await kernel.requestExecute(content, true, { cellId: 'c1' }).done;
}

/** The kernel goes on, and is nobody's business. */
async function stopWatching(): Promise<void> {
  const app = window.jupyterapp as unknown as IApp;
  await app.commands.execute('leakhunter:stop-watching');
}

/** Whether what the panel draws was fetched ahead. */
function isFetched(): boolean {
  return performance
    .getEntriesByType('resource')
    .some(({ name }) => name.includes('/jupyterlab-leakhunter/static/panel.'));
}

/** Opens the panel; the ms until its list was painted. */
async function open(): Promise<number> {
  const app = window.jupyterapp as unknown as IApp;
  const panel = document.getElementById('leakhunter-panel')!;
  if (panel.offsetWidth > 0) {
    throw new Error('The panel is open already.');
  }
  const begun = performance.now();
  app.shell.activateById('leakhunter-panel');
  const there = () =>
    panel.offsetWidth > 0 && panel.querySelector('.lh-finding') !== null;
  do {
    await new Promise(requestAnimationFrame);
  } while (!there());
  // What is posted before a frame is painted comes right after it.
  await new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
  return performance.now() - begun;
}

function hide(): void {
  (window.jupyterapp as unknown as IApp).shell.collapseRight();
}
