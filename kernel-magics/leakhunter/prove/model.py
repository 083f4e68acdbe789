"""The values of a growth test: what will run, what was counted, what it proves.

Units as in :mod:`leakhunter.model`: bytes, seconds, seconds since the epoch.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from leakhunter.model import CellRef, Value

GrowthVerdict: TypeAlias = Literal["leak", "plateau", "clean", "suspect", "cannot-tell"]
"""What repetition proved."""

Ended: TypeAlias = Literal["finished", "settled", "time", "memory", "stopped", "error"]
"""Why the runs ended: all done, nothing grew, no more time or memory, interrupted, a run failed."""

Sort: TypeAlias = Literal["items", "objects", "bytes"]
"""What is counted: items of a container, objects of a class, bytes of a text, an array or native code."""

Effect: TypeAlias = Literal[
    "file", "network", "database", "input", "iterator", "object", "command"
]
"""What a run changes that nobody can put back."""


class Change(Value, frozen=True, kw_only=True):
    """Something that each run changes beyond what is put back; ``line`` of the cell counts from 1."""

    effect: Effect
    text: str
    line: int


class World(Value, frozen=True, kw_only=True):
    """What a cell does to the world, read from its source.

    ``rebound`` and ``grown`` are names that are put back: bound anew, and
    containers that are cut back if they only grew.  ``changes`` is the rest.
    ``shows`` tells that it ends in a value, which a notebook keeps in ``Out``.
    """

    rebound: list[str]
    grown: list[str]
    changes: list[Change]
    random: bool
    shows: bool


class Plan(Value, frozen=True, kw_only=True):
    """What will run.

    ``seconds`` is ``None`` when the cell never ran.  The test stops at
    ``stop_bytes`` of memory; ``memory`` is what is used now.
    """

    cell: CellRef
    source_line: str
    warm_up: int
    batches: list[int]
    runs: int
    seconds: float | None
    max_seconds: float
    memory: int
    stop_bytes: int
    world: World


class Growth(Value, frozen=True, kw_only=True):
    """One series of counts, taken after the warm-up and after each batch.

    ``name`` says what is counted, as a person would write it; ``what`` the
    class of what piles up there.  ``bound`` is how many it can hold at most,
    where that is known.  ``bytes_per_run`` is what its growth takes.
    """

    sort: Sort
    name: str
    what: str
    verdict: GrowthVerdict
    counts: list[int]
    rate: float
    fit: float
    bound: int | None
    bytes_per_run: float | None


class Compared(Value, frozen=True, kw_only=True):
    """The same growth before and after a fix, in counts and bytes a run."""

    before: str
    name: str
    rate_before: float
    rate_after: float
    bytes_before: float
    bytes_after: float
    fixed: bool


class GrownLine(Value, frozen=True, kw_only=True):
    """A line that leaves memory on each run.

    ``where`` names it as a person would; ``inside`` is the line further in,
    of a library, that allocated most of it.  ``bytes`` and ``blocks`` are of
    one run.
    """

    where: str
    line: int
    source: str
    cell: CellRef | None
    inside: str | None
    bytes: int
    blocks: int


class Proof(Value, frozen=True, kw_only=True):
    """What a growth test found.

    ``id`` is ``r1``, ``r2`` ...; ``runs_at`` are the runs at which counts were
    taken, 0 after the warm-up.  ``live`` and ``resident`` are the bytes that
    allocators have given out and the private resident bytes at these points.
    ``growths`` holds what grew, the decisive one first; ``counted`` says what
    else was counted, ``control`` what the self-test said.  ``kept`` are
    sentences on what could not be put back.  ``lines`` leave what grows, and
    ``lines_note`` says how they were found, or why not; it is empty when they
    were not looked for.
    """

    id: str
    at: float
    cell: CellRef
    source_line: str
    verdict: GrowthVerdict
    sentence: str
    detail: str
    fix: str | None
    ended: Ended
    runs: int
    seconds: float
    batches: list[int]
    runs_at: list[int]
    growths: list[Growth]
    live: list[int]
    resident: list[int]
    bytes_per_run: float
    resident_per_run: float
    limit: int | None
    limit_after: int | None
    counted: str
    control: str
    printed: int
    kept: list[str]
    lines: list[GrownLine]
    lines_note: str
    compared: Compared | None = None
