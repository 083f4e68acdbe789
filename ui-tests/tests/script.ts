/** What the page's scripts do in a while, by the browser's own profiler. */
import type { CDPSession } from '@playwright/test';

/** Where our own scripts come from. */
const OURS = '/jupyterlab-leakhunter/static/';

/** Between two looks of the profiler, in microseconds. */
const INTERVAL = 100;

/** A pause in the page's scripts after which another task begins, in microseconds. */
const PAUSE = 1000;

/** What our chunks are for; the names are those of the release. */
const PURPOSES: Readonly<Record<string, string>> = {
  notebook: 'messages, model, lines',
  panel: 'views',
  asked: 'views',
  plot: 'chart',
  plotly: 'chart',
  drawing: 'chart'
};

/** What is loaded at the start. */
const COMMANDS = 'commands, status bar';

/** What is not in a chunk of ours, but in a task with us: React first of all. */
const OTHERS = 'React and the lab';

/** What the browser does beside scripts and can tell apart. */
const NOT_SCRIPT = [
  'LayoutDuration',
  'RecalcStyleDuration',
  'DevToolsCommandDuration'
];

/**
 * Time of the processor that the page's main thread takes while something is done, in ms.
 *
 * #### Notes
 * By the thread's own clock: what else the machine does is not counted. It is
 * all but layout and styles, so a little more than script. The browser's own
 * count of script would leave out what a promise calls, plotly among it.
 */
export async function scriptTime(
  session: CDPSession,
  deed: () => Promise<void>
): Promise<number> {
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const times = new Map(metrics.map(({ name, value }) => [name, value]));
    return NOT_SCRIPT.reduce(
      (left, name) => left - times.get(name)! * 1000,
      times.get('TaskDuration')! * 1000
    );
  };
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await read();
  await deed();
  const after = await read();
  await session.send('Performance.disable');
  return after - before;
}

/**
 * What those scripts are for, each as a share of 1.
 *
 * #### Notes
 * Of the tasks in which our code takes part, with all that it calls. What
 * scripts make the browser itself do, as laying out, does not end a task.
 */
export async function scriptShares(
  session: CDPSession,
  deed: () => Promise<void>
): Promise<Map<string, number>> {
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: INTERVAL });
  await session.send('Profiler.start');
  await deed();
  const { profile } = await session.send('Profiler.stop');

  const parents = new Map<number, number>();
  const byId = new Map(profile.nodes.map(node => [node.id, node]));
  for (const node of profile.nodes) {
    node.children?.forEach(child => parents.set(child, node.id));
  }
  /** The chunk of ours that a piece of script was run by. */
  const chunkOf = (id: number): string | null => {
    for (let at: number | undefined = id; at; at = parents.get(at)) {
      const { url } = byId.get(at)!.callFrame;
      if (url.includes(OURS)) {
        return url.slice(url.lastIndexOf('/') + 1).split('.')[0];
      }
    }
    return null;
  };
  const shares = new Map<string, number>();
  let [pause, task] = [0, new Map<string, number>()];
  const end = () => {
    if ([...task.keys()].some(part => part !== OTHERS)) {
      task.forEach((time, part) => {
        shares.set(part, (shares.get(part) ?? 0) + time);
      });
    }
    task = new Map();
  };
  profile.samples!.forEach((id, index) => {
    const time = profile.timeDeltas![index + 1] ?? 0;
    const { functionName } = byId.get(id)!.callFrame;
    if (functionName === '(idle)' || functionName === '(program)') {
      pause += time;
      return;
    }
    if (pause > PAUSE) {
      end();
    }
    pause = 0;
    const chunk = chunkOf(id);
    const part = chunk === null ? OTHERS : (PURPOSES[chunk] ?? COMMANDS);
    task.set(part, (task.get(part) ?? 0) + time);
  });
  end();
  const sum = [...shares.values()].reduce((all, time) => all + time, 0);
  return new Map([...shares].map(([part, time]) => [part, time / sum]));
}
