/** JupyterLab with the panel, as the stories use it. */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test as base } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { readFileSync } from 'fs';

/** What a kernel executes until the test puts a file called `go` in its folder. */
export const WAIT_FOR_GO = [
  'import pathlib, time',
  "while not pathlib.Path('go').exists():",
  '    time.sleep(0.02)'
].join('\n');

export const MIB = 1024 ** 2;

/**
 * What the lab's own shortcuts throw when the settings of another plugin are
 * loaded before theirs; they look at them again later.
 */
const SHORTCUTS_RACE = /undefined \(reading 'schema'\)$/;

/** What the lab throws when a kernel dies that ipywidgets has just asked something. */
const WIDGETS_OF_THE_DEAD =
  /^Error: Canceled future for create_subshell_request message /;

/**
 * What the lab says in one page when ipywidgets asks the kernel for its widgets
 * in another: the answer goes to both.
 */
const WIDGETS_OF_OTHERS = /^Comm not found for comm id /;

/** What the lab says when a notebook is closed as soon as it was opened. */
const DEBUGGER_OF_THE_CLOSED =
  /^Could not restore the debugger state: Canceled future for debug_request /;

/** A notebook file with these code cells; the cells are called `c0`, `c1`, ... */
function notebookOf(sources: readonly string[], kernel = 'python3'): string {
  return JSON.stringify({
    cells: sources.map((source, index) => ({
      cell_type: 'code',
      execution_count: null,
      id: `c${index}`,
      metadata: {},
      outputs: [],
      source
    })),
    metadata: { kernelspec: { name: kernel, display_name: kernel } },
    nbformat: 4,
    nbformat_minor: 5
  });
}

/** One page of the lab. */
export class Lab {
  constructor(
    readonly page: IJupyterLabPageFixture,
    readonly folder: string
  ) {
    this.panel = page.getByRole('complementary', { name: 'Leak Hunter' });
    page.on('pageerror', error => {
      const theirs = [SHORTCUTS_RACE, WIDGETS_OF_THE_DEAD];
      if (!theirs.some(one => one.test(error.message))) {
        this.errors.push(error.stack ?? String(error));
      }
    });
    page.on('console', message => {
      const theirs = [WIDGETS_OF_OTHERS, DEBUGGER_OF_THE_CLOSED];
      const ours = !theirs.some(one => one.test(message.text()));
      if (message.type() === 'error' && ours) {
        this.errors.push(`${message.text()} (${message.location().url})`);
      }
    });
  }

  readonly panel: Locator;

  /** What the browser's console was told as an error. */
  readonly errors: string[] = [];

  /** Path of a file beside the notebooks. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Puts a file beside the notebooks: also a sign to a waiting cell. */
  async put(name: string, content = ''): Promise<void> {
    await this.page.contents.uploadContent(content, 'text', this.path(name));
  }

  /** Puts a new notebook with these cells into the folder. */
  async create(
    name: string,
    cells: readonly string[],
    kernel?: string
  ): Promise<void> {
    await this.put(name, notebookOf(cells, kernel));
  }

  /** Opens a new notebook with these cells, and the panel. */
  async open(
    name: string,
    cells: readonly string[],
    kernel?: string
  ): Promise<void> {
    await this.create(name, cells, kernel);
    await this.show(name);
  }

  /** Opens a notebook that is there, and the panel. */
  async show(name: string): Promise<void> {
    // Not through the list of files, which redraws itself while one clicks.
    await this.page.evaluate(async path => {
      await window.jupyterapp.commands.execute('docmanager:open', { path });
    }, this.path(name));
    await this.page.notebook.activate(name);
    await this.page.sidebar.openTab('leakhunter-panel');
    await expect(this.panel.getByRole('heading', { name })).toBeVisible();
  }

  /** Waits until the panel says that the kernel is watched and does nothing. */
  async idle(): Promise<void> {
    await expect(this.panel.getByText('Idle', { exact: true })).toBeVisible({
      timeout: 30000
    });
  }

  /**
   * Selects a cell and scrolls to it.
   *
   * #### Notes
   * Through the notebook, not with the mouse: the cells of a notebook that was
   * just opened move while those above them are laid out.
   */
  async select(index: number): Promise<void> {
    await this.page.evaluate(async at => {
      const app = window.jupyterapp as unknown as IApp;
      const notebook = app.shell.currentWidget.content;
      notebook.deselectAll();
      notebook.activeCellIndex = at;
      await notebook.scrollToItem(at);
    }, index);
  }

  /** Runs a cell and waits until the panel knows its end. */
  async run(index: number): Promise<void> {
    await this.idle();
    await this.select(index);
    await this.page.evaluate(() =>
      window.jupyterapp.commands.execute('notebook:run-cell')
    );
    await this.idle();
  }

  /** Runs a cell that does not end by itself, and waits until the panel knows. */
  async start(index: number): Promise<void> {
    await this.select(index);
    await this.page.evaluate(() => {
      void window.jupyterapp.commands.execute('notebook:run-cell');
    });
    await expect(
      this.panel.getByText('Running', { exact: true })
    ).toBeVisible();
  }

  /** Runs all cells; none of them may fail. */
  async runAll(): Promise<void> {
    await this.idle();
    await this.page.notebook.run();
    await this.idle();
  }

  /**
   * Runs these sources as the cells `c0`, `c1`, ... of the notebook in front.
   *
   * #### Notes
   * In one request that nobody sees, which is faster than one for each. The
   * kernel records them as any others; the notebook gives them no count.
   */
  async runAs(sources: readonly string[]): Promise<void> {
    const all = JSON.stringify(JSON.stringify(sources));
    const succeeded = await this.value<number>(
      `sum(get_ipython().run_cell(source, store_history=True, cell_id=f'c{at}').success for at, source in enumerate(__import__('json').loads(${all})))`
    );
    expect(succeeded).toBe(sources.length);
  }

  /** Chooses from the menu behind the three dots. */
  async choose(item: string): Promise<void> {
    await this.button('More').click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  tab(name: 'Findings' | 'Cells' | 'Variables'): Locator {
    return this.panel.getByRole('tab', { name });
  }

  /** The row of a finding. */
  finding(title: string): Locator {
    return this.panel.getByRole('listitem').filter({
      has: this.page.getByRole('checkbox', {
        name: `Select ${title}`,
        exact: true
      })
    });
  }

  button(name: string | RegExp): Locator {
    return this.panel.getByRole('button', { name, exact: true });
  }

  /** The chart: its words say how many runs it shows. */
  chart(runs: number): Locator {
    return this.panel.getByRole('img', {
      name: new RegExp(`^Memory after (each of )?${runs} cell runs?,`)
    });
  }

  /** Clears everything in the preview on screen and waits for the receipt. */
  async clearAll(): Promise<void> {
    const ticks = this.button(/^(All|None)$/);
    if ((await ticks.innerText()) === 'All') {
      await ticks.click();
    }
    await this.button(/^Clear \d+, free /).click();
    await expect(
      this.panel.getByRole('heading', { name: 'Receipt' })
      // what is saved first goes to the disk
    ).toBeVisible({ timeout: 30000 });
  }

  /**
   * The value of an expression in the kernel of the notebook in front.
   *
   * Nobody sees it: it is no cell, has no count and reads no name as a cell
   * does. The value is a number, a truth value or a text without quotes.
   */
  async value<T>(expression: string): Promise<T> {
    const answer = await this.page.evaluate(async wanted => {
      const app = window.jupyterapp as unknown as IApp;
      const { session } = app.shell.currentWidget.sessionContext;
      const { content } = await session.kernel.requestExecute({
        code: '',
        silent: true,
        store_history: false,
        user_expressions: { wanted }
      }).done;
      return content.user_expressions.wanted;
    }, `__import__('json').dumps(${expression})`);
    const text = answer.data?.['text/plain'];
    if (text === undefined) {
      throw new Error(`${expression}: ${answer.evalue}`);
    }
    return JSON.parse(text.slice(1, -1)) as T;
  }

  /** Resident memory of the kernel in bytes, as the operating system counts it. */
  async resident(): Promise<number> {
    const pid = await this.value<number>("__import__('os').getpid()");
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }
}

/** The part of the lab that `Lab` needs; galata's own type stops before it. */
interface IApp {
  shell: {
    currentWidget: {
      content: {
        activeCellIndex: number;
        deselectAll(): void;
        scrollToItem(index: number): Promise<void>;
      };
      sessionContext: {
        session: {
          kernel: {
            requestExecute(content: object): {
              done: Promise<{
                content: {
                  user_expressions: Record<
                    string,
                    { data?: Record<string, string>; evalue?: string }
                  >;
                };
              }>;
            };
          };
        };
      };
    };
  };
}

/** Sources of a long notebook: one cell in fifty makes a variable of 12 MiB. */
export function longNotebook(cells: number): string[] {
  return Array.from({ length: cells }, (_, at) =>
    at % 50 === 0 ? `kept_${at} = bytearray(12 << 20)` : `n = ${at}`
  );
}

/** The bytes behind a size on screen: they stand in its tooltip. */
export async function bytesOf(place: Locator): Promise<number> {
  const title = await place
    .getByTitle(/^[\d,]+ bytes$/)
    .first()
    .getAttribute('title');
  return Number(title?.replace(/\D/g, ''));
}

export const test = base.extend<{ lab: Lab }>({
  // Galata's stand-in answers a restart with 201 where the lab wants 200; the
  // kernels end with their sessions all the same.
  kernels: null,
  lab: async ({ page, tmpPath }, use) => {
    const lab = new Lab(page, tmpPath);
    await use(lab);
    expect(lab.errors).toEqual([]);
  }
});

export { expect };
