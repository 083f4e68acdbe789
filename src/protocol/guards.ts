/**
 * The gate to everything that comes from a kernel: `unknown` in, typed out.
 * What is not understood is dropped with one warning and never trusted.
 */
import type * as wire from './generated';
import type { Reader, Readers } from './shape';
import {
  boolean,
  listOf,
  Misfit,
  number,
  orNull,
  shape,
  string
} from './shape';
import {
  cellRun,
  collection,
  expected,
  givenBack,
  growth,
  instances,
  inventory,
  lineProfile,
  memory,
  objectTable,
  preview,
  proof,
  receipts,
  references,
  report,
  testPlan,
  totals,
  trace,
  tracePlan,
  undone
} from './values';

/** Reads an event; its kind is known from the lookup, and all have a number. */
function event<T extends wire.AnyEvent>(
  fields: Readers<Omit<T, 'kind' | 'seq'>>
): Reader<T> {
  return shape({ ...fields, seq: number } as unknown as Readers<T>);
}

/** Reads an event that answers a wish. */
function answer<T extends wire.AnyEvent & { request: string }>(
  fields: Readers<Omit<T, 'kind' | 'seq' | 'request'>>
): Reader<T> {
  return event({ ...fields, request: string } as unknown as Readers<T>);
}

const runStarted = event<wire.RunStarted>({
  run: number,
  cell_id: orNull(string),
  execution_count: orNull(number),
  started: number,
  rss: number,
  oom_kills: orNull(number)
});

const events: {
  [K in wire.AnyEvent['kind']]: Reader<Extract<wire.AnyEvent, { kind: K }>>;
} = {
  'run-started': runStarted,
  'run-ended': event<wire.RunEnded>({ record: cellRun, memory }),
  sample: event<wire.Sample>({
    run: number,
    at: number,
    rss: number,
    limit_used: orNull(number)
  }),
  checked: event<wire.Checked>({
    report,
    records: listOf(cellRun),
    request: orNull(string)
  }),
  previewed: answer<wire.Previewed>({ preview }),
  totalled: answer<wire.Totalled>({ preview: string, totals }),
  cleared: answer<wire.Cleared>({ receipts }),
  undid: answer<wire.Undid>({ undone }),
  'mark-expected': event<wire.MarkExpected>({ expected, remove: boolean }),
  'gave-back': answer<wire.GaveBack>({ given: givenBack }),
  counted: answer<wire.Counted>({ table: objectTable }),
  listed: answer<wire.Listed>({ instances }),
  referred: answer<wire.Referred>({ references }),
  collected: answer<wire.Collected>({ collection }),
  inventoried: answer<wire.Inventoried>({ inventory }),
  planned: answer<wire.Planned>({ test: string, plan: testPlan }),
  proving: answer<wire.Proving>({
    batch: number,
    run: number,
    of: number,
    left: number,
    strongest: orNull(growth)
  }),
  proved: answer<wire.Proved>({ proof }),
  'trace-planned': answer<wire.TracePlanned>({
    trace: string,
    plan: tracePlan
  }),
  traced: answer<wire.Traced>({ id: string, trace }),
  'lines-told': answer<wire.LinesTold>({ profile: lineProfile }),
  exported: answer<wire.Exported>({ end: string, content: string }),
  progress: event<wire.Progress>({
    request: orNull(string),
    done: number,
    total: number
  }),
  refused: answer<wire.Refused>({ message: string }),
  unloaded: event<wire.Unloaded>({})
};

/** Readers of the bodies that answer a request. */
export const replies = {
  hello: shape<wire.HelloReply>({
    protocol: number,
    version: string,
    session: string,
    seq: number,
    python: string,
    system: string,
    running: orNull(runStarted),
    memory,
    last_run: number,
    has_report: boolean,
    missing: listOf(string),
    oom_kills: orNull(number)
  }),
  runs: shape<wire.RunsReply>({
    session: string,
    seq: number,
    runs: listOf(cellRun),
    more: boolean
  }),
  report: shape<wire.ReportReply>({
    session: string,
    seq: number,
    report: orNull(report)
  }),
  receipts: shape<wire.ReceiptsReply>({
    session: string,
    seq: number,
    receipts: listOf(receipts)
  }),
  accepted: shape<wire.Accepted>({ waits: boolean })
};

/**
 * Reads the one field of a hello reply that every version of the wire has, so
 * that another version can be named instead of taken for a broken message.
 */
export const anyHello = shape<Pick<wire.HelloReply, 'protocol' | 'version'>>({
  protocol: number,
  version: string
});

/** The event in a message's content, `null` (and a warning) if it is none. */
export function readEvent(content: unknown): wire.AnyEvent | null {
  const { kind } = (content ?? {}) as { kind?: unknown };
  const read = Object.prototype.hasOwnProperty.call(events, String(kind))
    ? (events[kind as wire.AnyEvent['kind']] as Reader<wire.AnyEvent>)
    : null;
  if (read === null) {
    console.warn(`Leak Hunter: an event of unknown kind '${kind}' was dropped`);
    return null;
  }
  return understand(read, content, `event '${String(kind)}'`);
}

/** The value as `read` types it, `null` (and a warning) if it does not fit. */
export function understand<T>(
  read: Reader<T>,
  value: unknown,
  what: string
): T | null {
  try {
    return read(value, '');
  } catch (error) {
    if (!(error instanceof Misfit)) {
      throw error;
    }
    console.warn(`Leak Hunter: ${what} was dropped, ${error.message}`);
    return null;
  }
}
