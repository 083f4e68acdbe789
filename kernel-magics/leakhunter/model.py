"""The values of Leak Hunter: what is recorded, found, previewed, cleared and sent.

Everything that leaves the engine is one of these structs, for every door alike.
The TypeScript types of the front end are generated from this module
(``python build_tools/protocol.py``), so a word here is a word there.

Units: sizes are bytes (``int``), durations are seconds (``float``), points in
time are seconds since the epoch (``float``).  ``None`` means "not known".
Text taken from the user's data is exact ``str``, short, and never markup.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

PROTOCOL = 1
"""Version of the wire; a front end that speaks another one says so to the user."""

SCHEMA = 1
"""Version of the JSON document that ``%leakcheck --json`` prints."""

Verdict: TypeAlias = Literal["leak", "leftover", "suspect", "not-a-leak"]
"""What a finding is; ``leak``: no name of the user's reaches it."""

Group: TypeAlias = Literal["safe", "check", "not-a-leak", "expected"]
"""What the user may do with a finding."""

Kind: TypeAlias = Literal[
    "leftover-variable", "output-history", "traceback", "view-base"
]
"""The cause of a finding, one detector each."""

Label: TypeAlias = Literal["Leftover", "Hidden", "Pinned"]
"""The chip on screen."""

PartId: TypeAlias = Literal["leftover", "history", "views", "traceback", "rest"]
"""A part of the kernel's resident memory."""

LimitSource: TypeAlias = Literal["cgroup", "hub", "setting", "rlimit", "host"]
"""Where the limit comes from: pod, ``MEM_LIMIT``, our setting, ``RLIMIT_AS``, the machine."""

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
    the system from the largest sample.  ``held`` are the buffers of 1 MB and
    more first seen after this run and alive at the last check.
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


class Part(Value, frozen=True, kw_only=True):
    """One part of the resident memory."""

    part: PartId
    bytes: int


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
    breakdown: list[Part]


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


class Finding(Value, frozen=True, kw_only=True):
    """Memory that is held, by what, why, and what clearing it gives back.

    ``bytes`` is the size of what is held through this finding, ``frees`` what
    clearing it alone gives back (``exact``, or at least).  ``fingerprint`` is
    stable across runs, ``id`` is unique in the kernel's life.
    ``does`` says what clearing does, ``made_again`` whether running the cell
    again brings it back.  Texts may hold references to cells, written
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


class Check(Value, frozen=True, kw_only=True):
    """One line of what was looked at; ``done`` is false for what was not."""

    text: str
    done: bool


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
    cells: list[CellMemory]
    findings: list[Finding]
    safe_bytes: int
    check_bytes: int
    only_together: int
    checks: list[Check]


# ------------------------------------------------------------------- acting


class PreviewItem(Value, frozen=True, kw_only=True):
    """One finding of a preview and what will be done to it."""

    id: str
    title: str
    part: PartId
    frees: int
    does: str


class Preview(Value, frozen=True, kw_only=True):
    """What clearing a set would do; nothing has been touched.

    ``frees`` is trial deletion over the whole set.  ``readers`` says which
    cells read what goes and what to run first, ``held`` who else holds it.
    """

    id: str
    at: float
    after_run: int
    items: list[PreviewItem]
    frees: int
    exact: bool
    rss: int
    rss_after: int
    readers: list[str]
    held: list[str]
    breaks: list[str]
    undo: str


class Survivor(Value, frozen=True, kw_only=True):
    """Something that should have gone and is still there."""

    name: str
    bytes: int
    holders: list[str]


class Receipt(Value, frozen=True, kw_only=True):
    """What clearing one finding did.

    ``predicted`` was promised, ``measured`` is how much less private memory
    the process has, ``freed`` the bytes of the objects seen to be gone.
    """

    id: str
    title: str
    predicted: int
    measured: int
    freed: int
    did: str
    survivors: list[Survivor]


class Receipts(Value, frozen=True, kw_only=True):
    """What clearing a set did: one receipt each, and the totals of the set."""

    at: float
    receipts: list[Receipt]
    predicted: int
    measured: int
    freed: int
    rss_before: int
    rss_after: int


# ------------------------------------------------------- events out (iopub)


class Event(Value, frozen=True, kw_only=True, tag_field="kind"):
    """A message out of the kernel.  ``seq`` counts up by one; a gap means: fetch again."""

    seq: int


class RunStarted(Event, frozen=True, kw_only=True, tag="run-started"):
    """A cell of the user has started."""

    run: int
    cell_id: str | None
    execution_count: int | None
    started: float
    rss: int


class RunEnded(Event, frozen=True, kw_only=True, tag="run-ended"):
    """A cell of the user has ended."""

    record: CellRun
    memory: Memory


class Sample(Event, frozen=True, kw_only=True, tag="sample"):
    """Memory while a cell runs, at most twice a second, only for a visible panel."""

    run: int
    at: float
    rss: int
    limit_used: int | None


class Checked(Event, frozen=True, kw_only=True, tag="checked"):
    """A check has finished."""

    report: Report
    records: list[CellRun]
    request: str | None = None


class Previewed(Event, frozen=True, kw_only=True, tag="previewed"):
    """The answer to a wish for a preview."""

    request: str
    preview: Preview


class Cleared(Event, frozen=True, kw_only=True, tag="cleared"):
    """The answer to a wish to clear."""

    request: str
    receipts: Receipts


class Refused(Event, frozen=True, kw_only=True, tag="refused"):
    """The answer to a wish that could not be granted; nothing was changed."""

    request: str
    message: str


class Unloaded(Event, frozen=True, kw_only=True, tag="unloaded"):
    """The extension was unloaded in this kernel; nothing is recorded any more."""


AnyEvent: TypeAlias = (
    RunStarted | RunEnded | Sample | Checked | Previewed | Cleared | Refused | Unloaded
)


# ------------------------------------------------- wishes in (control channel)


class Source(Value, frozen=True, kw_only=True):
    """The source of one code cell of the notebook as it stands in the editor."""

    cell_id: str
    source: str


class Settings(Value, frozen=True, kw_only=True):
    """Settings of the front end that the kernel side follows."""

    leftover_after: int = 3
    min_finding: int = 10 * 1024 * 1024
    memory_limit: int | None = None
    exact_peak: bool = True
    check_after_cell: bool = True
    check_budget_ms: int = 300


class Hello(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.hello"
):
    """A front end presents itself; from now on events are sent."""

    protocol: int
    client: str
    visible: bool


class Visible(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.visible"
):
    """The panel of this client is (or is no longer) on screen."""

    client: str
    visible: bool


class Configure(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.configure"
):
    """Settings to follow from now on."""

    settings: Settings


class Notebook(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.notebook"
):
    """The code cells of the notebook, in order: what may still read a name."""

    cells: list[Source]


class FetchRuns(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.runs"
):
    """Ask for the records after ``since_run``."""

    since_run: int


class FetchReport(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.report"
):
    """Ask for the last report."""


class WishCheck(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.check"
):
    """Check now, with a budget in seconds; answered by ``checked``."""

    request: str
    budget: float = 2.0


class WishPreview(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.preview"
):
    """Preview clearing these findings; answered by ``previewed``."""

    request: str
    ids: list[str]


class WishClear(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.clear"
):
    """Clear what a preview listed (all of it, or only ``ids``); answered by ``cleared``."""

    request: str
    preview: str
    ids: list[str]


class Cancel(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.cancel"
):
    """Take back a wish that still waits."""

    request: str


AnyRequest: TypeAlias = (
    Hello
    | Visible
    | Configure
    | Notebook
    | FetchRuns
    | FetchReport
    | WishCheck
    | WishPreview
    | WishClear
    | Cancel
)


class HelloReply(Value, frozen=True, kw_only=True):
    """The state of the kernel side, small enough to be sent at once.

    ``session`` names this life of the extension: another value means that
    earlier records are gone.  ``missing`` are readings that this system lacks.
    """

    protocol: int
    version: str
    session: str
    seq: int
    python: str
    system: str
    running: RunStarted | None
    memory: Memory
    last_run: int
    has_report: bool
    missing: list[str]


class RunsReply(Value, frozen=True, kw_only=True):
    """Records after the one asked for; ``more`` when they did not all fit."""

    session: str
    seq: int
    runs: list[CellRun]
    more: bool


class ReportReply(Value, frozen=True, kw_only=True):
    """The last report, if there is one."""

    session: str
    seq: int
    report: Report | None


class Accepted(Value, frozen=True, kw_only=True):
    """A wish was taken; ``waits`` while a cell runs."""

    waits: bool


class Rejected(Value, frozen=True, kw_only=True):
    """A message that was not understood, in one sentence."""

    message: str


AnyReply: TypeAlias = HelloReply | RunsReply | ReportReply | Accepted | Rejected
