// Generated from kernel-magics/leakhunter/model.py, prove/model.py, trace/model.py and messages.py by build_tools/protocol.py. Do not edit.


export const PROTOCOL = 1;

export const SCHEMA = 1;

export type Verdict =
  | 'leak'
  | 'leftover'
  | 'suspect'
  | 'not-a-leak';

export type Group =
  | 'safe'
  | 'check'
  | 'not-a-leak'
  | 'expected';

export type Kind =
  | 'leftover-variable'
  | 'output-history'
  | 'traceback'
  | 'module-namespace'
  | 'widget'
  | 'container-holds'
  | 'accumulator'
  | 'closure'
  | 'cache'
  | 'index-cache'
  | 'view-base'
  | 'ref-cycle'
  | 'uncollectable-cycle'
  | 'gc-state'
  | 'suspended-frame'
  | 'thread-frame'
  | 'async-task'
  | 'autograd-graph'
  | 'figure'
  | 'document'
  | 'registry'
  | 'open-resource'
  | 'child-processes'
  | 'native-leak'
  | 'allocator-retention';

export type Label =
  | 'Leftover'
  | 'Hidden'
  | 'Pinned'
  | 'Growing'
  | 'Leak'
  | 'Held'
  | 'Garbage'
  | 'Stuck'
  | 'Open'
  | 'Suspect'
  | 'Kept free';

export type PartId =
  | 'variables'
  | 'hidden'
  | 'libraries'
  | 'pools'
  | 'files'
  | 'shared'
  | 'leftover'
  | 'history'
  | 'views'
  | 'traceback'
  | 'registry'
  | 'garbage'
  | 'kept'
  | 'unexplained';

export type LimitSource =
  | 'cgroup'
  | 'hub'
  | 'setting'
  | 'rlimit'
  | 'host';

export type BirthCells =
  | 'off'
  | 'census'
  | 'hooks';

export type HolderRole =
  | 'root'
  | 'link'
  | 'object';

export type ObjectsShow =
  | 'all'
  | 'growing'
  | 'unused'
  | 'unreachable';

export type GrowthVerdict =
  | 'leak'
  | 'plateau'
  | 'clean'
  | 'suspect'
  | 'cannot-tell';

export type Ended =
  | 'finished'
  | 'settled'
  | 'time'
  | 'memory'
  | 'stopped'
  | 'error';

export type Sort =
  | 'items'
  | 'objects'
  | 'bytes';

export type Effect =
  | 'file'
  | 'network'
  | 'database'
  | 'input'
  | 'iterator'
  | 'object'
  | 'command';

export type Level =
  | 'all'
  | 'cell'
  | 'library'
  | 'function'
  | 'line';

export type TraceKind =
  | 'allocations'
  | 'lines'
  | 'native';

export type ExportFormat =
  | 'speedscope'
  | 'folded'
  | 'pprof'
  | 'csv';

/** A cell, as well as it is known. */
export interface CellRef {
  cell_id: string | null;
  execution_count: number | null;
}

/** One run of one cell. */
export interface CellRun {
  run: number;
  cell_id: string | null;
  execution_count: number | null;
  source_line: string;
  started: number;
  seconds: number;
  rss_before: number;
  rss_after: number;
  anon_before: number | null;
  anon_after: number | null;
  peak: number | null;
  peak_exact: boolean;
  bound: string[];
  rebound: string[];
  deleted: string[];
  read: string[];
  error: string | null;
  held: number;
  made: number | null;
}

/** All runs of one cell, rolled up; ``delta`` and ``peak`` are those of the last run. */
export interface CellMemory {
  cell_id: string | null;
  execution_count: number;
  source_line: string;
  delta: number;
  peak: number | null;
  peak_exact: boolean;
  held: number;
  runs: number;
  seconds: number;
  failed: boolean;
}

/** A piece of a part: a library, an allocator. */
export interface PartDetail {
  label: string;
  bytes: number;
}

/** One part of the resident memory; ``checked`` is false when it was not looked for. */
export interface Part {
  part: PartId;
  bytes: number;
  details: PartDetail[];
  checked: boolean;
}

/** A process that the kernel started; ``bytes`` is memory that the kernel does not share. */
export interface Child {
  pid: number;
  name: string;
  bytes: number;
  cell: CellRef | null;
}

/** Memory of one GPU that this kernel's libraries use. */
export interface Gpu {
  name: string;
  allocated: number;
  reserved: number;
  peak: number | null;
}

/** Where the resident memory is. */
export interface Sheet {
  at: number;
  rss: number;
  parts: Part[];
  overlap: number;
  children: Child[];
  gpus: Gpu[];
}

/** The kernel's memory at one moment. */
export interface Memory {
  at: number;
  rss: number;
  anon: number | null;
  peak: number | null;
  peak_exact: boolean;
  peak_cell: CellRef | null;
  limit: number | null;
  limit_source: LimitSource | null;
  limit_used: number | null;
}

/** One step of the chain from a root to the object. */
export interface Holder {
  role: HolderRole;
  label: string;
  note: string;
  bytes: number | null;
  stuck: boolean;
}

/** What to do: ``clear`` when we can do it exactly, else ``advice`` with code. */
export interface Remedy {
  action: 'clear' | 'advice';
  code: string | null;
  frees: number;
}

/** A finding that the user called expected: known by its fingerprint, never by its names. */
export interface Expected {
  fingerprint: string;
  kind: Kind;
  bytes: number;
  reason: string;
  at: number;
}

/** Memory that is held, by what, why, and what clearing it gives back. */
export interface Finding {
  id: string;
  fingerprint: string;
  kind: Kind;
  verdict: Verdict;
  label: Label;
  group: Group;
  part: PartId;
  title: string;
  type: string;
  bytes: number;
  frees: number;
  exact: boolean;
  cell: CellRef | null;
  names: string[];
  path: string[];
  reason: string;
  chain: Holder[];
  facts: string[];
  breaks: string[];
  fix: string | null;
  does: string;
  made_again: boolean;
  remedy: Remedy;
  expected: Expected | null;
}

/** One variable of the user's; cells are told by their execution counts. */
export interface Variable {
  name: string;
  type: string;
  shape: string;
  frees: number;
  exact: boolean;
  shared: number;
  shared_with: string[];
  shared_more: boolean;
  together: number | null;
  read: 'yes' | 'perhaps' | 'never';
  last_read: number | null;
  unread: boolean;
  made_in: number | null;
  finding: string | null;
}

/** The variables that hold the most; ``small`` others hold less, ``left_out`` were not looked at. */
export interface Inventory {
  at: number;
  after_run: number;
  complete: boolean;
  variables: Variable[];
  small: number;
  left_out: number;
}

/** One line of what was looked at; ``done`` is false for what was not. */
export interface Check {
  text: string;
  done: boolean;
}

/** A big value whose name was deleted, bound again or cleared, and what became of it. */
export interface Lingering {
  name: string;
  cell: CellRef | null;
  how: 'deleted' | 'rebound' | 'cleared';
  bytes: number;
  holders: string[];
  gone: boolean;
}

/** Bytes that a run made, in pieces of 64 KiB and more, and the part of memory that they are today. */
export interface Alive {
  run: number;
  part: PartId;
  bytes: number;
}

/** Everything one check found out; the same for every door. */
export interface Report {
  schema: number;
  at: number;
  after: CellRef | null;
  after_run: number;
  seconds: number;
  complete: boolean;
  objects: number;
  memory: Memory;
  sheet: Sheet;
  cells: CellMemory[];
  findings: Finding[];
  safe_bytes: number;
  check_bytes: number;
  only_together: number;
  checks: Check[];
  lingering: Lingering[];
  alive: Alive[];
}

/** Something that goes and that undo cannot bring back: why, and which cell makes it again. */
export interface Unsaved {
  item: string;
  title: string;
  reason: string;
  in_part: boolean;
  cell: CellRef | null;
  seconds: number | null;
}

/** What undo would bring back, and what that takes. */
export interface UndoPlan {
  bytes: number;
  seconds: number;
  free_disk: number | null;
  minutes: number;
  unsaved: Unsaved[];
  refused: string | null;
}

/** One finding of a preview and what will be done to it; ``slots`` are the places that it empties. */
export interface PreviewItem {
  id: string;
  title: string;
  part: PartId;
  frees: number;
  does: string;
  slots: string[];
}

/** What clearing some items of a preview would do. */
export interface Totals {
  ids: string[];
  frees: number;
  exact: boolean;
  rss: number;
  rss_after: number;
  held: string[];
  undo: UndoPlan;
}

/** What clearing a set would do; nothing has been touched. */
export interface Preview {
  id: string;
  at: number;
  after_run: number;
  items: PreviewItem[];
  readers: string[];
  breaks: string[];
  totals: Totals;
}

/** Something that should have gone and is still there. */
export interface Survivor {
  name: string;
  bytes: number;
  holders: string[];
  after_preview: boolean;
  release: string[];
}

/** What clearing one finding did. */
export interface Receipt {
  id: string;
  title: string;
  predicted: number;
  measured: number;
  freed: number;
  did: string;
  survivors: Survivor[];
  skipped: string[];
}

/** What clearing a set did: one receipt each, and the totals of the set. */
export interface Receipts {
  id: string;
  at: number;
  receipts: Receipt[];
  predicted: number;
  measured: number;
  freed: number;
  rss_before: number;
  rss_after: number;
  garbage: number;
  undo_until: number | null;
  undo_bytes: number;
  unsaved: Unsaved[];
  undone: boolean;
}

/** One thing that came back; ``name`` is where it is now, ``note`` what is different. */
export interface Restored {
  title: string;
  name: string;
  note: string | null;
}

/** What undo brought back and what it could not. */
export interface Undone {
  receipt: string;
  at: number;
  restored: Restored[];
  lost: Unsaved[];
  seconds: number;
  rss_before: number;
  rss_after: number;
}

/** What clearing some things would free: each alone, and all together. */
export interface Frees {
  titles: string[];
  alone: number[];
  bytes: number;
  exact: boolean;
  held: string[];
}

/** What one allocator gave back to the system. */
export interface Returned {
  what: string;
  bytes: number;
}

/** What asking all allocators for their free memory brought, measured from outside. */
export interface GivenBack {
  at: number;
  returned: Returned[];
  rss_before: number;
  rss_after: number;
}

/** Objects of one class: how many, their own bytes, and the change since a count before. */
export interface TypeRow {
  id: string;
  type: string;
  module: string;
  count: number;
  bytes: number;
  count_change: number | null;
  bytes_change: number | null;
  clears: string[];
}

/** The objects that Python's collector knows, with the arrays and long texts in them, by class. */
export interface ObjectTable {
  at: number;
  show: ObjectsShow;
  rows: TypeRow[];
  more: number;
  objects: number;
  bytes: number;
  seconds: number;
  complete: boolean;
  since: string | null;
  after: CellRef | null;
  frozen: number;
  uncollectable: number;
  left_out: string[];
}

/** One object of a class; ``label`` is its name, or its shape. */
export interface Instance {
  id: string;
  label: string;
  bytes: number;
}

/** The biggest objects of one class. */
export interface Instances {
  row: string;
  type: string;
  instances: Instance[];
  complete: boolean;
}

/** One reference to an object, as a person would write it. */
export interface Reference {
  label: string;
  how: string;
  note: string;
  code: string | null;
  when: string | null;
}

/** What refers to one object, strong and weak apart. */
export interface References {
  title: string;
  type: string;
  strong: Reference[];
  weak: Reference[];
  unseen: number;
  clear: string | null;
  why_not: string | null;
}

/** What a garbage collection returned. */
export interface Collection {
  at: number;
  objects: number;
  stuck: number;
  measured: number;
  rss_before: number;
  rss_after: number;
  seconds: number;
}

/** The source of one code cell of the notebook as it stands in the editor. */
export interface Source {
  cell_id: string;
  source: string;
}

/** Settings of the front end that the kernel side follows. */
export interface Settings {
  leftover_after: number;
  min_finding: number;
  decimal_units: boolean;
  memory_limit: number | null;
  exact_peak: boolean;
  birth_cells: BirthCells;
  check_after_cell: boolean;
  check_budget_ms: number;
  undo_minutes: number;
  undo_max_bytes: number;
  undo_share_of_disk: number;
  prove_seconds: number;
  prove_stop_percent: number;
  prove_batches: number[];
}

/** Something that each run changes beyond what is put back; ``line`` of the cell counts from 1. */
export interface Change {
  effect: Effect;
  text: string;
  line: number;
}

/** What a cell does to the world, read from its source. */
export interface World {
  rebound: string[];
  grown: string[];
  changes: Change[];
  random: boolean;
  shows: boolean;
}

/** What will run. */
export interface Plan {
  cell: CellRef;
  source_line: string;
  warm_up: number;
  batches: number[];
  runs: number;
  seconds: number | null;
  max_seconds: number;
  memory: number;
  stop_bytes: number;
  world: World;
}

/** One series of counts, taken after the warm-up and after each batch. */
export interface Growth {
  sort: Sort;
  name: string;
  what: string;
  verdict: GrowthVerdict;
  counts: number[];
  rate: number;
  fit: number;
  bound: number | null;
  bytes_per_run: number | null;
}

/** The same growth before and after a fix, in counts and bytes a run. */
export interface Compared {
  before: string;
  name: string;
  rate_before: number;
  rate_after: number;
  bytes_before: number;
  bytes_after: number;
  fixed: boolean;
}

/** A line that leaves memory on each run. */
export interface GrownLine {
  where: string;
  line: number;
  source: string;
  cell: CellRef | null;
  inside: string | null;
  bytes: number;
  blocks: number;
}

/** What a growth test found. */
export interface Proof {
  id: string;
  at: number;
  cell: CellRef;
  source_line: string;
  verdict: GrowthVerdict;
  sentence: string;
  detail: string;
  fix: string | null;
  ended: Ended;
  runs: number;
  seconds: number;
  batches: number[];
  runs_at: number[];
  growths: Growth[];
  live: number[];
  resident: number[];
  bytes_per_run: number;
  resident_per_run: number;
  limit: number | null;
  limit_after: number | null;
  counted: string;
  control: string;
  printed: number;
  kept: string[];
  lines: GrownLine[];
  lines_note: string;
  compared: Compared | null;
}

/** A line of code. */
export interface Spot {
  where: string;
  line: number;
  function: string;
  library: string;
  source: string;
  cell: CellRef | null;
}

/** What one line allocated: what it still holds, and where inside of it most of that was allocated. */
export interface LineRow {
  spot: number;
  held: number;
  blocks: number;
  inside: number | null;
  allocated: number | null;
  peak: number | null;
  runs: number | null;
}

/** What one function allocated: in its own lines, and with all that it called. */
export interface FunctionRow {
  name: string;
  where: string;
  library: string;
  own: number;
  total: number;
  blocks: number;
  allocated: number | null;
  calls: number | null;
  cell: CellRef | null;
}

/** Memory by the calls that led to it; ``frames`` index the spots, the outermost first. */
export interface StackRow {
  frames: number[];
  held: number;
  blocks: number;
  allocated: number | null;
  allocations: number | null;
}

/** A cell that ran during a trace: what Python counted at its peak and after it. */
export interface CellStats {
  name: string;
  cell: CellRef;
  seconds: number;
  change: number;
  peak: number;
  rss_change: number;
}

/** What was allocated while it was traced. */
export interface Trace {
  title: string;
  at: number;
  seconds: number;
  depth: number;
  held: number;
  blocks: number;
  peak: number;
  rss_change: number;
  unseen: number;
  overhead: number;
  summing: number;
  native: boolean;
  spots: Spot[];
  lines: LineRow[];
  functions: FunctionRow[];
  stacks: StackRow[];
  smaller: number;
  cells: CellStats[];
  notes: string[];
}

/** What tracing a cell runs. */
export interface TracePlan {
  cell: CellRef;
  source_line: string;
  seconds: number | null;
  rise: number | null;
  memory: number;
  limit: number | null;
  world: World;
  native: boolean;
}

/** Memory by one line of source. */
export interface LineMemory {
  line: number;
  source: string;
  runs: number;
  after: number | null;
  change: number | null;
  peak: number | null;
  native: number | null;
  resident_rise: number | null;
  resident_peak: number | null;
}

/** The lines of one cell or function, in order. */
export interface Section {
  title: string;
  cell: CellRef | null;
  lines: LineMemory[];
}

/** Memory by line. */
export interface LineProfile {
  sections: Section[];
  at: number;
  seconds: number;
  measuring: number;
  readings: number;
  before: number;
  after: number;
  peak: number | null;
  sampled: boolean;
  failed: boolean;
  notes: string[];
}

/** A cell of the user has started. */
export interface RunStarted {
  kind: 'run-started';
  seq: number;
  run: number;
  cell_id: string | null;
  execution_count: number | null;
  started: number;
  rss: number;
  oom_kills: number | null;
}

/** A cell of the user has ended. */
export interface RunEnded {
  kind: 'run-ended';
  seq: number;
  record: CellRun;
  memory: Memory;
}

/** Memory while a cell runs, at most twice a second, only while a front end looks. */
export interface Sample {
  kind: 'sample';
  seq: number;
  run: number;
  at: number;
  rss: number;
  limit_used: number | null;
}

/** A check has finished. */
export interface Checked {
  kind: 'checked';
  seq: number;
  report: Report;
  records: CellRun[];
  request: string | null;
}

/** The answer to a wish for a preview. */
export interface Previewed {
  kind: 'previewed';
  seq: number;
  request: string;
  preview: Preview;
}

/** The answer to a wish for the totals of some items of a preview. */
export interface Totalled {
  kind: 'totalled';
  seq: number;
  request: string;
  preview: string;
  totals: Totals;
}

/** The answer to a wish to clear. */
export interface Cleared {
  kind: 'cleared';
  seq: number;
  request: string;
  receipts: Receipts;
}

/** The answer to a wish to undo. */
export interface Undid {
  kind: 'undid';
  seq: number;
  request: string;
  undone: Undone;
}

/** A finding was called expected in the kernel: the notebook is to remember it. */
export interface MarkExpected {
  kind: 'mark-expected';
  seq: number;
  expected: Expected;
  remove: boolean;
}

/** The answer to a wish to give free memory back to the system. */
export interface GaveBack {
  kind: 'gave-back';
  seq: number;
  request: string;
  given: GivenBack;
}

/** The answer to a wish to count objects. */
export interface Counted {
  kind: 'counted';
  seq: number;
  request: string;
  table: ObjectTable;
}

/** The answer to a wish for the biggest objects of a class. */
export interface Listed {
  kind: 'listed';
  seq: number;
  request: string;
  instances: Instances;
}

/** The answer to a wish for what refers to an object. */
export interface Referred {
  kind: 'referred';
  seq: number;
  request: string;
  references: References;
}

/** The answer to a wish for a garbage collection. */
export interface Collected {
  kind: 'collected';
  seq: number;
  request: string;
  collection: Collection;
}

/** The answer to a wish for the variables. */
export interface Inventoried {
  kind: 'inventoried';
  seq: number;
  request: string;
  inventory: Inventory;
}

/** The answer to a wish for the plan of a growth test; ``test`` names it. */
export interface Planned {
  kind: 'planned';
  seq: number;
  request: string;
  test: string;
  plan: Plan;
}

/** How far a growth test is, at most twice a second and once a batch. */
export interface Proving {
  kind: 'proving';
  seq: number;
  request: string;
  batch: number;
  run: number;
  of: number;
  left: number;
  strongest: Growth | null;
}

/** What a growth test proved, also one that was stopped. */
export interface Proved {
  kind: 'proved';
  seq: number;
  request: string;
  proof: Proof;
}

/** The answer to a wish for the plan of a trace; ``trace`` names it. */
export interface TracePlanned {
  kind: 'trace-planned';
  seq: number;
  request: string;
  trace: string;
  plan: TracePlan;
}

/** What a traced cell allocated; ``id`` names it when it is to be saved. */
export interface Traced {
  kind: 'traced';
  seq: number;
  request: string;
  id: string;
  trace: Trace;
}

/** Memory by line of a cell that was run for it. */
export interface LinesTold {
  kind: 'lines-told';
  seq: number;
  request: string;
  profile: LineProfile;
}

/** A trace as a file: how its name ends, and its bytes in base64. */
export interface Exported {
  kind: 'exported';
  seq: number;
  request: string;
  end: string;
  content: string;
}

/** How far a wish is that takes long, at most twice a second: objects looked at, or bytes saved; 0 of 0 when a trace begins. */
export interface Progress {
  kind: 'progress';
  seq: number;
  request: string | null;
  done: number;
  total: number;
}

/** The answer to a wish that could not be granted; nothing was changed. */
export interface Refused {
  kind: 'refused';
  seq: number;
  request: string;
  message: string;
}

/** The extension was unloaded in this kernel; nothing is recorded any more. */
export interface Unloaded {
  kind: 'unloaded';
  seq: number;
}

/** A front end presents itself; from now on events are sent. */
export interface Hello {
  command: 'leakhunter.hello';
  protocol: number;
  client: string;
  visible: boolean;
  glances: boolean;
}

/** Whether the panel of this client is on screen. */
export interface Visible {
  command: 'leakhunter.visible';
  client: string;
  visible: boolean;
  glances: boolean;
}

/** Settings to follow from now on. */
export interface Configure {
  command: 'leakhunter.configure';
  settings: Settings;
}

/** The code cells of the notebook, in order: what may still read a name. */
export interface Notebook {
  command: 'leakhunter.notebook';
  cells: Source[];
}

/** Ask for the records after ``since_run``. */
export interface FetchRuns {
  command: 'leakhunter.runs';
  since_run: number;
}

/** Ask for the last report. */
export interface FetchReport {
  command: 'leakhunter.report';
}

/** Check now, with a budget in seconds; answered by ``checked``. */
export interface WishCheck {
  command: 'leakhunter.check';
  request: string;
  budget: number;
}

/** Preview clearing these findings; answered by ``previewed``. */
export interface WishPreview {
  command: 'leakhunter.preview';
  request: string;
  ids: string[];
}

/** Ask what clearing some items of a preview would do; answered by ``totalled``. */
export interface WishTotals {
  command: 'leakhunter.totals';
  request: string;
  preview: string;
  ids: string[];
}

/** Clear what a preview listed (all of it, or only ``ids``); answered by ``cleared``. */
export interface WishClear {
  command: 'leakhunter.clear';
  request: string;
  preview: string;
  ids: string[];
  save: boolean;
}

/** Bring back what a clearing took; answered by ``undid``. */
export interface WishUndo {
  command: 'leakhunter.undo';
  request: string;
  receipt: string;
}

/** What the notebook remembers as expected, all of it; a check follows. */
export interface TellExpected {
  command: 'leakhunter.expected';
  expected: Expected[];
}

/** Ask for the receipts of this kernel. */
export interface FetchReceipts {
  command: 'leakhunter.receipts';
}

/** Ask the allocators to return what they hold free; answered by ``gave-back``. */
export interface WishGiveBack {
  command: 'leakhunter.give-back';
  request: string;
}

/** Count objects by class; answered by ``counted``. */
export interface WishCount {
  command: 'leakhunter.count';
  request: string;
  show: ObjectsShow;
  mark: boolean;
  since_run: number | null;
  only: string | null;
  budget: number;
}

/** Ask for the biggest objects of a counted class; answered by ``listed``. */
export interface WishInstances {
  command: 'leakhunter.instances';
  request: string;
  row: string;
}

/** Ask what refers to a listed object, or to a variable; answered by ``referred``. */
export interface WishReferences {
  command: 'leakhunter.references';
  request: string;
  object: string;
}

/** Collect garbage now; answered by ``collected``. */
export interface WishCollect {
  command: 'leakhunter.collect';
  request: string;
}

/** Stop watching this kernel and leave nothing behind; answered by ``unloaded``. */
export interface WishStop {
  command: 'leakhunter.stop';
  request: string;
}

/** Ask for the variables as they are now; answered by ``inventoried``. */
export interface WishVariables {
  command: 'leakhunter.variables';
  request: string;
}

/** Plan a growth test of a finding or of a cell; answered by ``planned``. */
export interface WishPlan {
  command: 'leakhunter.prove-plan';
  request: string;
  finding: string | null;
  cell: CellRef | null;
  before: string | null;
}

/** Run a planned growth test; answered by ``proving`` and ``proved``. */
export interface WishProve {
  command: 'leakhunter.prove';
  request: string;
  test: string;
  agreed: boolean;
  lines: boolean;
}

/** Plan a trace of a cell, or of the cell that made a finding; answered by ``trace-planned``. */
export interface WishTracePlan {
  command: 'leakhunter.trace-plan';
  request: string;
  finding: string | null;
  cell: CellRef | null;
}

/** Run a planned trace; answered by ``traced`` or, for the lines of a cell, ``lines-told``. */
export interface WishTrace {
  command: 'leakhunter.trace';
  request: string;
  trace: string;
  measure: TraceKind;
  agreed: boolean;
  functions: string[];
}

/** Ask for a trace as a file; answered by ``exported``. */
export interface WishExport {
  command: 'leakhunter.trace-export';
  request: string;
  trace: string;
  format: ExportFormat;
}

/** Take back a wish that still waits; a growth test ends with what was measured. */
export interface Cancel {
  command: 'leakhunter.cancel';
  request: string | null;
}

/** The state of the kernel side, small enough to be sent at once. */
export interface HelloReply {
  protocol: number;
  version: string;
  session: string;
  seq: number;
  python: string;
  system: string;
  running: RunStarted | null;
  memory: Memory;
  last_run: number;
  has_report: boolean;
  missing: string[];
  oom_kills: number | null;
}

/** Records after the one asked for; ``more`` when they did not all fit. */
export interface RunsReply {
  session: string;
  seq: number;
  runs: CellRun[];
  more: boolean;
}

/** The last report, if there is one. */
export interface ReportReply {
  session: string;
  seq: number;
  report: Report | null;
}

/** The receipts of this kernel, the newest first. */
export interface ReceiptsReply {
  session: string;
  seq: number;
  receipts: Receipts[];
}

/** A wish was taken; ``waits`` while a cell runs. */
export interface Accepted {
  waits: boolean;
}

/** A message that was not understood, in one sentence. */
export interface Rejected {
  message: string;
}

export type AnyEvent =
  | RunStarted
  | RunEnded
  | Sample
  | Checked
  | Previewed
  | Totalled
  | Cleared
  | Undid
  | MarkExpected
  | GaveBack
  | Counted
  | Listed
  | Referred
  | Collected
  | Inventoried
  | Planned
  | Proving
  | Proved
  | TracePlanned
  | Traced
  | LinesTold
  | Exported
  | Progress
  | Refused
  | Unloaded;

export type AnyRequest =
  | Hello
  | Visible
  | Configure
  | Notebook
  | FetchRuns
  | FetchReport
  | WishCheck
  | WishPreview
  | WishTotals
  | WishClear
  | WishUndo
  | TellExpected
  | FetchReceipts
  | WishGiveBack
  | WishCount
  | WishInstances
  | WishReferences
  | WishCollect
  | WishStop
  | WishVariables
  | WishPlan
  | WishProve
  | WishTracePlan
  | WishTrace
  | WishExport
  | Cancel;

export type AnyReply =
  | HelloReply
  | RunsReply
  | ReportReply
  | ReceiptsReply
  | Accepted
  | Rejected;
