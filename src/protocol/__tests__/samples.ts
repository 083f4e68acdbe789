/** Small messages of the kernel side, each as the wire carries it. */
import type * as wire from '../generated';

const MiB = 1024 * 1024;

export function memory(fields: Partial<wire.Memory> = {}): wire.Memory {
  return {
    at: 1000,
    rss: 300 * MiB,
    anon: 250 * MiB,
    peak: 400 * MiB,
    peak_exact: true,
    peak_cell: { cell_id: 'c1', execution_count: 1 },
    limit: 1024 * MiB,
    limit_source: 'cgroup',
    limit_used: 320 * MiB,
    ...fields
  };
}

export function sheet(fields: Partial<wire.Sheet> = {}): wire.Sheet {
  const part = (
    id: wire.PartId,
    size: number,
    details: wire.PartDetail[] = []
  ) => ({ part: id, bytes: size * MiB, details, checked: true });
  return {
    at: 1001,
    rss: 300 * MiB,
    parts: [
      part('variables', 60),
      part('hidden', 10, [{ label: 'torch', bytes: 10 * MiB }]),
      part('libraries', 90),
      part('leftover', 100),
      { part: 'garbage', bytes: 0, details: [], checked: false },
      part('kept', 25, [
        { label: 'malloc', bytes: 20 * MiB },
        { label: 'Arrow', bytes: 5 * MiB }
      ]),
      part('unexplained', 15)
    ],
    overlap: 0,
    children: [{ pid: 7, name: 'python', bytes: 8 * MiB, cell: null }],
    gpus: [{ name: 'cuda:0', allocated: 5, reserved: 9, peak: null }],
    ...fields
  };
}

export function cellRun(
  run: number,
  fields: Partial<wire.CellRun> = {}
): wire.CellRun {
  return {
    run,
    cell_id: `c${run}`,
    execution_count: run,
    source_line: 'df = load()',
    started: 1000 + run,
    seconds: 0.5,
    rss_before: 200 * MiB,
    rss_after: 300 * MiB,
    anon_before: 150 * MiB,
    anon_after: 250 * MiB,
    peak: 400 * MiB,
    peak_exact: true,
    bound: ['df'],
    rebound: [],
    deleted: [],
    read: ['load'],
    error: null,
    held: 0,
    made: null,
    ...fields
  };
}

export function finding(
  id: string,
  fields: Partial<wire.Finding> = {}
): wire.Finding {
  return {
    id,
    fingerprint: `print-${id}`,
    kind: 'leftover-variable',
    verdict: 'leftover',
    label: 'Leftover',
    group: 'safe',
    part: 'leftover',
    title: 'df',
    type: 'DataFrame',
    bytes: 100 * MiB,
    frees: 100 * MiB,
    exact: true,
    cell: { cell_id: 'c1', execution_count: 1 },
    names: ['df'],
    path: ['df'],
    reason: 'No cell after [1] reads `df`.',
    chain: [
      { role: 'root', label: 'df', note: '', bytes: null, stuck: true },
      { role: 'object', label: 'DataFrame', note: '', bytes: 1, stuck: false }
    ],
    facts: ['Made in [1].'],
    breaks: [],
    fix: 'del df',
    does: 'Delete the name.',
    made_again: true,
    remedy: { action: 'clear', code: null, frees: 100 * MiB },
    expected: null,
    ...fields
  };
}

export function report(fields: Partial<wire.Report> = {}): wire.Report {
  return {
    schema: 1,
    at: 1001,
    after: { cell_id: 'c1', execution_count: 1 },
    after_run: 1,
    seconds: 0.1,
    complete: true,
    objects: 10,
    memory: memory({ at: fields.at ?? 1001 }),
    sheet: sheet(),
    cells: [
      {
        cell_id: 'c1',
        execution_count: 1,
        source_line: 'df = load()',
        delta: 100 * MiB,
        peak: null,
        peak_exact: false,
        held: 100 * MiB,
        runs: 1,
        seconds: 0.5,
        failed: false
      }
    ],
    findings: [finding('f1')],
    safe_bytes: 100 * MiB,
    check_bytes: 0,
    only_together: 0,
    checks: [{ text: 'variables', done: true }],
    lingering: [],
    alive: [],
    ...fields
  };
}

export function preview(fields: Partial<wire.Preview> = {}): wire.Preview {
  return {
    id: 'p1',
    at: 1002,
    after_run: 1,
    items: [
      {
        id: 'f1',
        title: 'df',
        part: 'leftover',
        frees: 5,
        does: 'Delete.',
        slots: ['df']
      }
    ],
    readers: [],
    breaks: [],
    totals: totals(),
    ...fields
  };
}

export function totals(fields: Partial<wire.Totals> = {}): wire.Totals {
  return {
    ids: ['f1'],
    frees: 100 * MiB,
    exact: true,
    rss: 300 * MiB,
    rss_after: 200 * MiB,
    held: [],
    undo: {
      bytes: 100 * MiB,
      seconds: 0.5,
      free_disk: 900 * MiB,
      minutes: 30,
      unsaved: [],
      refused: null
    },
    ...fields
  };
}

function unsaved(): wire.Unsaved {
  return {
    item: 'f1',
    title: 'df',
    reason: 'it holds a generator',
    in_part: false,
    cell: { cell_id: 'c1', execution_count: 1 },
    seconds: 0.5
  };
}

export function receipts(fields: Partial<wire.Receipts> = {}): wire.Receipts {
  return {
    id: 'r1',
    at: 1003,
    receipts: [
      {
        id: 'f1',
        title: 'df',
        predicted: 100,
        measured: 99,
        freed: 100,
        did: 'Deleted.',
        survivors: [
          {
            name: 'df',
            bytes: 1,
            holders: ['Out[3]'],
            after_preview: false,
            release: ['Out[3]']
          }
        ],
        skipped: []
      }
    ],
    predicted: 100,
    measured: 99,
    freed: 100,
    rss_before: 300,
    rss_after: 201,
    garbage: 0,
    undo_until: 2803,
    undo_bytes: 100,
    unsaved: [unsaved()],
    undone: false,
    ...fields
  };
}

export function undone(fields: Partial<wire.Undone> = {}): wire.Undone {
  return {
    receipt: 'r1',
    at: 1005,
    restored: [{ title: 'df', name: 'df_restored', note: '`df` is taken.' }],
    lost: [unsaved()],
    seconds: 0.1,
    rss_before: 200,
    rss_after: 300,
    ...fields
  };
}

export function givenBack(): wire.GivenBack {
  return {
    at: 1004,
    returned: [
      { what: 'malloc', bytes: 20 * MiB },
      { what: 'Arrow', bytes: 5 * MiB }
    ],
    rss_before: 300 * MiB,
    rss_after: 275 * MiB
  };
}

export function started(seq: number, run: number): wire.RunStarted {
  return {
    kind: 'run-started',
    seq,
    run,
    cell_id: `c${run}`,
    execution_count: run,
    started: 1000 + run,
    rss: 200 * MiB,
    oom_kills: null
  };
}

export function ended(seq: number, run: number): wire.RunEnded {
  const record = cellRun(run);
  return { kind: 'run-ended', seq, record, memory: memory({ at: 1000 + run }) };
}

export function sample(seq: number, run: number): wire.Sample {
  return { kind: 'sample', seq, run, at: 1000, rss: 1, limit_used: null };
}

export function checked(
  seq: number,
  fields: Partial<wire.Checked> = {}
): wire.Checked {
  return {
    kind: 'checked',
    seq,
    report: report(),
    records: [],
    request: null,
    ...fields
  };
}

export function hello(fields: Partial<wire.HelloReply> = {}): wire.HelloReply {
  return {
    protocol: 1,
    version: '0.1.0',
    session: 'life-1',
    seq: 0,
    python: '3.11.7',
    system: 'Linux',
    running: null,
    memory: memory(),
    last_run: 0,
    has_report: false,
    missing: [],
    oom_kills: null,
    ...fields
  };
}

export function inventory(
  fields: Partial<wire.Inventory> = {}
): wire.Inventory {
  return {
    at: 1001,
    after_run: 1,
    complete: true,
    variables: [
      {
        name: 'X_train',
        type: 'ndarray',
        shape: '10 × 64 float64',
        frees: 0,
        exact: true,
        shared: 5 * MiB,
        shared_with: ['X'],
        shared_more: false,
        together: 5 * MiB,
        read: 'yes',
        last_read: 3,
        unread: false,
        made_in: 2,
        finding: null
      }
    ],
    small: 3,
    left_out: 0,
    ...fields
  };
}

export function growth(fields: Partial<wire.Growth> = {}): wire.Growth {
  return {
    sort: 'items',
    name: 'kept',
    what: 'dict',
    verdict: 'leak',
    counts: [2, 12, 32, 72, 152],
    rate: 5,
    fit: 1,
    bound: null,
    bytes_per_run: 10 * MiB,
    ...fields
  };
}

export function plan(fields: Partial<wire.Plan> = {}): wire.Plan {
  return {
    cell: { cell_id: 'c1', execution_count: 1 },
    source_line: 'kept.append(make())',
    warm_up: 2,
    batches: [2, 4, 8, 16],
    runs: 32,
    seconds: 64,
    max_seconds: 120,
    memory: 300 * MiB,
    stop_bytes: 960 * MiB,
    world: {
      rebound: ['n'],
      grown: ['kept'],
      changes: [],
      random: false,
      shows: false
    },
    ...fields
  };
}

export function planned(fields: Partial<wire.Planned> = {}): wire.Planned {
  return {
    kind: 'planned',
    seq: 14,
    request: 'r',
    test: 't1',
    plan: plan(),
    ...fields
  };
}

export function proving(fields: Partial<wire.Proving> = {}): wire.Proving {
  return {
    kind: 'proving',
    seq: 15,
    request: 'r',
    batch: 4,
    run: 9,
    of: 16,
    left: 16,
    strongest: growth({ counts: [2, 12, 32, 72] }),
    ...fields
  };
}

export function proof(fields: Partial<wire.Proof> = {}): wire.Proof {
  return {
    id: 'r1',
    at: 1007,
    cell: { cell_id: 'c1', execution_count: 1 },
    source_line: 'kept.append(make())',
    verdict: 'leak',
    sentence: '`kept` grows by 5 items (dict) on every run.',
    detail:
      '+10.0 MiB per run, without slowing down; limit after 55 more runs.',
    fix: null,
    ended: 'finished',
    runs: 32,
    seconds: 62,
    batches: [2, 4, 8, 16],
    runs_at: [0, 2, 6, 14, 30],
    growths: [growth()],
    live: [1, 2, 3, 4, 5],
    resident: [1, 2, 3, 4, 5],
    bytes_per_run: 10 * MiB,
    resident_per_run: 9 * MiB,
    limit: 1024 * MiB,
    limit_after: 55,
    counted: '412 classes and 96 places counted: no other growth.',
    control: 'Self-test: a planted leak and a planted cache were told apart.',
    printed: 0,
    kept: [],
    lines: [],
    lines_note: '',
    compared: null,
    ...fields
  };
}

/** A cell that leaves 8 MiB through pandas and 2 MiB itself. */
export function trace(fields: Partial<wire.Trace> = {}): wire.Trace {
  const cell = { cell_id: 'cell-7', execution_count: 7 };
  const inCell = (line: number, source: string): wire.Spot => ({
    where: `cell 7, line ${line}`,
    line,
    function: '',
    library: 'notebook',
    source,
    cell
  });
  return {
    title: 'Trace of cell 7',
    at: 1007,
    seconds: 2,
    depth: 16,
    held: 10 * MiB,
    blocks: 12,
    peak: 14 * MiB,
    rss_change: 13 * MiB,
    unseen: 2 * MiB,
    overhead: 1 * MiB,
    summing: 0.01,
    native: false,
    spots: [
      inCell(2, 'df = df.merge(users)'),
      {
        where: 'pandas/core/frame.py:885',
        line: 885,
        function: 'DataFrame.merge',
        library: 'pandas',
        source: 'return merge(',
        cell: null
      },
      inCell(3, 'kept.append(make())')
    ],
    lines: [
      {
        spot: 0,
        held: 8 * MiB,
        blocks: 10,
        inside: 1,
        allocated: 11 * MiB,
        peak: 11 * MiB,
        runs: 1
      },
      {
        spot: 2,
        held: 2 * MiB,
        blocks: 2,
        inside: null,
        allocated: null,
        peak: null,
        runs: null
      }
    ],
    functions: [
      {
        name: 'cell 7',
        where: 'cell 7',
        library: 'notebook',
        own: 2 * MiB,
        total: 10 * MiB,
        blocks: 12,
        allocated: 13 * MiB,
        calls: null,
        cell
      },
      {
        name: 'DataFrame.merge',
        where: 'pandas/core/frame.py',
        library: 'pandas',
        own: 8 * MiB,
        total: 8 * MiB,
        blocks: 10,
        allocated: null,
        calls: 3,
        cell: null
      }
    ],
    stacks: [
      {
        frames: [0, 1],
        held: 8 * MiB,
        blocks: 10,
        allocated: null,
        allocations: null
      },
      {
        frames: [2],
        held: 2 * MiB,
        blocks: 2,
        allocated: null,
        allocations: null
      }
    ],
    smaller: 0,
    cells: [],
    notes: [],
    ...fields
  };
}

export function tracePlanned(
  fields: Partial<wire.TracePlan> = {}
): wire.TracePlanned {
  return {
    kind: 'trace-planned',
    seq: 17,
    request: 'r',
    trace: 'a1',
    plan: {
      cell: { cell_id: 'cell-7', execution_count: 7 },
      source_line: 'df = df.merge(users)',
      seconds: 12,
      rise: 100 * MiB,
      memory: 300 * MiB,
      limit: 1024 * MiB,
      world: plan().world,
      native: false,
      ...fields
    }
  };
}

export function traced(fields: Partial<wire.Trace> = {}): wire.Traced {
  const seq = 18;
  return {
    kind: 'traced',
    seq,
    request: 'r',
    id: 'a1',
    trace: trace(fields)
  };
}

export function lineProfile(
  fields: Partial<wire.LineProfile> = {}
): wire.LineProfile {
  const line = (
    number: number,
    source: string,
    more: Partial<wire.LineMemory> = {}
  ): wire.LineMemory => ({
    line: number,
    source,
    runs: 1,
    after: 300 * MiB,
    change: 0,
    peak: 0,
    native: 0,
    resident_rise: 0,
    resident_peak: 300 * MiB,
    ...more
  });
  return {
    sections: [
      {
        title: 'cell 7',
        cell: { cell_id: 'cell-7', execution_count: 7 },
        lines: [
          line(1, '# a comment', { runs: 0, change: null, peak: null }),
          line(2, 'big = load()', { change: 8 * MiB, peak: 16 * MiB }),
          line(3, 'model.fit(big)', {
            runs: 4,
            peak: 1 * MiB,
            native: 6 * MiB,
            resident_rise: 8 * MiB
          })
        ]
      }
    ],
    at: 1007,
    seconds: 2,
    measuring: 0.1,
    readings: 20,
    before: 300 * MiB,
    after: 314 * MiB,
    peak: 320 * MiB,
    sampled: false,
    failed: false,
    notes: [],
    ...fields
  };
}

/** One event of each kind. */
export const events: wire.AnyEvent[] = [
  started(1, 1),
  ended(2, 1),
  sample(3, 1),
  checked(4),
  { kind: 'previewed', seq: 5, request: 'r', preview: preview() },
  { kind: 'cleared', seq: 6, request: 'r', receipts: receipts() },
  { kind: 'gave-back', seq: 7, request: 'r', given: givenBack() },
  { kind: 'refused', seq: 8, request: 'r', message: 'It is gone already.' },
  { kind: 'unloaded', seq: 9 },
  {
    kind: 'totalled',
    seq: 10,
    request: 'r',
    preview: 'p1',
    totals: totals()
  },
  { kind: 'undid', seq: 11, request: 'r', undone: undone() },
  {
    kind: 'mark-expected',
    seq: 12,
    expected: {
      fingerprint: 'print-f1',
      kind: 'leftover-variable',
      bytes: 100 * MiB,
      reason: '',
      at: 1006
    },
    remove: false
  },
  { kind: 'inventoried', seq: 13, request: 'r', inventory: inventory() },
  planned(),
  proving(),
  { kind: 'proved', seq: 16, request: 'r', proof: proof() },
  tracePlanned(),
  traced(),
  { kind: 'lines-told', seq: 19, request: 'r', profile: lineProfile() },
  { kind: 'exported', seq: 20, request: 'r', end: '.csv', content: 'YSxi' }
];
