/** What the page's scripts do in a while, by the browser's own profiler. */
import type { CDPSession } from '@playwright/test';

/** Where our own scripts come from. */
const OURS = '/jupyterlab-leakhunter/static/';

/** Between two looks of the profiler, in microseconds. */
const INTERVAL = 100;

/** A pause in the page's scripts after which another task begins, in microseconds. */
const PAUSE = 1000;

/** What our chunks are for, where it is not views; the names are those of the release. */
const PURPOSES: Readonly<Record<string, string>> = {
  notebook: 'messages, model, lines',
  plot: 'chart',
  plotly: 'chart',
  drawing: 'chart',
  remoteEntry: 'commands, status bar'
};

/** A chunk without a name of its own is loaded at the start. */
const AT_START = /^\d+$/;

/** What is not in a chunk of ours, but in a task with us: React first of all. */
const OTHERS = 'React and the lab';

/** The browser's names for running scripts: each of them may hold the others. */
const SCRIPT: ReadonlySet<string> = new Set([
  'EvaluateScript',
  'FunctionCall',
  'RunMicrotasks',
  'v8.callFunction',
  'v8.run'
]);

/** What a script makes the browser do at once, and is not script. */
const LAYOUT: ReadonlySet<string> = new Set(['Layout', 'UpdateLayoutTree']);

/** The end of what goes into one picture. */
const DRAWN: ReadonlySet<string> = new Set(['Commit', 'Layerize']);

/** A pause that a picture would fit into, in microseconds. */
const FRAME = 16700;

/** What the page's main thread did in a while, in ms of the processor's time. */
export interface IWork {
  /** All scripts. */
  script: number;

  /** The scripts of the frame that had most of them. */
  longest: number;

  /** All but layout and styles: scripts, painting, input. */
  all: number;
}

/** An event of the trace; times in microseconds. */
interface ITraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;

  /** What of it the processor's clock counts. */
  tdur?: number;
}

/**
 * What the page's main thread does while something is done, by the browser's
 * own tracing.
 *
 * #### Notes
 * By the thread's own clock: what else the machine does is not counted. With
 * `v8` the trace holds also what a promise calls, plotly among it.
 */
export async function traceWork(
  session: CDPSession,
  deed: () => Promise<void>
): Promise<IWork> {
  const trace: ITraceEvent[] = [];
  const collect = ({ value }: { value: object[] }) =>
    trace.push(...(value as ITraceEvent[]));
  session.on('Tracing.dataCollected', collect);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      excludedCategories: ['*'],
      includedCategories: [
        'blink.user_timing',
        'devtools.timeline',
        'toplevel',
        'v8'
      ]
    }
  });
  const expression = `performance.mark('${MARK}')`;
  await session.send('Runtime.evaluate', { expression });
  await deed();
  const complete = new Promise(resolve =>
    session.once('Tracing.tracingComplete', resolve)
  );
  await session.send('Tracing.end');
  await complete;
  session.off('Tracing.dataCollected', collect);
  return workOf(trace);
}

/** Tells the main thread of the page from all others. */
const MARK = 'leakhunter-work';

function workOf(trace: readonly ITraceEvent[]): IWork {
  const mark = trace.find(({ name }) => name === MARK)!;
  const events = trace
    .filter(
      ({ pid, tid, dur }) =>
        pid === mark.pid && tid === mark.tid && dur !== undefined
    )
    .sort((one, other) => one.ts - other.ts || other.dur! - one.dur!);
  const frames: number[] = [0];
  let [all, taskEnd, scriptEnd, layoutEnd] = [0, -Infinity, 0, 0];
  let drawn = false;
  for (const { name, ts, dur, tdur = 0 } of events) {
    const end = ts + dur!;
    if (name.endsWith('RunTask') && ts >= taskEnd) {
      if (drawn || ts - taskEnd > FRAME) {
        frames.push(0);
        drawn = false;
      }
      all += tdur;
      taskEnd = end;
    } else if (LAYOUT.has(name) && ts >= layoutEnd) {
      all -= tdur;
      layoutEnd = end;
      if (ts < scriptEnd) {
        frames[frames.length - 1] -= tdur;
      }
    } else if (SCRIPT.has(name) && ts >= scriptEnd) {
      frames[frames.length - 1] += tdur;
      scriptEnd = end;
    } else if (DRAWN.has(name)) {
      drawn = true;
    }
  }
  const script = frames.reduce((sum, time) => sum + time, 0);
  return {
    script: script / 1000,
    longest: Math.max(...frames) / 1000,
    all: all / 1000
  };
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
    const part = chunk === null ? OTHERS : purposeOf(chunk);
    task.set(part, (task.get(part) ?? 0) + time);
  });
  end();
  const sum = [...shares.values()].reduce((all, time) => all + time, 0);
  return new Map([...shares].map(([part, time]) => [part, time / sum]));
}

function purposeOf(chunk: string): string {
  return AT_START.test(chunk)
    ? PURPOSES.remoteEntry
    : (PURPOSES[chunk] ?? 'views');
}
