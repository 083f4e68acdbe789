import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { galata } from '@jupyterlab/galata';
import type { Route } from '@playwright/test';
import { expect, test } from './lab';

/** Opened and closed before anything is counted: what is made once is there then. */
const WARM_UP = 3;
const ROUNDS = 10;

/** What a page has, after garbage was collected. */
interface ICounts {
  /** Listeners of what lives as long as the page: window, document, body. */
  listeners: number;
  workers: number;

  /** Models and lines of closed notebooks that are still alive. */
  ours: string[];
}

test.describe('Ten notebooks, opened and closed', () => {
  test('should leave no more behind than without us', async ({
    lab,
    baseURL,
    browser,
    tmpPath,
    waitForApplication
  }) => {
    test.setTimeout(180000);
    await lab.open('again.ipynb', ['big = bytearray(60 << 20)', 'x = 1']);
    await lab.runAll();
    await expect(lab.finding('big')).toBeVisible();
    const kernel = await lab.page.evaluate(kernelId);
    const path = lab.path('again.ipynb');
    await lab.page.evaluate(closeCurrent);
    const withUs = await grown(lab.page, path, kernel, true);

    const { page } = await galata.newPage({
      baseURL: baseURL as string,
      browser,
      tmpPath,
      waitForApplication: async (other, helpers) => {
        await waitForApplication(other, helpers);
      },
      autoGoto: false,
      mockKernels: false,
      mockSessions: false
    });
    await page.route('**/lab**', withoutUs);
    await page.goto();
    const without = await grown(page, path, kernel, false);
    await page.context().close();

    const told = JSON.stringify({ withUs, without });
    // React keeps the tree that it drew last, of one notebook.
    expect(withUs.ours.length, told).toBeLessThan(2);
    expect(withUs.workers, told).toBe(without.workers);
    // One left behind by each notebook would be ten; the lab's own number is
    // steady. All nodes of a page say nothing: the lab keeps thousands.
    expect(withUs.listeners - without.listeners, told).toBeLessThan(ROUNDS);
  });
});

/** What ten more notebooks leave behind. */
async function grown(
  page: IJupyterLabPageFixture,
  path: string,
  kernel: string,
  watched: boolean
): Promise<ICounts> {
  const round = () => page.evaluate(openAndClose, { path, kernel, watched });
  for (let time = 0; time < WARM_UP; time++) {
    await round();
  }
  const before = await counts(page);
  for (let time = 0; time < ROUNDS; time++) {
    await round();
  }
  const after = await counts(page);
  return {
    listeners: after.listeners - before.listeners,
    workers: after.workers - before.workers,
    ours: after.ours
  };
}

async function counts(page: IJupyterLabPageFixture): Promise<ICounts> {
  // Galata's page is a stand-in that the protocol does not know.
  const context = page.context();
  const session = await context.newCDPSession(context.pages()[0]);
  // What one collection lets go of may hold more, and finalizers run in between.
  for (let time = 0; time < 3; time++) {
    await session.send('HeapProfiler.collectGarbage');
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  let listeners = 0;
  for (const expression of ['window', 'document', 'document.body']) {
    const { result } = await session.send('Runtime.evaluate', { expression });
    const found = await session.send('DOMDebugger.getEventListeners', {
      objectId: result.objectId!
    });
    listeners += found.listeners.length;
  }
  const ours = await page.evaluate(() =>
    ((window as unknown as IOurs).lhSeen ?? [])
      .filter(({ ref }) => ref.deref() !== undefined)
      .map(({ what }) => what)
  );
  await session.detach();
  return { listeners, workers: page.workers().length, ours };
}

/** Weak references to what was ours in the notebooks that were closed. */
interface IOurs {
  lhSeen?: { what: string; ref: WeakRef<object> }[];
}

/** What the functions below use of the lab's own objects; they run in the page. */
interface IApp {
  commands: {
    execute(id: string, args: object): Promise<INotebook>;
  };
  shell: { currentWidget: INotebook };
  pluginRegistry: {
    _plugins: Map<string, { service: { ready(panel: object): object } }>;
  };
}

interface INotebook {
  node: HTMLElement;
  dispose(): void;
  revealed: Promise<void>;
  sessionContext: {
    ready: Promise<void>;
    session: { kernel: { id: string } };
  };
}

function kernelId(): string {
  const app = window.jupyterapp as unknown as IApp;
  return app.shell.currentWidget.sessionContext.session.kernel.id;
}

function closeCurrent(): void {
  (window.jupyterapp as unknown as IApp).shell.currentWidget.dispose();
}

/** Opens a notebook on a kernel that runs, waits for what we show of it, and closes it. */
async function openAndClose(options: {
  path: string;
  kernel: string;
  watched: boolean;
}): Promise<void> {
  const app = window.jupyterapp as unknown as IApp & IOurs;
  const widget = await app.commands.execute('docmanager:open', {
    path: options.path,
    factory: 'Notebook',
    kernel: { id: options.kernel }
  });
  await widget.revealed;
  await widget.sessionContext.ready;
  if (options.watched) {
    const seen = ((window as unknown as IOurs).lhSeen ??= []);
    const { service } = app.pluginRegistry._plugins.get(
      'jupyterlab-leakhunter:plugin'
    )!;
    seen.push({ what: 'model', ref: new WeakRef(await service.ready(widget)) });
    let line: Element | null = null;
    while (line === null) {
      await new Promise(requestAnimationFrame);
      line = widget.node.querySelector('.lh-CellLine .lh-chip');
    }
    seen.push({ what: 'line', ref: new WeakRef(line) });
  }
  widget.dispose();
}

/** The page of the lab without our extension. */
async function withoutUs(route: Route): Promise<void> {
  if (route.request().resourceType() !== 'document') {
    return route.continue();
  }
  const response = await route.fetch();
  const text = await response.text();
  const config = /<script id="jupyter-config-data"[^>]*>([^]*?)<\/script>/.exec(
    text
  )![1];
  const data = JSON.parse(config);
  data.federated_extensions = data.federated_extensions.filter(
    ({ name }: { name: string }) => name !== 'jupyterlab-leakhunter'
  );
  await route.fulfill({
    response,
    body: text.replace(config, () => JSON.stringify(data))
  });
}
