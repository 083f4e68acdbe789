"""The values of Leak Hunter: what is recorded, found, previewed and cleared.

Everything that leaves the engine is one of these structs, for every door alike;
:mod:`leakhunter.messages` has the messages that carry them.  The TypeScript
types of the front end are generated from both modules
(``python build_tools/protocol.py``), so a word here is a word there.

Units: sizes are bytes (``int``), durations are seconds (``float``), points in
time are seconds since the epoch (``float``).  ``None`` means "not known".
Text taken from the user's data is exact ``str``, short, and never markup.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

SCHEMA = 1
"""Version of the JSON document that ``%leakcheck --json`` prints."""

Verdict: TypeAlias = Literal["leak", "leftover", "suspect", "not-a-leak"]
"""What a finding is; ``leak``: no name of the user's reaches it."""

Group: TypeAlias = Literal["safe", "check", "not-a-leak", "expected"]
"""What the user may do with a finding."""

Kind: TypeAlias = Literal[
    "leftover-variable",
    "output-history",
    "traceback",
    "module-namespace",
    "widget",
    "container-holds",
    "accumulator",
    "closure",
    "cache",
    "index-cache",
    "view-base",
    "ref-cycle",
    "uncollectable-cycle",
    "gc-state",
    "suspended-frame",
    "thread-frame",
    "async-task",
    "autograd-graph",
    "figure",
    "document",
    "registry",
    "open-resource",
    "child-processes",
    "native-leak",
    "allocator-retention",
]
"""The cause of a finding, one detector each."""

Label: TypeAlias = Literal[
    "Leftover",
    "Hidden",
    "Pinned",
    "Growing",
    "Leak",
    "Held",
    "Garbage",
    "Stuck",
    "Open",
    "Suspect",
    "Kept free",
]
"""The chip on screen."""

PartId: TypeAlias = Literal[
    "variables",
    "hidden",
    "libraries",
    "pools",
    "files",
    "shared",
    "leftover",
    "history",
    "views",
    "traceback",
    "registry",
    "garbage",
    "kept",
    "unexplained",
]
"""A part of the kernel's resident memory, in the order of the screen.

In use: what some cell reads, what hidden holders keep, the interpreter with
modules and their data, pools of Arrow and others that nothing else explains,
mapped files, shared memory.  Could go: ``leftover`` to ``garbage``.  Then what
is freed and not returned to the system, and what nothing explains.
"""

LimitSource: TypeAlias = Literal["cgroup", "hub", "setting", "rlimit", "host"]
"""Where the limit comes from: pod, ``MEM_LIMIT``, our setting, ``RLIMIT_AS``, the machine."""

BirthCells: TypeAlias = Literal["off", "census", "hooks"]
"""How it is told which cell made a buffer: not at all, at the checks, or as numpy makes it."""

HolderRole: TypeAlias = Literal["root", "link", "object"]
"""Place of a step in a chain: where it starts, a reference, what is held."""


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """Base of all values: immutable, keyword only."""


# ---------------------------------------------------------------- recording


class CellRef(Value, frozen=True, kw_only=True):
    """A cell, as well as it is known."""

    cell_id: str | None
    execution_count: int | None


class CellRun(Value, frozen=True, kw_only=True):
    """One run of one cell.

    ``run`` counts the runs of this kernel from 1.  ``peak`` is the high-water
    mark of resident memory during the run; ``peak_exact`` tells a mark kept by
    the system from the largest sample.  ``held`` is what this run made and
    was alive at the last check, in pieces of 64 KiB and more.  ``made`` is all
    that numpy gave out in such pieces during the run, also what was freed
    again; ``None`` where it is not counted.
    """

    run: int
    cell_id: str | None
    execution_count: int | None
    source_line: str
    started: float
    seconds: float
    rss_before: int
    rss_after: int
    anon_before: int | None
    anon_after: int | None
    peak: int | None
    peak_exact: bool
    bound: list[str]
    rebound: list[str]
    deleted: list[str]
    read: list[str]
    error: str | None
    held: int = 0
    made: int | None = None


class CellMemory(Value, frozen=True, kw_only=True):
    """All runs of one cell, rolled up; ``delta`` and ``peak`` are those of the last run."""

    cell_id: str | None
    execution_count: int
    source_line: str
    delta: int
    peak: int | None
    peak_exact: bool
    held: int
    runs: int
    seconds: float
    failed: bool


class PartDetail(Value, frozen=True, kw_only=True):
    """A piece of a part: a library, an allocator."""

    label: str
    bytes: int


class Part(Value, frozen=True, kw_only=True):
    """One part of the resident memory; ``checked`` is false when it was not looked for."""

    part: PartId
    bytes: int
    details: list[PartDetail] = []
    checked: bool = True


class Child(Value, frozen=True, kw_only=True):
    """A process that the kernel started; ``bytes`` is memory that the kernel does not share."""

    pid: int
    name: str
    bytes: int
    cell: CellRef | None


class Gpu(Value, frozen=True, kw_only=True):
    """Memory of one GPU that this kernel's libraries use."""

    name: str
    allocated: int
    reserved: int
    peak: int | None


class Sheet(Value, frozen=True, kw_only=True):
    """Where the resident memory is.

    The parts add up to ``rss`` exactly.  ``overlap`` says by how much more
    than that was found; the parts are cut by it.  Children and GPUs have
    memory of their own beside it.
    """

    at: float
    rss: int
    parts: list[Part]
    overlap: int
    children: list[Child]
    gpus: list[Gpu]


class Memory(Value, frozen=True, kw_only=True):
    """The kernel's memory at one moment.

    ``limit_used`` is what the limit counts: for a cgroup the working set of the
    whole pod (usage less inactive file pages), otherwise this process.
    """

    at: float
    rss: int
    anon: int | None
    peak: int | None
    peak_exact: bool
    peak_cell: CellRef | None
    limit: int | None
    limit_source: LimitSource | None
    limit_used: int | None


# ----------------------------------------------------------------- findings


class Holder(Value, frozen=True, kw_only=True):
    """One step of the chain from a root to the object.

    ``stuck`` marks the one reference that keeps the object although it is not
    wanted; it is set on at most one step, and only when both ends are known.
    """

    role: HolderRole
    label: str
    note: str
    bytes: int | None = None
    stuck: bool = False


class Remedy(Value, frozen=True, kw_only=True):
    """What to do: ``clear`` when we can do it exactly, else ``advice`` with code."""

    action: Literal["clear", "advice"]
    code: str | None
    frees: int


class Expected(Value, frozen=True, kw_only=True):
    """A finding that the user called expected: known by its fingerprint, never by its names.

    ``bytes`` is what it freed when it was marked: it speaks up again when it
    has grown by more than a tenth.
    """

    fingerprint: str
    kind: Kind
    bytes: int
    reason: str
    at: float


class Finding(Value, frozen=True, kw_only=True):
    """Memory that is held, by what, why, and what clearing it gives back.

    ``bytes`` is the size of what is held through this finding, ``frees`` what
    clearing it alone gives back (``exact``, or at least).  ``fingerprint`` is
    stable across runs, ``id`` is unique in the kernel's life.
    ``does`` says what clearing does, ``made_again`` whether running the cell
    again brings it back.  ``expected`` is set where the user called it so.  Texts may hold references to cells, written
    ``[14]``, and code between back-quotes.
    """

    id: str
    fingerprint: str
    kind: Kind
    verdict: Verdict
    label: Label
    group: Group
    part: PartId
    title: str
    type: str
    bytes: int
    frees: int
    exact: bool
    cell: CellRef | None
    names: list[str]
    path: list[str]
    reason: str
    chain: list[Holder]
    facts: list[str]
    breaks: list[str]
    fix: str | None
    does: str
    made_again: bool
    remedy: Remedy
    expected: Expected | None = None


class Variable(Value, frozen=True, kw_only=True):
    """One variable of the user's; cells are told by their execution counts.

    ``frees`` is what clearing it alone frees (``exact``, or at least),
    ``shared`` what it reaches beside that; ``shared_with`` are names that reach
    some of it too (not all of them with ``shared_more``), and ``together`` is
    what clearing it and them frees.  ``read`` tells whether ``last_read`` reads
    it, or perhaps does; ``unread`` that no cell does any more, nor will.
    """

    name: str
    type: str
    shape: str
    frees: int
    exact: bool
    shared: int
    shared_with: list[str]
    shared_more: bool
    together: int | None
    read: Literal["yes", "perhaps", "never"]
    last_read: int | None
    unread: bool
    made_in: int | None
    finding: str | None


class Inventory(Value, frozen=True, kw_only=True):
    """The variables that hold the most; ``small`` others hold less, ``left_out`` were not looked at."""

    at: float
    after_run: int
    complete: bool
    variables: list[Variable]
    small: int
    left_out: int


class Check(Value, frozen=True, kw_only=True):
    """One line of what was looked at; ``done`` is false for what was not."""

    text: str
    done: bool


class Lingering(Value, frozen=True, kw_only=True):
    """A big value whose name was deleted, bound again or cleared, and what became of it.

    ``holders`` keep it alive; ``gone`` tells that it has died since the check before.
    """

    name: str
    cell: CellRef | None
    how: Literal["deleted", "rebound", "cleared"]
    bytes: int
    holders: list[str]
    gone: bool


class Alive(Value, frozen=True, kw_only=True):
    """Bytes that a run made, in pieces of 64 KiB and more, and the part of memory that they are today.

    ``unexplained`` is what no name of the user's leads to.
    """

    run: int
    part: PartId
    bytes: int


class Report(Value, frozen=True, kw_only=True):
    """Everything one check found out; the same for every door.

    ``safe_bytes`` is what clearing the whole safe group frees (trial deletion
    over the union), ``check_bytes`` what the check-first group adds to it.
    ``only_together`` is the rest of ``safe_bytes`` that no single row frees.
    """

    schema: int
    at: float
    after: CellRef | None
    after_run: int
    seconds: float
    complete: bool
    objects: int
    memory: Memory
    sheet: Sheet
    cells: list[CellMemory]
    findings: list[Finding]
    safe_bytes: int
    check_bytes: int
    only_together: int
    checks: list[Check]
    lingering: list[Lingering] = []
    alive: list[Alive] = []


# ------------------------------------------------------------------- acting


class Unsaved(Value, frozen=True, kw_only=True):
    """Something that goes and that undo cannot bring back: why, and which cell makes it again.

    ``in_part``: other things of the item come back.
    """

    item: str
    title: str
    reason: str
    in_part: bool = False
    cell: CellRef | None
    seconds: float | None


class UndoPlan(Value, frozen=True, kw_only=True):
    """What undo would bring back, and what that takes.

    ``bytes`` go to the disk, in about ``seconds``; ``free_disk`` is free
    there.  ``refused`` says in one sentence why nothing is saved at all.
    """

    bytes: int
    seconds: float
    free_disk: int | None
    minutes: float
    unsaved: list[Unsaved]
    refused: str | None = None


class PreviewItem(Value, frozen=True, kw_only=True):
    """One finding of a preview and what will be done to it; ``slots`` are the places that it empties."""

    id: str
    title: str
    part: PartId
    frees: int
    does: str
    slots: list[str]


class Totals(Value, frozen=True, kw_only=True):
    """What clearing some items of a preview would do.

    ``frees`` is trial deletion over the whole set.  ``held`` says what stays,
    and because of whom.
    """

    ids: list[str]
    frees: int
    exact: bool
    rss: int
    rss_after: int
    held: list[str]
    undo: UndoPlan


class Preview(Value, frozen=True, kw_only=True):
    """What clearing a set would do; nothing has been touched.

    ``readers`` says which cells read what goes and what to run first,
    ``breaks`` what else stops working.  ``totals`` are those of all items.
    """

    id: str
    at: float
    after_run: int
    items: list[PreviewItem]
    readers: list[str]
    breaks: list[str]
    totals: Totals


class Survivor(Value, frozen=True, kw_only=True):
    """Something that should have gone and is still there.

    ``after_preview``: none of the holders held it when the preview was made.
    ``release`` are what to preview for letting go of the holders too.
    """

    name: str
    bytes: int
    holders: list[str]
    after_preview: bool = False
    release: list[str] = []


class Receipt(Value, frozen=True, kw_only=True):
    """What clearing one finding did.

    ``predicted`` was promised, ``measured`` is how much less private memory
    the process has, ``freed`` the bytes of the objects seen to be gone.
    ``skipped`` says what was left alone, and why.
    """

    id: str
    title: str
    predicted: int
    measured: int
    freed: int
    did: str
    survivors: list[Survivor]
    skipped: list[str] = []


class Receipts(Value, frozen=True, kw_only=True):
    """What clearing a set did: one receipt each, and the totals of the set.

    ``undo_until`` is when undo ends; ``None`` when there is nothing to undo.
    ``garbage`` are bytes that waited for a collection and went with the one
    that clearing needed; they are not in ``measured``.
    """

    id: str
    at: float
    receipts: list[Receipt]
    predicted: int
    measured: int
    freed: int
    rss_before: int
    rss_after: int
    garbage: int = 0
    undo_until: float | None
    undo_bytes: int
    unsaved: list[Unsaved]
    undone: bool = False


class Restored(Value, frozen=True, kw_only=True):
    """One thing that came back; ``name`` is where it is now, ``note`` what is different."""

    title: str
    name: str
    note: str | None


class Undone(Value, frozen=True, kw_only=True):
    """What undo brought back and what it could not."""

    receipt: str
    at: float
    restored: list[Restored]
    lost: list[Unsaved]
    seconds: float
    rss_before: int
    rss_after: int


class Frees(Value, frozen=True, kw_only=True):
    """What clearing some things would free: each alone, and all together.

    ``exact`` is false when ``bytes`` is only a lower bound.  ``held`` says
    what else holds some of it.
    """

    titles: list[str]
    alone: list[int]
    bytes: int
    exact: bool
    held: list[str]


class Returned(Value, frozen=True, kw_only=True):
    """What one allocator gave back to the system."""

    what: str
    bytes: int


class GivenBack(Value, frozen=True, kw_only=True):
    """What asking all allocators for their free memory brought, measured from outside."""

    at: float
    returned: list[Returned]
    rss_before: int
    rss_after: int


# ------------------------------------------------------------------ objects

ObjectsShow: TypeAlias = Literal["all", "growing", "unused", "unreachable"]
"""Which objects are counted: all, classes that grew, those that only names hold
which no cell reads again, and garbage that waits for a collection."""


class TypeRow(Value, frozen=True, kw_only=True):
    """Objects of one class: how many, their own bytes, and the change since a count before.

    ``id`` names the row in wishes and in ``%leakcheck``; ``clears`` are the
    variables that clearing it removes, when that is known.
    """

    id: str
    type: str
    module: str
    count: int
    bytes: int
    count_change: int | None = None
    bytes_change: int | None = None
    clears: list[str] = []


class ObjectTable(Value, frozen=True, kw_only=True):
    """The objects that Python's collector knows, with the arrays and long texts in them, by class.

    ``objects`` and ``bytes`` are those of all rows, ``more`` counts rows that
    were left out.  ``since`` says in words what changes are counted from;
    ``after`` is the cell that the count was taken after.  ``left_out`` says
    what was not counted.
    """

    at: float
    show: ObjectsShow
    rows: list[TypeRow]
    more: int
    objects: int
    bytes: int
    seconds: float
    complete: bool
    since: str | None
    after: CellRef | None
    frozen: int
    uncollectable: int
    left_out: list[str]


class Instance(Value, frozen=True, kw_only=True):
    """One object of a class; ``label`` is its name, or its shape."""

    id: str
    label: str
    bytes: int


class Instances(Value, frozen=True, kw_only=True):
    """The biggest objects of one class."""

    row: str
    type: str
    instances: list[Instance]
    complete: bool


class Reference(Value, frozen=True, kw_only=True):
    """One reference to an object, as a person would write it.

    ``code`` holds it weakly instead, where that would do, and ``when`` says
    what that means.
    """

    label: str
    how: str
    note: str
    code: str | None = None
    when: str | None = None


class References(Value, frozen=True, kw_only=True):
    """What refers to one object, strong and weak apart.

    ``unseen`` counts references that nobody can see.  ``clear`` is what to
    preview for clearing it exactly; without it ``why_not`` says why.
    """

    title: str
    type: str
    strong: list[Reference]
    weak: list[Reference]
    unseen: int
    clear: str | None
    why_not: str | None


class Collection(Value, frozen=True, kw_only=True):
    """What a garbage collection returned.

    ``objects`` were unreachable, ``stuck`` of them could not be freed;
    ``measured`` is how much less private memory the process has.
    """

    at: float
    objects: int
    stuck: int
    measured: int
    rss_before: int
    rss_after: int
    seconds: float


# ------------------------------------------------- told by the front end


class Source(Value, frozen=True, kw_only=True):
    """The source of one code cell of the notebook as it stands in the editor."""

    cell_id: str
    source: str


class Settings(Value, frozen=True, kw_only=True):
    """Settings of the front end that the kernel side follows."""

    leftover_after: int = 3
    min_finding: int = 10 * 1024 * 1024
    decimal_units: bool = False
    memory_limit: int | None = None
    exact_peak: bool = True
    birth_cells: BirthCells = "hooks"
    check_after_cell: bool = True
    check_budget_ms: int = 300
    undo_minutes: float = 30
    undo_max_bytes: int = 8 * 1024**3
    undo_share_of_disk: float = 0.5
    prove_seconds: float = 120
    prove_stop_percent: float = 95
    prove_batches: tuple[int, ...] = (2, 4, 8, 16)
