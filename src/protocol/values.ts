/** Readers of the values that the kernel side sends inside its messages. */
import type * as wire from './generated';
import type { Reader } from './shape';
import {
  boolean,
  listOf,
  Misfit,
  number,
  oneOf,
  orNull,
  shape,
  string
} from './shape';

const partId = oneOf<wire.PartId>({
  variables: true,
  hidden: true,
  libraries: true,
  pools: true,
  files: true,
  shared: true,
  leftover: true,
  history: true,
  views: true,
  traceback: true,
  registry: true,
  garbage: true,
  kept: true,
  unexplained: true
});

const cellRef = shape<wire.CellRef>({
  cell_id: orNull(string),
  execution_count: orNull(number)
});

export const cellRun = shape<wire.CellRun>({
  run: number,
  cell_id: orNull(string),
  execution_count: orNull(number),
  source_line: string,
  started: number,
  seconds: number,
  rss_before: number,
  rss_after: number,
  anon_before: orNull(number),
  anon_after: orNull(number),
  peak: orNull(number),
  peak_exact: boolean,
  bound: listOf(string),
  rebound: listOf(string),
  deleted: listOf(string),
  read: listOf(string),
  error: orNull(string),
  held: number,
  made: orNull(number)
});

const cellMemory = shape<wire.CellMemory>({
  cell_id: orNull(string),
  execution_count: number,
  source_line: string,
  delta: number,
  peak: orNull(number),
  peak_exact: boolean,
  held: number,
  runs: number,
  seconds: number,
  failed: boolean
});

export const memory = shape<wire.Memory>({
  at: number,
  rss: number,
  anon: orNull(number),
  peak: orNull(number),
  peak_exact: boolean,
  peak_cell: orNull(cellRef),
  limit: orNull(number),
  limit_source: orNull(
    oneOf<wire.LimitSource>({
      cgroup: true,
      hub: true,
      setting: true,
      rlimit: true,
      host: true
    })
  ),
  limit_used: orNull(number)
});

const sheet = shape<wire.Sheet>({
  at: number,
  rss: number,
  parts: listOf(
    shape<wire.Part>({
      part: partId,
      bytes: number,
      details: listOf(shape<wire.PartDetail>({ label: string, bytes: number })),
      checked: boolean
    })
  ),
  overlap: number,
  children: listOf(
    shape<wire.Child>({
      pid: number,
      name: string,
      bytes: number,
      cell: orNull(cellRef)
    })
  ),
  gpus: listOf(
    shape<wire.Gpu>({
      name: string,
      allocated: number,
      reserved: number,
      peak: orNull(number)
    })
  )
});

const holder = shape<wire.Holder>({
  role: oneOf<wire.HolderRole>({ root: true, link: true, object: true }),
  label: string,
  note: string,
  bytes: orNull(number),
  stuck: boolean
});

const kind = oneOf<wire.Kind>({
  'leftover-variable': true,
  'output-history': true,
  traceback: true,
  'module-namespace': true,
  widget: true,
  'container-holds': true,
  accumulator: true,
  closure: true,
  cache: true,
  'index-cache': true,
  'view-base': true,
  'ref-cycle': true,
  'uncollectable-cycle': true,
  'gc-state': true,
  'suspended-frame': true,
  'thread-frame': true,
  'async-task': true,
  'autograd-graph': true,
  figure: true,
  document: true,
  registry: true,
  'open-resource': true,
  'child-processes': true,
  'native-leak': true,
  'allocator-retention': true
});

export const expected = shape<wire.Expected>({
  fingerprint: string,
  kind,
  bytes: number,
  reason: string,
  at: number
});

const finding = shape<wire.Finding>({
  id: string,
  fingerprint: string,
  kind,
  verdict: oneOf<wire.Verdict>({
    leak: true,
    leftover: true,
    suspect: true,
    'not-a-leak': true
  }),
  label: oneOf<wire.Label>({
    Leftover: true,
    Hidden: true,
    Pinned: true,
    Growing: true,
    Leak: true,
    Held: true,
    Garbage: true,
    Stuck: true,
    Open: true,
    Suspect: true,
    'Kept free': true
  }),
  group: oneOf<wire.Group>({
    safe: true,
    check: true,
    'not-a-leak': true,
    expected: true
  }),
  part: partId,
  title: string,
  type: string,
  bytes: number,
  frees: number,
  exact: boolean,
  cell: orNull(cellRef),
  names: listOf(string),
  path: listOf(string),
  reason: string,
  chain: listOf(holder),
  facts: listOf(string),
  breaks: listOf(string),
  fix: orNull(string),
  does: string,
  made_again: boolean,
  remedy: shape<wire.Remedy>({
    action: oneOf<wire.Remedy['action']>({ clear: true, advice: true }),
    code: orNull(string),
    frees: number
  }),
  expected: orNull(expected)
});

const lingering = shape<wire.Lingering>({
  name: string,
  cell: orNull(cellRef),
  how: oneOf<wire.Lingering['how']>({
    deleted: true,
    rebound: true,
    cleared: true
  }),
  bytes: number,
  holders: listOf(string),
  gone: boolean
});

export const report = shape<wire.Report>({
  schema: number,
  at: number,
  after: orNull(cellRef),
  after_run: number,
  seconds: number,
  complete: boolean,
  objects: number,
  memory,
  sheet,
  cells: listOf(cellMemory),
  findings: listOf(finding),
  safe_bytes: number,
  check_bytes: number,
  only_together: number,
  checks: listOf(shape<wire.Check>({ text: string, done: boolean })),
  lingering: listOf(lingering),
  alive: listOf(shape<wire.Alive>({ run: number, part: partId, bytes: number }))
});

const unsaved = shape<wire.Unsaved>({
  item: string,
  title: string,
  reason: string,
  in_part: boolean,
  cell: orNull(cellRef),
  seconds: orNull(number)
});

export const totals = shape<wire.Totals>({
  ids: listOf(string),
  frees: number,
  exact: boolean,
  rss: number,
  rss_after: number,
  held: listOf(string),
  undo: shape<wire.UndoPlan>({
    bytes: number,
    seconds: number,
    free_disk: orNull(number),
    minutes: number,
    unsaved: listOf(unsaved),
    refused: orNull(string)
  })
});

export const preview = shape<wire.Preview>({
  id: string,
  at: number,
  after_run: number,
  items: listOf(
    shape<wire.PreviewItem>({
      id: string,
      title: string,
      part: partId,
      frees: number,
      does: string,
      slots: listOf(string)
    })
  ),
  readers: listOf(string),
  breaks: listOf(string),
  totals
});

export const receipts = shape<wire.Receipts>({
  id: string,
  at: number,
  receipts: listOf(
    shape<wire.Receipt>({
      id: string,
      title: string,
      predicted: number,
      measured: number,
      freed: number,
      did: string,
      survivors: listOf(
        shape<wire.Survivor>({
          name: string,
          bytes: number,
          holders: listOf(string),
          after_preview: boolean,
          release: listOf(string)
        })
      ),
      skipped: listOf(string)
    })
  ),
  predicted: number,
  measured: number,
  freed: number,
  rss_before: number,
  rss_after: number,
  garbage: number,
  undo_until: orNull(number),
  undo_bytes: number,
  unsaved: listOf(unsaved),
  undone: boolean
});

export const undone = shape<wire.Undone>({
  receipt: string,
  at: number,
  restored: listOf(
    shape<wire.Restored>({
      title: string,
      name: string,
      note: orNull(string)
    })
  ),
  lost: listOf(unsaved),
  seconds: number,
  rss_before: number,
  rss_after: number
});

export const givenBack = shape<wire.GivenBack>({
  at: number,
  returned: listOf(shape<wire.Returned>({ what: string, bytes: number })),
  rss_before: number,
  rss_after: number
});

export const objectTable = shape<wire.ObjectTable>({
  at: number,
  show: oneOf<wire.ObjectsShow>({
    all: true,
    growing: true,
    unused: true,
    unreachable: true
  }),
  rows: listOf(
    shape<wire.TypeRow>({
      id: string,
      type: string,
      module: string,
      count: number,
      bytes: number,
      count_change: orNull(number),
      bytes_change: orNull(number),
      clears: listOf(string)
    })
  ),
  more: number,
  objects: number,
  bytes: number,
  seconds: number,
  complete: boolean,
  since: orNull(string),
  after: orNull(cellRef),
  frozen: number,
  uncollectable: number,
  left_out: listOf(string)
});

export const instances = shape<wire.Instances>({
  row: string,
  type: string,
  instances: listOf(
    shape<wire.Instance>({ id: string, label: string, bytes: number })
  ),
  complete: boolean
});

const reference = shape<wire.Reference>({
  label: string,
  how: string,
  note: string,
  code: orNull(string),
  when: orNull(string)
});

export const references = shape<wire.References>({
  title: string,
  type: string,
  strong: listOf(reference),
  weak: listOf(reference),
  unseen: number,
  clear: orNull(string),
  why_not: orNull(string)
});

export const collection = shape<wire.Collection>({
  at: number,
  objects: number,
  stuck: number,
  measured: number,
  rss_before: number,
  rss_after: number,
  seconds: number
});

export const inventory = shape<wire.Inventory>({
  at: number,
  after_run: number,
  complete: boolean,
  variables: listOf(
    shape<wire.Variable>({
      name: string,
      type: string,
      shape: string,
      frees: number,
      exact: boolean,
      shared: number,
      shared_with: listOf(string),
      shared_more: boolean,
      together: orNull(number),
      read: oneOf<wire.Variable['read']>({
        yes: true,
        perhaps: true,
        never: true
      }),
      last_read: orNull(number),
      unread: boolean,
      made_in: orNull(number),
      finding: orNull(string)
    })
  ),
  small: number,
  left_out: number
});

const growthVerdict = oneOf<wire.GrowthVerdict>({
  leak: true,
  plateau: true,
  clean: true,
  suspect: true,
  'cannot-tell': true
});

export const growth = shape<wire.Growth>({
  sort: oneOf<wire.Sort>({ items: true, objects: true, bytes: true }),
  name: string,
  what: string,
  verdict: growthVerdict,
  counts: listOf(number),
  rate: number,
  fit: number,
  bound: orNull(number),
  bytes_per_run: orNull(number)
});

const world = shape<wire.World>({
  rebound: listOf(string),
  grown: listOf(string),
  changes: listOf(
    shape<wire.Change>({
      effect: oneOf<wire.Effect>({
        file: true,
        network: true,
        database: true,
        input: true,
        iterator: true,
        object: true,
        command: true
      }),
      text: string,
      line: number
    })
  ),
  random: boolean,
  shows: boolean
});

export const testPlan = shape<wire.Plan>({
  cell: cellRef,
  source_line: string,
  warm_up: number,
  batches: listOf(number),
  runs: number,
  seconds: orNull(number),
  max_seconds: number,
  memory: number,
  stop_bytes: number,
  world
});

export const proof = shape<wire.Proof>({
  id: string,
  at: number,
  cell: cellRef,
  source_line: string,
  verdict: growthVerdict,
  sentence: string,
  detail: string,
  fix: orNull(string),
  ended: oneOf<wire.Ended>({
    finished: true,
    settled: true,
    time: true,
    memory: true,
    stopped: true,
    error: true
  }),
  runs: number,
  seconds: number,
  batches: listOf(number),
  runs_at: listOf(number),
  growths: listOf(growth),
  live: listOf(number),
  resident: listOf(number),
  bytes_per_run: number,
  resident_per_run: number,
  limit: orNull(number),
  limit_after: orNull(number),
  counted: string,
  control: string,
  printed: number,
  kept: listOf(string),
  lines: listOf(
    shape<wire.GrownLine>({
      where: string,
      line: number,
      source: string,
      cell: orNull(cellRef),
      inside: orNull(string),
      bytes: number,
      blocks: number
    })
  ),
  lines_note: string,
  compared: orNull(
    shape<wire.Compared>({
      before: string,
      name: string,
      rate_before: number,
      rate_after: number,
      bytes_before: number,
      bytes_after: number,
      fixed: boolean
    })
  )
});

export const tracePlan = shape<wire.TracePlan>({
  cell: cellRef,
  source_line: string,
  seconds: orNull(number),
  rise: orNull(number),
  memory: number,
  limit: orNull(number),
  world,
  native: boolean
});

/** The place of a spot in its list. */
const index = number;

const traceRows = shape<wire.Trace>({
  title: string,
  at: number,
  seconds: number,
  depth: number,
  held: number,
  blocks: number,
  peak: number,
  rss_change: number,
  unseen: number,
  overhead: number,
  summing: number,
  native: boolean,
  spots: listOf(
    shape<wire.Spot>({
      where: string,
      line: number,
      function: string,
      library: string,
      source: string,
      cell: orNull(cellRef)
    })
  ),
  lines: listOf(
    shape<wire.LineRow>({
      spot: index,
      held: number,
      blocks: number,
      inside: orNull(index),
      allocated: orNull(number),
      peak: orNull(number),
      runs: orNull(number)
    })
  ),
  functions: listOf(
    shape<wire.FunctionRow>({
      name: string,
      where: string,
      library: string,
      own: number,
      total: number,
      blocks: number,
      allocated: orNull(number),
      calls: orNull(number),
      cell: orNull(cellRef)
    })
  ),
  stacks: listOf(
    shape<wire.StackRow>({
      frames: listOf(index),
      held: number,
      blocks: number,
      allocated: orNull(number),
      allocations: orNull(number)
    })
  ),
  smaller: number,
  cells: listOf(
    shape<wire.CellStats>({
      name: string,
      cell: cellRef,
      seconds: number,
      change: number,
      peak: number,
      rss_change: number
    })
  ),
  notes: listOf(string)
});

/** A trace whose rows refer to spots that are there. */
export const trace: Reader<wire.Trace> = (value, at) => {
  const read = traceRows(value, at);
  const known = (spot: number) => spot in read.spots;
  if (
    !read.lines.every(
      ({ spot, inside }) => known(spot) && (inside === null || known(inside))
    ) ||
    !read.stacks.every(({ frames }) => frames.every(known))
  ) {
    throw new Misfit(at, 'a trace whose rows refer to its spots');
  }
  return read;
};

export const lineProfile = shape<wire.LineProfile>({
  sections: listOf(
    shape<wire.Section>({
      title: string,
      cell: orNull(cellRef),
      lines: listOf(
        shape<wire.LineMemory>({
          line: number,
          source: string,
          runs: number,
          after: orNull(number),
          change: orNull(number),
          peak: orNull(number),
          native: orNull(number),
          resident_rise: orNull(number),
          resident_peak: orNull(number)
        })
      )
    })
  ),
  at: number,
  seconds: number,
  measuring: number,
  readings: number,
  before: number,
  after: number,
  peak: orNull(number),
  sampled: boolean,
  failed: boolean,
  notes: listOf(string)
});
