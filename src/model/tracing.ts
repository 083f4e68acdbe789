/**
 * What is known of a trace while its view is open: pure functions. The view
 * has three steps: what would run, that it runs, what was measured.
 */
import type {
  CellRef,
  Exported,
  LineProfile,
  LinesTold,
  Traced,
  TraceKind,
  TracePlanned
} from '../protocol/generated';
import type { IHuntState } from './state';

/** What is to be traced: the cell that made a finding, or a cell; neither asks for one. */
export interface ITraceSubject {
  readonly finding: string | null;
  readonly cell: CellRef | null;
}

/** How a cell is to be traced. */
export interface ITraceChoice {
  readonly measure: TraceKind;

  /** Names of functions whose lines are measured too. */
  readonly functions: readonly string[];

  /** To changes that cannot be put back. */
  readonly agreed: boolean;
}

/** A trace; a step is shown when the one after it is null. */
export interface ITrace {
  readonly subject: ITraceSubject;

  /** `null` while the kernel is asked, or a cell is yet to be chosen. */
  readonly plan: TracePlanned | null;

  /** Number of the last run that had started when it was planned. */
  readonly afterRun: number;

  /** The trace under way. */
  readonly request: string | null;

  /** Whether the kernel was asked to stop it. */
  readonly stopping: boolean;

  /** What was allocated, and its name when it is to be saved. */
  readonly found: Traced | null;

  /** Memory by line. */
  readonly lines: LineProfile | null;

  /** A file of `found` that is to be saved. */
  readonly file: Exported | null;
}

/** A trace of which nothing is known yet. */
export function newTrace(subject: ITraceSubject): ITrace {
  return {
    subject,
    plan: null,
    afterRun: 0,
    request: null,
    stopping: false,
    found: null,
    lines: null,
    file: null
  };
}

/** The state once it is known what would run. */
export function withTracePlan(
  state: IHuntState,
  plan: TracePlanned,
  afterRun: number
): IHuntState {
  const { trace } = state;
  return {
    ...state,
    pending: null,
    trace: trace && { ...newTrace(trace.subject), plan, afterRun }
  };
}

/** The state with what was measured, also of a trace that was stopped. */
export function withTrace(
  state: IHuntState,
  event: Traced | LinesTold
): IHuntState {
  const { trace, pending } = state;
  const { request } = event;
  if (trace?.request !== request) {
    return state;
  }
  return {
    ...state,
    pending: pending?.request === request ? null : pending,
    view: state.view === 'list' ? 'trace' : state.view,
    trace: {
      ...trace,
      request: null,
      stopping: false,
      found: event.kind === 'traced' ? event : null,
      lines: event.kind === 'traced' ? null : event.profile
    }
  };
}

/** The state with a file that is to be saved. */
export function withFile(state: IHuntState, file: Exported): IHuntState {
  const { trace } = state;
  return { ...state, pending: null, trace: trace && { ...trace, file } };
}

/** The trace after its wish was turned down, or taken back. */
export function withoutTrace(
  trace: ITrace | null,
  request: string
): ITrace | null {
  return trace?.request === request
    ? { ...trace, request: null, stopping: false }
    : trace;
}
