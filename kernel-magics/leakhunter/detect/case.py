"""What a detector is given and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from leakhunter.detect.liveness import Cell, Use
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import SESSION, Slot
from leakhunter.heap.trial import Trial
from leakhunter.model import (
    CellRun,
    Group,
    Holder,
    Kind,
    Label,
    PartId,
    Settings,
    Verdict,
)
from leakhunter.record.bindings import LetGo
from leakhunter.record.children import Child


class Standing(NamedTuple):
    """How it stands with a value that was let go and is watched.

    Attributes
    ----------
    number, what, whole, told
        As in :class:`~leakhunter.record.bindings.Watched`.
    nodes
        What of it lives and is in the picture, with its bytes as far as they were known before.
    alive
        Does anything of it live?
    ways
        By node, the way to it as code where a variable leads to it.
    """

    number: int
    what: LetGo
    whole: bool
    told: int
    nodes: Mapping[int, int]
    alive: bool
    ways: Mapping[int, str]


class Collector(NamedTuple):
    """How the cycle collector stands: is it on, and how many objects were frozen out of it."""

    enabled: bool = True
    frozen: int = 0


@dataclass(frozen=True)
class Facts:
    """What is known beside the picture.

    Attributes
    ----------
    lengths
        Lengths of the user's containers by name: runs with the length after them.
    let_go
        By node, values whose name the user deleted or bound again.
    watched
        Values that were let go, and how it stands with them.
    written
        By node, the way to big objects as code: ``results[3]``, ``model.cache``.
    collector
        How the cycle collector stands.
    children
        The kernel's child processes, with the node of the object that stands
        for each, where one was found.
    versions
        Versions of the imported libraries that the catalogue names.
    kept
        Free memory by allocator that has not been returned, in bytes.
    awaited
        By slot of a ``weakref.finalize``, the node of the object that it waits for.
    unexplained
        Bytes that nothing explains; ``None`` when that was not measured.
    garbage
        Bytes of garbage beyond the picture: many small objects.
    own_modules
        Modules that the user wrote.
    bare_modules
        Modules that come from no file and that nothing loaded.
    shared
        Bytes of shared memory that this process has mapped and touched.
    segments
        Bytes of the segments of shared memory that variables name.
    """

    lengths: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    let_go: Mapping[int, LetGo] = field(default_factory=dict)
    watched: Sequence[Standing] = ()
    written: Mapping[int, str] = field(default_factory=dict)
    collector: Collector = field(default_factory=Collector)
    children: Sequence[tuple[Child, int | None]] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    awaited: Mapping[Slot, int] = field(default_factory=dict)
    unexplained: int | None = None
    garbage: int = 0
    own_modules: frozenset[str] = frozenset()
    bare_modules: frozenset[str] = frozenset()
    shared: int = 0
    segments: Mapping[Slot, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """Everything that is known about a session at one moment; no object of the user's.

    Attributes
    ----------
    graph
        The picture of the heap.
    uses
        What the cells do with each name.
    runs
        The recorded runs, oldest first.
    sources
        Source of each recorded run.
    outputs
        Slots of each displayed object, one list an object.
    stored
        Slots of IPython 9's copies of printed and displayed output.
    births
        For each big node the run that made it.
    settings
        Settings to follow.
    facts
        What is known beside the picture.
    broken
        Kinds whose detector failed: what they look for is not in the findings.
    """

    graph: Graph
    uses: Mapping[str, Use]
    runs: Sequence[CellRun]
    sources: Mapping[int, str]
    outputs: Sequence[list[Slot]]
    stored: Sequence[Slot]
    births: Mapping[int, int]
    cells: Sequence[Cell]
    waiting: Sequence[Cell]
    settings: Settings
    facts: Facts = Facts()
    broken: set[Kind] = field(default_factory=set)

    @cached_property
    def reached(self) -> set[int]:
        """Nodes that the user's names, the output history or the last exception reach."""
        own = [n for slot, n in self.graph.slots.items() if slot.place in SESSION]
        return set(self.graph.reach(own))

    def run_of_count(self, count: int | None) -> CellRun | None:
        """The run with this execution count."""
        return next(
            (r for r in reversed(self.runs) if r.execution_count == count), None
        )

    def run(self, number: int) -> CellRun | None:
        """The run with this number."""
        return next((r for r in reversed(self.runs) if r.run == number), None)

    def what(self, slot: Slot) -> tuple[str, str]:
        """Type and shape of what a slot holds."""
        node = self.graph.slots.get(slot)
        if node is None:
            return "", ""
        return self.graph.kinds[node], self.graph.shapes.get(node, "")


@dataclass(frozen=True)
class Candidate:
    """A set of slots to be cleared as one.

    Attributes
    ----------
    key
        Tells it from every other candidate in the kernel's life.
    safe
        Whether clearing it can be called safe.
    bytes
        What it holds, where the picture cannot tell: memory of other
        processes, of allocators, of native code.  ``None``: ask the picture.
    run
        The run that made it, where the picture cannot tell.
    copies
        Bytes that clearing takes, for a copy in place of what goes.
    exact
        Can all its slots be emptied here?  If not, what needs it is only advised.
    """

    kind: Kind
    slots: tuple[Slot, ...]
    key: tuple[object, ...]
    title: str
    safe: bool
    bytes: int | None = None
    run: int | None = None
    copies: int = 0
    exact: bool = True


class Deed(NamedTuple):
    """What clearing does, a sentence, and what it has done, for a receipt."""

    does: str
    did: str


@dataclass(frozen=True)
class Told:
    """The words of a finding."""

    verdict: Verdict
    label: Label
    group: Group
    part: PartId
    title: str
    names: list[str]
    path: list[str]
    reason: str
    chain: list[Holder]
    facts: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    fix: str | None = None
    made_again: bool = True
    exact_remedy: bool = True
    code: str | None = None


@dataclass(frozen=True)
class Grouped:
    """Candidates that belong together, and what clearing them frees.

    ``parts`` are the groups it was joined from; each of them frees its memory
    by itself.  Without parts all members are needed.
    """

    members: tuple[Candidate, ...]
    freed: Trial
    parts: tuple[Grouped, ...] = ()

    @property
    def slots(self) -> list[Slot]:
        """All slots of the group."""
        return [slot for member in self.members for slot in member.slots]
