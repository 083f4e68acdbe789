/**
 * The gate to everything that comes from a kernel: `unknown` in, typed out.
 * What is not understood is dropped with one warning and never trusted.
 */
import type * as wire from './generated';
import type { Reader } from './shape';
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

/** Reads the tag; which tag it must be is known from the lookup. */
function tag<T extends string>(word: T): Reader<T> {
  return (value, at) => {
    if (value !== word) {
      throw new Misfit(at, `'${word}'`);
    }
    return word;
  };
}

const runStarted = shape<wire.RunStarted>({
  kind: tag('run-started'),
  seq: number,
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
  'run-ended': shape<wire.RunEnded>({
    kind: tag('run-ended'),
    seq: number,
    record: cellRun,
    memory
  }),
  sample: shape<wire.Sample>({
    kind: tag('sample'),
    seq: number,
    run: number,
    at: number,
    rss: number,
    limit_used: orNull(number)
  }),
  checked: shape<wire.Checked>({
    kind: tag('checked'),
    seq: number,
    report,
    records: listOf(cellRun),
    request: orNull(string)
  }),
  previewed: shape<wire.Previewed>({
    kind: tag('previewed'),
    seq: number,
    request: string,
    preview
  }),
  totalled: shape<wire.Totalled>({
    kind: tag('totalled'),
    seq: number,
    request: string,
    preview: string,
    totals
  }),
  cleared: shape<wire.Cleared>({
    kind: tag('cleared'),
    seq: number,
    request: string,
    receipts
  }),
  undid: shape<wire.Undid>({
    kind: tag('undid'),
    seq: number,
    request: string,
    undone
  }),
  'mark-expected': shape<wire.MarkExpected>({
    kind: tag('mark-expected'),
    seq: number,
    expected,
    remove: boolean
  }),
  'gave-back': shape<wire.GaveBack>({
    kind: tag('gave-back'),
    seq: number,
    request: string,
    given: givenBack
  }),
  counted: shape<wire.Counted>({
    kind: tag('counted'),
    seq: number,
    request: string,
    table: objectTable
  }),
  listed: shape<wire.Listed>({
    kind: tag('listed'),
    seq: number,
    request: string,
    instances
  }),
  referred: shape<wire.Referred>({
    kind: tag('referred'),
    seq: number,
    request: string,
    references
  }),
  collected: shape<wire.Collected>({
    kind: tag('collected'),
    seq: number,
    request: string,
    collection
  }),
  inventoried: shape<wire.Inventoried>({
    kind: tag('inventoried'),
    seq: number,
    request: string,
    inventory
  }),
  planned: shape<wire.Planned>({
    kind: tag('planned'),
    seq: number,
    request: string,
    test: string,
    plan: testPlan
  }),
  proving: shape<wire.Proving>({
    kind: tag('proving'),
    seq: number,
    request: string,
    batch: number,
    run: number,
    of: number,
    left: number,
    strongest: orNull(growth)
  }),
  proved: shape<wire.Proved>({
    kind: tag('proved'),
    seq: number,
    request: string,
    proof
  }),
  'trace-planned': shape<wire.TracePlanned>({
    kind: tag('trace-planned'),
    seq: number,
    request: string,
    trace: string,
    plan: tracePlan
  }),
  traced: shape<wire.Traced>({
    kind: tag('traced'),
    seq: number,
    request: string,
    id: string,
    trace
  }),
  'lines-told': shape<wire.LinesTold>({
    kind: tag('lines-told'),
    seq: number,
    request: string,
    profile: lineProfile
  }),
  exported: shape<wire.Exported>({
    kind: tag('exported'),
    seq: number,
    request: string,
    end: string,
    content: string
  }),
  progress: shape<wire.Progress>({
    kind: tag('progress'),
    seq: number,
    request: orNull(string),
    done: number,
    total: number
  }),
  refused: shape<wire.Refused>({
    kind: tag('refused'),
    seq: number,
    request: string,
    message: string
  }),
  unloaded: shape<wire.Unloaded>({ kind: tag('unloaded'), seq: number })
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
