/**
 * How the state changes with each event of the kernel side: pure functions.
 *
 * Events are numbered. Those at or below the state's number were counted in by
 * an answer that overtook them and are skipped; a jump is a gap (`isGap`), and
 * then the kernel side has to be asked again.
 */
import type {
  AnyEvent,
  CellRun,
  HelloReply,
  Report
} from '../protocol/generated';
import { exitOf, provenBy, withSample } from './exit';
import { withCleared, withTotals, withUndone } from './clearing';
import { lost, refused, withInventory } from './inventory';
import { withAnswer } from './objects';
import { withoutRun, withPlan, withProof, withStep } from './proving';
import { withFile, withoutTrace, withTrace, withTracePlan } from './tracing';
import type { IHuntState } from './state';
import { emptyState, lastRun, nothingFound } from './state';

/** Whether events between the state and this one were lost. */
export function isGap(state: IHuntState, event: AnyEvent): boolean {
  return event.seq > state.seq + 1;
}

/** The state after an event. */
export function reduce(state: IHuntState, event: AnyEvent): IHuntState {
  if (event.seq <= state.seq) {
    return state;
  }
  const next = { ...state, seq: event.seq };
  switch (event.kind) {
    case 'run-started':
      // What was given back is asked for again by the next cell.
      return {
        ...next,
        running: event,
        live: null,
        samples: [],
        given: null,
        looking: null
      };
    case 'run-ended':
      return {
        ...next,
        ...ended(state, event.record.run),
        runs: mergeRuns(state.runs, [event.record]),
        memory: event.memory
      };
    case 'sample':
      return event.run === state.running?.run
        ? {
            ...next,
            live: event,
            samples: withSample(state.samples, event, state.blackBox.seconds)
          }
        : next;
    case 'checked':
      return {
        ...withReport(next, event.report),
        looking: null,
        runs: mergeRuns(state.runs, event.records),
        pending: answered(state, event.request) ? null : state.pending
      };
    case 'previewed':
      if (state.estimate?.request === event.request) {
        const { request, preview } = event;
        const { frees } = preview.totals;
        return { ...next, estimate: { request, frees } };
      }
      return answered(state, event.request)
        ? {
            ...next,
            pending: null,
            view: 'preview',
            preview: event.preview,
            totals: null
          }
        : next;
    case 'totalled':
      return withTotals(next, event);
    case 'cleared':
      return withCleared(next, event, answered(state, event.request));
    case 'undid':
      return withUndone(next, event, answered(state, event.request));
    case 'gave-back':
      return answered(state, event.request)
        ? { ...next, pending: null, given: event.given }
        : next;
    case 'counted':
    case 'listed':
    case 'referred':
    case 'collected':
      return answered(state, event.request)
        ? {
            ...next,
            pending: null,
            objects: state.objects && withAnswer(state.objects, event)
          }
        : next;
    case 'inventoried':
      return withInventory(next, event);
    case 'planned':
      return answered(state, event.request)
        ? withPlan(next, event, lastRun(state))
        : next;
    case 'proving':
      return withStep(next, event);
    case 'proved':
      return withProof(next, event);
    case 'trace-planned':
      return answered(state, event.request)
        ? withTracePlan(next, event, lastRun(state))
        : next;
    case 'traced':
    case 'lines-told':
      return withTrace(next, event);
    case 'exported':
      return answered(state, event.request) ? withFile(next, event) : next;
    case 'progress': {
      const { request, done, total } = event;
      if (request === null) {
        return { ...next, looking: { done, total } };
      }
      return state.pending?.request === request
        ? {
            ...next,
            // What is under way waits no more.
            pending: {
              ...state.pending,
              waits: false,
              progress: { done, total }
            }
          }
        : next;
    }
    case 'mark-expected':
      // The notebook remembers it, and tells.
      return next;
    case 'refused':
      return refuse(next, event.request, event.message);
    case 'unloaded':
      return unloaded(next);
    default:
      return unknownEvent(event);
  }
}

/**
 * The state after a hello: what the kernel side says of itself counts, and
 * records of another life of it are dropped.
 */
export function greeted(state: IHuntState, hello: HelloReply): IHuntState {
  const same = state.session === hello.session;
  return {
    ...state,
    kernel: 'watching',
    message: null,
    session: hello.session,
    seq: hello.seq,
    running: hello.running,
    live: hello.running?.run === state.running?.run ? state.live : null,
    memory: hello.memory,
    missing: hello.missing,
    oomKills: hello.oom_kills,
    lastExit: same ? state.lastExit : provenBy(state.lastExit, hello),
    runs: same ? state.runs : [],
    report: same ? state.report : null,
    inventory: lost(state.inventory),
    ...(same ? {} : nothingFound)
  };
}

/** The state after more runs were fetched. */
export function withRuns(state: IHuntState, runs: CellRun[]): IHuntState {
  return { ...state, runs: mergeRuns(state.runs, runs) };
}

/** The state after a report; an older one than the one at hand is skipped. */
export function withReport(state: IHuntState, report: Report): IHuntState {
  if (state.report !== null && report.at < state.report.at) {
    return state;
  }
  const newer = state.memory === null || report.memory.at >= state.memory.at;
  return { ...state, report, memory: newer ? report.memory : state.memory };
}

/** The state after a wish was turned down, by the kernel side or on the way. */
export function refuse(
  state: IHuntState,
  request: string,
  message: string
): IHuntState {
  if (state.estimate?.request === request) {
    return { ...state, estimate: null };
  }
  if (state.inventory.request === request) {
    return { ...state, inventory: refused(state.inventory, message) };
  }
  if (state.totals?.request === request) {
    return { ...state, totals: { request, totals: null, stale: true } };
  }
  return answered(state, request)
    ? {
        ...state,
        pending: null,
        refusal: message,
        test: withoutRun(state.test, request),
        trace: withoutTrace(state.trace, request)
      }
    : state;
}

/**
 * The state after the kernel ended; what it held is gone, its runs are kept.
 *
 * @param at - when, in ms since the epoch.
 * @param byItself - whether nobody asked it to.
 */
export function ceased(
  state: IHuntState,
  kernel: 'restarting' | 'dead',
  at: number,
  byItself = kernel === 'dead'
): IHuntState {
  const { keepRuns } = state.blackBox;
  const pastRuns =
    state.runs.length > 0 ? state.runs.slice(-keepRuns) : state.pastRuns;
  return {
    ...state,
    kernel,
    restartedAt: kernel === 'restarting' && pastRuns.length > 0 ? at : null,
    message: null,
    session: null,
    seq: 0,
    // A dead kernel's last cell is what the user asks about first, and a kernel
    // is dead only after it could not be restarted.
    running: state.running,
    live: state.live,
    memory: kernel === 'dead' ? state.memory : null,
    runs: [],
    pastRuns,
    lastExit: exitOf(state, at, byItself),
    oomKills: null,
    ...nothingFound
  };
}

/**
 * The state after the notebook got another kernel, or lost the one it had.
 * After a death the new kernel goes on where the dead one stopped.
 */
export function replaced(
  state: IHuntState,
  kernel: 'none' | 'starting',
  at: number
): IHuntState {
  const { pastRuns, lastExit, blackBox } = state;
  if (state.kernel !== 'dead') {
    return { ...emptyState, kernel, blackBox };
  }
  const restartedAt = pastRuns.length > 0 ? at : null;
  return kernel === 'none'
    ? state
    : { ...emptyState, kernel, pastRuns, lastExit, restartedAt, blackBox };
}

/** The extension was unloaded by hand: the kernel lives, nobody watches it. */
function unloaded(state: IHuntState): IHuntState {
  return {
    ...state,
    kernel: 'asking',
    session: null,
    running: null,
    live: null,
    inventory: lost(state.inventory),
    test: null,
    trace: null,
    pending: null,
    estimate: null
  };
}

function answered(state: IHuntState, request: string | null): boolean {
  return request !== null && state.pending?.request === request;
}

/** Nothing runs any more once run `run` has ended, unless a later one began. */
function ended(
  state: IHuntState,
  run: number
): Pick<IHuntState, 'running' | 'live'> {
  return state.running !== null && state.running.run > run
    ? { running: state.running, live: state.live }
    : { running: null, live: null };
}

/** Runs in order, each once, the newer record of a run in the older's place. */
function mergeRuns(
  known: readonly CellRun[],
  news: readonly CellRun[]
): readonly CellRun[] {
  if (news.length === 0) {
    return known;
  }
  const byRun = new Map(known.map(record => [record.run, record]));
  news.forEach(record => byRun.set(record.run, record));
  return [...byRun.values()].sort((a, b) => a.run - b.run);
}

function unknownEvent(event: never): never {
  throw new Error(`No rule for ${JSON.stringify(event)}`);
}
