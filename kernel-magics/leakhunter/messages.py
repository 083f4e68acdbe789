"""The messages of the wire: events out of the kernel, wishes in, and their answers.

They carry the values of :mod:`leakhunter.model`.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from leakhunter.model import (
    CellRef,
    CellRun,
    Collection,
    Expected,
    GivenBack,
    Instances,
    Inventory,
    Memory,
    ObjectsShow,
    ObjectTable,
    Preview,
    Receipts,
    References,
    Report,
    Settings,
    Source,
    Totals,
    Undone,
    Value,
)
from leakhunter.prove.model import Growth, Plan, Proof
from leakhunter.trace.model import (
    ExportFormat,
    LineProfile,
    Trace,
    TraceKind,
    TracePlan,
)

PROTOCOL = 1
"""Version of the wire; a front end that speaks another one says so to the user."""


# ------------------------------------------------------- events out (iopub)


class Event(Value, frozen=True, kw_only=True, tag_field="kind"):
    """A message out of the kernel.  ``seq`` counts up by one; a gap means: fetch again."""

    seq: int


class RunStarted(Event, frozen=True, kw_only=True, tag="run-started"):
    """A cell of the user has started.

    ``oom_kills`` are processes of this control group that the system has
    killed for memory so far: one more after a kernel's end proves why it ended.
    """

    run: int
    cell_id: str | None
    execution_count: int | None
    started: float
    rss: int
    oom_kills: int | None = None


class RunEnded(Event, frozen=True, kw_only=True, tag="run-ended"):
    """A cell of the user has ended."""

    record: CellRun
    memory: Memory


class Sample(Event, frozen=True, kw_only=True, tag="sample"):
    """Memory while a cell runs, at most twice a second, only while a front end looks."""

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


class Totalled(Event, frozen=True, kw_only=True, tag="totalled"):
    """The answer to a wish for the totals of some items of a preview."""

    request: str
    preview: str
    totals: Totals


class Cleared(Event, frozen=True, kw_only=True, tag="cleared"):
    """The answer to a wish to clear."""

    request: str
    receipts: Receipts


class Undid(Event, frozen=True, kw_only=True, tag="undid"):
    """The answer to a wish to undo."""

    request: str
    undone: Undone


class MarkExpected(Event, frozen=True, kw_only=True, tag="mark-expected"):
    """A finding was called expected in the kernel: the notebook is to remember it.

    With ``remove`` it no longer is: the notebook is to forget it.
    """

    expected: Expected
    remove: bool = False


class GaveBack(Event, frozen=True, kw_only=True, tag="gave-back"):
    """The answer to a wish to give free memory back to the system."""

    request: str
    given: GivenBack


class Counted(Event, frozen=True, kw_only=True, tag="counted"):
    """The answer to a wish to count objects."""

    request: str
    table: ObjectTable


class Listed(Event, frozen=True, kw_only=True, tag="listed"):
    """The answer to a wish for the biggest objects of a class."""

    request: str
    instances: Instances


class Referred(Event, frozen=True, kw_only=True, tag="referred"):
    """The answer to a wish for what refers to an object."""

    request: str
    references: References


class Collected(Event, frozen=True, kw_only=True, tag="collected"):
    """The answer to a wish for a garbage collection."""

    request: str
    collection: Collection


class Inventoried(Event, frozen=True, kw_only=True, tag="inventoried"):
    """The answer to a wish for the variables."""

    request: str
    inventory: Inventory


class Planned(Event, frozen=True, kw_only=True, tag="planned"):
    """The answer to a wish for the plan of a growth test; ``test`` names it."""

    request: str
    test: str
    plan: Plan


class Proving(Event, frozen=True, kw_only=True, tag="proving"):
    """How far a growth test is, at most twice a second and once a batch.

    Run ``run`` of ``of`` in a batch (0: warm-up; after the last batch of the
    plan: the runs that find lines) is next; about ``left`` seconds are left.  ``strongest`` is what grew most so far.
    """

    request: str
    batch: int
    run: int
    of: int
    left: float
    strongest: Growth | None


class Proved(Event, frozen=True, kw_only=True, tag="proved"):
    """What a growth test proved, also one that was stopped."""

    request: str
    proof: Proof


class TracePlanned(Event, frozen=True, kw_only=True, tag="trace-planned"):
    """The answer to a wish for the plan of a trace; ``trace`` names it."""

    request: str
    trace: str
    plan: TracePlan


class Traced(Event, frozen=True, kw_only=True, tag="traced"):
    """What a traced cell allocated; ``id`` names it when it is to be saved."""

    request: str
    id: str
    trace: Trace


class LinesTold(Event, frozen=True, kw_only=True, tag="lines-told"):
    """Memory by line of a cell that was run for it."""

    request: str
    profile: LineProfile


class Exported(Event, frozen=True, kw_only=True, tag="exported"):
    """A trace as a file: how its name ends, and its bytes in base64."""

    request: str
    end: str
    content: str


class Progress(Event, frozen=True, kw_only=True, tag="progress"):
    """How far a wish is that takes long, at most twice a second: objects looked at, or bytes saved; 0 of 0 when a trace begins.

    Without ``request`` it is the check that nobody asked for.
    """

    request: str | None
    done: int
    total: int


class Refused(Event, frozen=True, kw_only=True, tag="refused"):
    """The answer to a wish that could not be granted; nothing was changed."""

    request: str
    message: str


class Unloaded(Event, frozen=True, kw_only=True, tag="unloaded"):
    """The extension was unloaded in this kernel; nothing is recorded any more."""


AnyEvent: TypeAlias = (
    RunStarted
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
    | Unloaded
)


# ------------------------------------------------- wishes in (control channel)


class Hello(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.hello"
):
    """A front end presents itself; from now on events are sent."""

    protocol: int
    client: str
    visible: bool
    glances: bool = False


class Visible(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.visible"
):
    """Whether the panel of this client is on screen.

    With ``glances`` it looks at the memory of a running cell without a panel:
    in the status bar, or to warn near the limit.
    """

    client: str
    visible: bool
    glances: bool = False


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
    """Preview clearing these findings; answered by ``previewed``.

    ``name:x`` is the variable ``x`` alone, whatever finding it is part of.
    """

    request: str
    ids: list[str]


class WishTotals(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.totals"
):
    """Ask what clearing some items of a preview would do; answered by ``totalled``."""

    request: str
    preview: str
    ids: list[str]


class WishClear(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.clear"
):
    """Clear what a preview listed (all of it, or only ``ids``); answered by ``cleared``.

    With ``save`` what can be brought back is saved first.
    """

    request: str
    preview: str
    ids: list[str]
    save: bool = True


class WishUndo(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.undo"
):
    """Bring back what a clearing took; answered by ``undid``."""

    request: str
    receipt: str


class TellExpected(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.expected"
):
    """What the notebook remembers as expected, all of it; a check follows."""

    expected: list[Expected]


class FetchReceipts(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.receipts"
):
    """Ask for the receipts of this kernel."""


class WishGiveBack(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.give-back"
):
    """Ask the allocators to return what they hold free; answered by ``gave-back``."""

    request: str


class WishCount(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.count"
):
    """Count objects by class; answered by ``counted``.

    ``mark`` makes this count the one that later ones are compared with, unless
    ``since_run`` names a run after which objects were counted.  ``only``
    chooses a class, or those with this in their names.
    """

    request: str
    show: ObjectsShow = "all"
    mark: bool = False
    since_run: int | None = None
    only: str | None = None
    budget: float = 2.0


class WishInstances(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.instances"
):
    """Ask for the biggest objects of a counted class; answered by ``listed``."""

    request: str
    row: str


class WishReferences(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.references"
):
    """Ask what refers to a listed object, or to a variable; answered by ``referred``."""

    request: str
    object: str


class WishCollect(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.collect"
):
    """Collect garbage now; answered by ``collected``."""

    request: str


class WishStop(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.stop"
):
    """Stop watching this kernel and leave nothing behind; answered by ``unloaded``."""

    request: str


class WishVariables(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.variables"
):
    """Ask for the variables as they are now; answered by ``inventoried``."""

    request: str


class WishPlan(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.prove-plan"
):
    """Plan a growth test of a finding or of a cell; answered by ``planned``.

    ``before`` is an earlier proof to compare with.
    """

    request: str
    finding: str | None = None
    cell: CellRef | None = None
    before: str | None = None


class WishProve(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.prove"
):
    """Run a planned growth test; answered by ``proving`` and ``proved``.

    ``agreed`` is needed where the plan lists changes that stay.  With
    ``lines`` two more runs find the lines of a leak.
    """

    request: str
    test: str
    agreed: bool = False
    lines: bool = True


class WishTracePlan(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.trace-plan"
):
    """Plan a trace of a cell, or of the cell that made a finding; answered by ``trace-planned``."""

    request: str
    finding: str | None = None
    cell: CellRef | None = None


class WishTrace(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.trace"
):
    """Run a planned trace; answered by ``traced`` or, for the lines of a cell, ``lines-told``.

    ``agreed`` is needed where the plan lists changes that stay.  ``functions``
    names functions whose lines are measured too.
    """

    request: str
    trace: str
    measure: TraceKind = "allocations"
    agreed: bool = False
    functions: list[str] = msgspec.field(default_factory=list)


class WishExport(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.trace-export"
):
    """Ask for a trace as a file; answered by ``exported``."""

    request: str
    trace: str
    format: ExportFormat


class Cancel(
    Value, frozen=True, kw_only=True, tag_field="command", tag="leakhunter.cancel"
):
    """Take back a wish that still waits; a growth test ends with what was measured.

    Without ``request`` it is the check that nobody asked for, until a cell has run.
    """

    request: str | None


AnyRequest: TypeAlias = (
    Hello
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
    | Cancel
)


class HelloReply(Value, frozen=True, kw_only=True):
    """The state of the kernel side, small enough to be sent at once.

    ``session`` names this life of the extension: another value means that
    earlier records are gone.  ``missing`` are readings that this system lacks.
    ``oom_kills`` counts as that of :class:`RunStarted` does.
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
    oom_kills: int | None = None


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


class ReceiptsReply(Value, frozen=True, kw_only=True):
    """The receipts of this kernel, the newest first."""

    session: str
    seq: int
    receipts: list[Receipts]


class Accepted(Value, frozen=True, kw_only=True):
    """A wish was taken; ``waits`` while a cell runs."""

    waits: bool


class Rejected(Value, frozen=True, kw_only=True):
    """A message that was not understood, in one sentence."""

    message: str


AnyReply: TypeAlias = (
    HelloReply | RunsReply | ReportReply | ReceiptsReply | Accepted | Rejected
)
