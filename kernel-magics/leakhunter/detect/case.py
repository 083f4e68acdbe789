"""What a detector is given and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leakhunter.detect.liveness import Cell, Use
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot
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

    ``key`` tells it from every other candidate in the kernel's life.
    """

    kind: Kind
    slots: tuple[Slot, ...]
    key: tuple[object, ...]
    title: str
    safe: bool


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
