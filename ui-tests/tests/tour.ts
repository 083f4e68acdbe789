/** A walk through every screen of the panel: for pictures, and for what checks them all. */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect as soon, type Lab, WAIT_FOR_GO } from './lab';

/** Saving, counting and proving take as long as the machine needs. */
const expect = soon.configure({ timeout: 20000 });

/**
 * Is called at each screen.
 *
 * @param name - of the screen; the number is that of the picture in the design.
 * @param whole - The screen is the whole page, not the panel alone.
 * @param open - Opens what a click elsewhere closes: done before each picture.
 */
export type Look = (
  name: string,
  whole?: boolean,
  open?: () => Promise<void>
) => Promise<void>;

/** One walk: a notebook of its own, and the screens it comes by. */
export interface IWalk {
  readonly name: string;

  /** Settings that differ from the defaults. */
  readonly settings?: Record<string, unknown>;
  walk(lab: Lab, look: Look): Promise<void>;
}

/** What an analysis leaves behind: most kinds of findings, and cells of all sorts. */
const CHURN = [
  'import matplotlib.pyplot as plt, numpy as np, pandas as pd',
  'events = pd.DataFrame(np.ones((2_000_000, 10)), columns=list("abcdefghij"))',
  'orders = events[events.a > 0].copy()',
  'orders.merge(orders.head(1), on="b").head(400_000)',
  'weights = np.random.default_rng(1).random((4_000, 4_000))\nsample = weights[:10, :4]',
  'del weights',
  [
    'def train(epochs):',
    '    batch = np.ones(11_000_000)',
    '    raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")',
    'train(epochs=3)'
  ].join('\n'),
  'history = []',
  'history.append(np.ones(2_000_000))',
  'customer_lifetime_value_features_v3_final = np.ones(9_000_000)',
  [
    '%config InlineBackend.close_figures = False',
    'for _ in range(6):',
    '    plt.figure(figsize=(1, 1)).gca().imshow(np.ones((900, 900)))'
  ].join('\n'),
  'X = np.ones((1_000_000, 8))\nX_train, X_test = X[:750_000], X[750_000:]',
  'scores = X_train.mean(axis=0)',
  'len(orders)',
  'print(scores.sum())',
  'total = scores.sum() + len(orders) + sample.sum()'
] as const;

/** The cells of `CHURN` that fail, and the one that runs again and again. */
const FAILS = 6;
const REPEATS = 8;

/** Runs the cells of `CHURN`, the repeating one five times. */
async function churn(lab: Lab): Promise<void> {
  await lab.open('churn_model.ipynb', CHURN);
  await lab.idle();
  let runs = 0;
  for (let cell = 0; cell < CHURN.length; cell++) {
    for (let time = 0; time < (cell === REPEATS ? 5 : 1); time++) {
      await lab.page.notebook.runCell(cell, {
        inplace: true,
        wait: cell !== FAILS
      });
      await expect(lab.chart(++runs)).toBeVisible();
    }
  }
  await expect(lab.finding('events')).toBeVisible();
}

async function list(lab: Lab, look: Look): Promise<void> {
  await churn(lab);
  const { page, panel } = lab;
  await page.sidebar.close('left');
  await page.notebook.selectCells(1);
  await look('01-page', true);
  await look('01-findings');

  for (const [name, title] of [
    ['04-hidden', 'Out[4]'],
    ['04-pinned', 'sample'],
    ['04-growing', 'history'],
    ['04-figures', '6 open figures'],
    ['04-traceback', 'traceback of [7]']
  ] as const) {
    const details = `Details of ${title}`;
    await lab.button(details).click();
    await expect(panel.getByText('What clearing frees')).toBeVisible();
    await panel.getByText('What clearing frees').scrollIntoViewIfNeeded();
    await look(name);
    await lab.button(details).click();
  }

  await lab.button('Details of events').click();
  await lab.button("It's expected…").click();
  const reason = panel.getByLabel('Why should it stay? (optional)');
  await expect(reason).toBeFocused();
  await look('13-expect');
  await reason.press('Enter');
  await expect(lab.finding('events')).toHaveCount(0);
  await panel.getByText('Expected (1)').click();
  await look('13-expected');
  await lab.button('Take back').click();
  await expect(lab.finding('events')).toBeVisible();
  await lab.button('Details of events').click();

  await lab.finding('sample').getByRole('checkbox').check();
  await expect(panel.getByText(/^frees [\d.]/)).toBeVisible();
  await look('08-selected');
  await lab.finding('sample').getByRole('checkbox').uncheck();

  await panel.getByRole('button', { name: /^Where the .* is/ }).click();
  await look('05-parts');
  await panel
    .getByRole('img', { name: /^Where the/ })
    .locator('[data-part="history"]')
    .click();
  await look('05-filtered');
  await lab.button('Output history: list all findings').click();
  await panel.getByRole('button', { name: /^Where the .* is/ }).click();

  await lab.chart(CHURN.length + 4).press('End');
  await look('03-tip');
  await page.keyboard.press('Escape');

  await page.notebook.activate('churn_model.ipynb');
  await page.notebook.selectCells(9);
  await page.menu.clickMenuItem('Edit>Delete Cell');
  await lab.tab('Cells').click();
  await look('05-cells');
  await lab.tab('Variables').click();
  await panel.getByRole('checkbox', { name: 'Select X_train' }).check();
  await look('05-variables');
  await lab.button('Select none').click();

  await look('02-more', true, () => lab.button('More').click());
  await page.keyboard.press('Escape');
  await lab.choose('Keep on This Notebook');
  await look('02-kept');
}

async function clearing(lab: Lab, look: Look): Promise<void> {
  const { page, panel } = lab;
  await lab.open('clear.ipynb', [
    'import numpy as np',
    'alpha = np.arange(9_000_000)\nview = alpha[2:5]',
    'beta = np.ones((1000, 9000), order="F")',
    [
      'class Net:',
      '    def __init__(self):',
      '        self.weights = np.ones(12_000_000)',
      'net = Net()'
    ].join('\n'),
    'x1 = 1',
    'x2 = 2',
    'x3 = 3'
  ]);
  await lab.runAll();
  await lab.choose('Receipts…');
  await look('08-no-receipts');
  await lab.button('Back to the list').click();

  await lab.button('Review and clear…').click();
  await expect(lab.button(/^Clear \d+, free /)).toBeVisible();
  await look('08-preview');
  await panel.getByRole('checkbox', { name: 'net' }).check();
  await expect(lab.button(/^Clear 3, free /)).toBeVisible();
  await look('08-preview-lost');
  await lab.button(/^Clear \d+, free /).click();
  await expect(panel.getByRole('heading', { name: 'Receipt' })).toBeVisible();
  await look('08-receipt');
  await lab.button('Undo').click();
  await expect(panel.getByRole('heading', { name: /^Undone/ })).toBeVisible();
  await look('08-undone');
  await lab.button('Done').click();
  await lab.choose('Receipts…');
  await look('08-receipts');
  await lab.button('Back to the list').click();

  await lab.button('Review and clear…').click();
  await expect(lab.button(/^Clear \d+, free /)).toBeVisible();
  await page.notebook.runCell(6, true);
  await expect(
    panel.getByRole('heading', { name: /^Changed since the preview/ })
  ).toBeVisible();
  await look('08-stale');
}

async function proving(lab: Lab, look: Look): Promise<void> {
  const { panel, page } = lab;
  await lab.open('prove.ipynb', [
    'kept = []\nimport time',
    'kept.append(bytearray(4_000_000))',
    'time.sleep(0.3)\nsquares = [x * x for x in range(1000)]',
    "open('rows.txt', 'a').write('row')"
  ]);
  await lab.runAll();
  const prove = async (cell: number) => {
    const place = await page.notebook.getCellLocator(cell);
    await place!
      .locator('.jp-InputArea-editor')
      .click({ button: 'right', position: { x: 40, y: 8 } });
    await page
      .getByRole('menuitem', { name: 'Prove It: Re-run Test…' })
      .click();
    await expect(lab.button('Run the test')).toBeVisible();
  };
  const verdict = panel.locator('.lh-proof-lead');
  await prove(1);
  await look('09-plan');
  await lab.button('Run the test').click();
  await expect(verdict).toContainText('Leak');
  await look('09-leak');
  await lab.button('Back to the list').click();
  await prove(2);
  await lab.button('Run the test').click();
  await expect(
    panel.getByRole('progressbar', { name: 'Runs of the test' })
  ).toHaveAttribute('aria-valuetext', /^Batch of 2/);
  await look('09-running');
  await expect(verdict).toContainText('Clean');
  await look('09-clean');
  await lab.button('Back to the list').click();
  await prove(3);
  await look('09-world');
}

async function tracing(lab: Lab, look: Look): Promise<void> {
  const { panel, page } = lab;
  await lab.open('trace.ipynb', [
    'import pandas as pd\nkept = []\ndef make(n):\n    return [bytes(40) for _ in range(n)]',
    [
      'users = pd.DataFrame({"a": range(300_000), "b": 1.0})',
      'merged = users.merge(users, on="a")',
      'kept.append(make(50_000))',
      'del merged'
    ].join('\n')
  ]);
  await lab.runAll();
  await page.notebook.selectCells(1);
  const plan = async () => {
    await lab.choose('Trace a Cell…');
    await expect(lab.button('Run and trace')).toBeVisible();
  };
  await plan();
  await look('12-trace-plan');
  await lab.button('Run and trace').click();
  await expect(panel.locator('.lh-icicle .slice').first()).toBeVisible();
  await look('12-trace-lines');
  await lab.button('Functions').click();
  await look('12-trace-functions');
  await lab.button('Back to the list').click();
  await plan();
  await panel.getByRole('radio', { name: /^Memory by line/ }).check();
  await panel
    .getByRole('textbox', { name: 'Also the lines of these functions' })
    .fill('make');
  await look('12-trace-plan-lines');
  await lab.button('Run and trace').click();
  await expect(
    panel.getByRole('heading', { name: 'Memory by line', exact: true })
  ).toBeVisible();
  await look('12-memory-by-line');
}

async function objects(lab: Lab, look: Look): Promise<void> {
  const { panel } = lab;
  await lab.open('objects.ipynb', [
    'import numpy as np',
    'class Node: pass\nclass Hub:\n    def __init__(self): self.observers = []\nhub, node = Hub(), Node()\nhub.observers.append(node)',
    'raw = np.ones(12_000_000)\nnodes = [Node() for _ in range(50)]'
  ]);
  await lab.runAll();
  await lab.choose('Objects…');
  await expect(panel.getByRole('row').nth(3)).toBeVisible();
  await lab.button('Mark').click();
  await expect(panel.getByText(/^Change since the mark/)).toBeVisible();
  await look('12-objects');
  await panel
    .getByRole('searchbox', { name: 'Filter by class' })
    .fill('__main__');
  await lab.button('__main__.Node').click();
  await expect(panel.getByText('The biggest objects')).toBeVisible();
  await look('12-instances');
  await lab.button('node').click();
  await expect(panel.getByRole('region', { name: /^Strong/ })).toBeVisible();
  await panel.getByText('A weak reference would do').click();
  await look('12-references');
}

/** Lets a cell wait that was told to. */
async function go(lab: Lab): Promise<void> {
  await lab.put('go');
  await lab.idle();
}

async function states(lab: Lab, look: Look): Promise<void> {
  const { page, panel } = lab;
  await page.sidebar.openTab('leakhunter-panel');
  await expect(panel.getByText('Open a notebook')).toBeVisible();
  await look('06-no-notebook');
  await lab.open('other.ipynb', ['x <- 1'], 'leakhunter-r');
  await expect(panel.getByText('This notebook runs R.')).toBeVisible();
  await look('06-not-python');
  await lab.open('late.ipynb', ['x = 1'], 'leakhunter-late');
  await expect(panel.getByText('The kernel lacks the magics')).toBeVisible();
  await look('06-missing');

  await lab.open('clean.ipynb', [
    'x = 1',
    `big = b'x' * (60 << 20)\n${WAIT_FOR_GO}\nprint(len(big))`
  ]);
  await lab.idle();
  await look('06-fresh');
  await lab.run(0);
  await expect(panel.getByText('Nothing left behind')).toBeVisible();
  await look('06-clean');
  await lab.start(1);
  await lab.choose('Check Now');
  await expect(panel.getByText('The check waits')).toBeVisible();
  await look('07-waits');
  await lab.button('Cancel').click();
  await go(lab);
  await page.menu.clickMenuItem('Kernel>Restart Kernel…');
  await page.getByRole('button', { name: 'Confirm Kernel Restart' }).click();
  await expect(panel.getByText(/^Kernel restarted at/)).toBeVisible();
  await lab.idle();
  await look('07-restarted');
  await lab.button('Compare').click();
  await lab.run(1);
  await expect(panel.getByText(/^\+60\.\d\d → /)).toBeVisible();
  await look('07-compared');

  await page.notebook.activate('clean.ipynb');
  await page.evaluate(shutDown);
  await expect(panel.getByText('No kernel').first()).toBeVisible();
  await look('06-no-kernel');
}

/** Makes each step of a check wait, so that there is time to look at it. */
const SLOW = [
  'import leakhunter.doors.errands as errands',
  'errands.PAUSE = errands.WAY = 0.3',
  'many = [[[number] for number in range(400)] for _ in range(100)]'
].join('\n');

async function asking(lab: Lab, look: Look): Promise<void> {
  const { page, panel } = lab;
  await lab.open('ask.ipynb', [SLOW, 'x = 1']);
  await expect(panel.getByText('Watch this kernel')).toBeVisible();
  await look('06-ask');

  await page.notebook.runCell(0, true);
  await lab.button('Start watching').click();
  await expect(panel.getByText(/[\d,]+ objects/)).toBeVisible();
  await look('07-looking');
  await lab.button('Stop').click();
  await expect(panel.getByText('Nothing was checked.')).toBeVisible();
  await look('07-stopped');
  // The head has the same button, as an icon.
  await lab.button('Check now').last().click();
  await expect(panel.getByText(/[\d,]+ objects/)).toBeVisible();
  await lab.button('Stop').click();
}

/** Bytes that stand for the memory of a pod. */
const LIMIT = 500 * 1024 ** 2;

async function limit(lab: Lab, look: Look): Promise<void> {
  const { page, panel } = lab;
  await lab.open('limit.ipynb', [
    'import os, psutil, signal, time',
    'left = bytearray(100 << 20)',
    [
      'kept = []',
      `while psutil.Process().memory_info().rss < ${LIMIT} * 0.96:`,
      '    kept.append(bytes([1]) * (4 << 20)); time.sleep(0.1)',
      WAIT_FOR_GO,
      'os.kill(os.getpid(), signal.SIGKILL)'
    ].join('\n')
  ]);
  await lab.run(0);
  await lab.run(1);
  await lab.start(2);
  await expect(panel.getByText(/^Growing .* limit in about/)).toBeVisible();
  await look('07-growing');
  await expect(
    page.getByText(/limit\.ipynb is near the memory limit/)
  ).toBeVisible();
  await look('10-notice', true);
  await page.locator('.jp-Notification-Toast-Close').first().click();
  await look('07-near');
  await lab.put('go');
  await expect(
    panel.getByText('The kernel probably ran out of memory')
  ).toBeVisible();
  await page.getByRole('button', { name: 'Ok', exact: true }).click();
  await look('07-killed');
}

async function text(lab: Lab, look: Look): Promise<void> {
  const { page, panel } = lab;
  await lab.open('text.ipynb', [
    '%load_ext leakhunter\nraw = bytearray(90 << 20)\nkeep = bytearray(40 << 20)',
    'x = 1',
    '%leakcheck',
    '%leakcheck 1'
  ]);
  await lab.runAll();
  await expect(lab.finding('raw')).toBeVisible();
  await expect(panel).toBeVisible();
  await page.notebook.selectCells(2);
  await look('11-html', true);
}

export const WALKS: readonly IWalk[] = [
  { name: 'list', walk: list },
  { name: 'clearing', walk: clearing },
  { name: 'proving', walk: proving },
  { name: 'tracing', walk: tracing },
  { name: 'objects', walk: objects },
  { name: 'states', walk: states },
  { name: 'asking', settings: { watch: 'ask' }, walk: asking },
  { name: 'limit', settings: { memoryLimit: LIMIT }, walk: limit },
  { name: 'text', walk: text }
];

/** Ends the kernel of the notebook in front. */
async function shutDown(): Promise<void> {
  const app = window.jupyterapp as unknown as {
    shell: {
      currentWidget: { sessionContext: { shutdown(): Promise<void> } };
    };
  };
  await app.shell.currentWidget.sessionContext.shutdown();
}

/** Makes the panel so many CSS pixels wide. */
export async function setPanelWidth(
  page: IJupyterLabPageFixture,
  width: number
): Promise<void> {
  const panel = page.locator('#leakhunter-panel');
  const { width: before } = (await panel.boundingBox())!;
  const handle = page
    .locator('#jp-main-split-panel > .lm-SplitPanel-handle:not(.lm-mod-hidden)')
    .last();
  const box = (await handle.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + before - width, y);
  await page.mouse.up();
}
