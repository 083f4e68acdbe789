"""The values of traces and line profiles: numbers and text, no object of the user's.

Sizes are bytes, times are seconds.  ``None`` means not measured.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from leakhunter.model import CellRef, Value
from leakhunter.prove.model import World

Level = Literal["all", "cell", "library", "function", "line"]

TraceKind: TypeAlias = Literal["allocations", "lines", "native"]
"""What is measured of a cell: its allocations, its lines, or allocations of native code too."""

ExportFormat: TypeAlias = Literal["speedscope", "folded", "pprof", "csv"]
"""What a trace can be saved as."""


class Spot(Value, frozen=True):
    """A line of code.

    ``where`` names it as a person would: ``cell 7, line 3`` or
    ``pandas/core/frame.py:885``; ``library`` is ``notebook`` for cells.
    ``source`` is the line itself, shortened.
    """

    where: str
    line: int
    function: str = ""
    library: str = ""
    source: str = ""
    cell: CellRef | None = None


class LineRow(Value, frozen=True):
    """What one line allocated: what it still holds, and where inside of it most of that was allocated.

    ``allocated`` counts what was freed again too, with all that the line
    called.  Where freed blocks were not followed it is a lower bound: one run
    of the line may allocate and free several times.
    """

    spot: int
    held: int
    blocks: int
    inside: int | None = None
    allocated: int | None = None
    peak: int | None = None
    runs: int | None = None


class FunctionRow(Value, frozen=True):
    """What one function allocated: in its own lines, and with all that it called."""

    name: str
    where: str
    library: str
    own: int
    total: int
    blocks: int
    allocated: int | None = None
    calls: int | None = None
    cell: CellRef | None = None


class StackRow(Value, frozen=True):
    """Memory by the calls that led to it; ``frames`` index the spots, the outermost first."""

    frames: list[int]
    held: int
    blocks: int
    allocated: int | None = None
    allocations: int | None = None


class CellStats(Value, frozen=True):
    """A cell that ran during a trace: what Python counted at its peak and after it."""

    name: str
    cell: CellRef
    seconds: float
    change: int
    peak: int
    rss_change: int


class Trace(Value, frozen=True):
    """What was allocated while it was traced.

    ``held`` is what Python still counted at the end; ``unseen`` is what
    resident memory grew beyond that and beyond ``overhead``, the memory that
    tracing itself took.  It is negative where memory was counted that never
    became resident.  ``smaller`` is what is held by stacks that are not listed.
    """

    title: str
    at: float
    seconds: float
    depth: int
    held: int
    blocks: int
    peak: int
    rss_change: int
    unseen: int
    overhead: int
    summing: float
    native: bool
    spots: list[Spot]
    lines: list[LineRow]
    functions: list[FunctionRow]
    stacks: list[StackRow]
    smaller: int
    cells: list[CellStats]
    notes: list[str]


class TracePlan(Value, frozen=True, kw_only=True):
    """What tracing a cell runs.

    ``seconds`` and ``rise``, how far memory rose above what was there before,
    are those of its last run; ``None`` where it failed.  ``memory`` is what is
    used now of ``limit``.  ``native`` tells that memray is there.
    """

    cell: CellRef
    source_line: str
    seconds: float | None
    rise: int | None
    memory: int
    limit: int | None
    world: World
    native: bool


class Branch(msgspec.Struct, frozen=True):
    """A part of a profile with its parts: what it allocated, peaked at and still holds."""

    name: str
    level: Level
    held: int
    allocated: int | None = None
    peak: int | None = None
    runs: int | None = None
    source: str = ""
    cell: CellRef | None = None
    parts: list[Branch] = []


class Profile(msgspec.Struct, frozen=True):
    """A traced notebook as a tree: cell, function, line; and by library, line.

    ``followed`` tells that freed blocks were followed: then every part has
    what it allocated and its peak, and parts add up.  Else only lines of cells
    have, what ``freed`` says is a lower bound, and libraries have what they hold.
    """

    tree: Branch
    libraries: list[Branch]
    freed: int | None
    followed: bool
    unseen: int
    seconds: float
    notes: list[str]


class LineMemory(Value, frozen=True):
    """Memory by one line of source.

    ``after`` is resident memory after its last run; ``change`` and ``peak``
    (the highest within one run, over what was there before it) are exact and
    count what Python's allocators see; ``native`` is what resident memory
    changed beyond that, about.  ``resident_rise`` and ``resident_peak`` are
    the highest resident memory while it ran, over what was there before and in
    all.  A line that did not run has no numbers.
    """

    line: int
    source: str
    runs: int = 0
    after: int | None = None
    change: int | None = None
    peak: int | None = None
    native: int | None = None
    resident_rise: int | None = None
    resident_peak: int | None = None


class Section(Value, frozen=True):
    """The lines of one cell or function, in order."""

    title: str
    cell: CellRef | None
    lines: list[LineMemory]


class LineProfile(Value, frozen=True):
    """Memory by line.

    ``measuring`` is the part of ``seconds`` that reading memory took;
    ``sampled`` tells that resident memory was not read at every line.
    """

    sections: list[Section]
    at: float
    seconds: float
    measuring: float
    readings: int
    before: int
    after: int
    peak: int | None
    sampled: bool
    failed: bool
    notes: list[str]


class MemitRun(msgspec.Struct, frozen=True):
    """One run of a statement: the highest resident memory, over what was there before, and what stayed."""

    peak: int
    increment: int
    kept: int
    seconds: float


class Memit(msgspec.Struct, frozen=True):
    """A statement's memory over some runs; ``exact`` is false where peaks were sampled."""

    statement: str
    runs: list[MemitRun]
    peak: int
    increment: int
    exact: bool
    notes: list[str]


class Origin(msgspec.Struct, frozen=True):
    """Where a buffer was allocated; without frames ``why_not`` says why that is not known."""

    name: str
    type: str
    bytes: int
    frames: list[Spot]
    why_not: str = ""
