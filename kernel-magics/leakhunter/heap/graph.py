"""A picture of the objects that a session holds: who refers to whom, how big, how often held.

It holds numbers and texts only, so any number of "what would clearing this
free?" can be asked of it without touching an object.
:mod:`leakhunter.heap.walk.capture` makes it.
"""

from __future__ import annotations

import weakref
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from leakhunter.heap import core, twin
from leakhunter.heap.slots import GARBAGE, STUCK, Slot
from leakhunter.heap.twin import Arrays
from leakhunter.heap.ways import Ways

BIG = 1_000_000
"""From this size on an object is worth a word."""

BUFFER = 65_536
"""From this size on it is known which run made an object."""


NAME = -1
"""Source of a cut when a name itself is the holder."""


@dataclass
class Big:
    """An object with a lot of memory of its own.

    ``address`` is where its data lies; 0 when it lies in the object itself.
    """

    node: int
    key: int
    bytes: int
    ref: weakref.ref[Any] | None
    address: int = 0


class Cut(NamedTuple):
    """A reference inside an object that can be cut: from where to where, and the way to it.

    From an object to itself: the object can be emptied, of all that it refers
    to and of its own memory.
    """

    source: int
    target: int
    root: Slot
    path: tuple[int, ...]


class Pin(NamedTuple):
    """A view: its node, what it keeps as a whole, and the bytes that it shows of it."""

    view: int
    base: int
    shown: int


class Failed(NamedTuple):
    """A frame of a failed or suspended call: its function, and its locals by node."""

    function: str
    names: dict[int, str]


class Cached(NamedTuple):
    """A cache: the function behind it, the way to it as code, its entries, and how many it may have."""

    name: str
    way: str
    entries: int
    limit: int | None


class Edges:
    """References by node, in two flat arrays: 12 bytes a node and 4 a reference."""

    def __init__(self, arrays: Arrays | None = None) -> None:
        self._begin, self._end, self._to = arrays or (
            array("q", [0]),
            array("i", [0]),
            array("i"),
        )

    def grow(self) -> None:
        """Make room for one more node."""
        self._begin.append(0)
        self._end.append(0)

    def put(self, node: int, children: list[int]) -> None:
        """Set what a node refers to; once a node."""
        self._begin[node] = len(self._to)
        self._end[node] = len(children)
        self._to.extend(children)

    def __getitem__(self, node: int) -> array[int]:
        begin = self._begin[node]
        return self._to[begin : begin + self._end[node]]

    def __len__(self) -> int:
        return len(self._begin)

    def __iter__(self) -> Iterator[array[int]]:
        return map(self.__getitem__, range(len(self)))

    def turned(self) -> Edges:
        """The same the other way round: what refers to each node, one entry for each reference."""
        found = array("q"), array("i"), array("i")
        for part, made in zip(found, core.turned(self.arrays), strict=True):
            part.frombytes(made)
        return Edges(found)

    @property
    def arrays(self) -> Arrays:
        """Where the references of each node begin, how many they are, and all of them."""
        return self._begin, self._end, self._to

    @property
    def targets(self) -> array[int]:
        """The target of every reference, one entry each."""
        return self._to


@dataclass
class Graph:
    """The picture.  Node 0 is not an object but the calibration of reference counts.

    Attributes
    ----------
    sizes, kinds, modules, refs, edges
        Per node: own bytes, name and module of its type, references to it (ours
        taken off), and the nodes that it refers to, one entry for each reference.
    slots
        The node that each slot holds.
    buffers, bigs
        Objects of :data:`BUFFER` bytes and more; those of :data:`BIG` and more.
    shapes
        Short descriptions of what the slots hold and of big nodes.
    frames, exceptions
        Frames with the names of their locals, and the nodes of exceptions.
    suspended
        Generators and coroutines with the names of the locals that they keep,
        where they keep much.
    caches
        Caches of functions that keep much.
    functions
        Functions that keep much: who made them, and the names of what they keep.
    reads
        Functions of the session's cells, with the names in their code.
    lent
        Those of them that something outside of the picture holds too.
    pins
        Views that show only a part of what they keep.
    cuts
        Slots inside objects: references that can be cut.
    elsewhere
        Bytes of other processes that go with a cut.
    unseen
        Nodes whose references were not all looked at.
    native
        References from a node to others that the collector does not see.
    loops
        Those of them that may close a cycle; ``None`` until somebody asked.
    estimated
        Nodes whose size is only about right.
    places
        Address and bytes of the data of big nodes that have it outside of
        the object: to see how much of it is resident.
    blind
        Libraries that could not be looked into.
    garbage
        Nodes that nothing holds and that have not been collected yet;
        ``None`` when that was not looked for.
    stuck
        The same, but no collection will free them.
    forgiven
        References that garbage has to other nodes: a collection ends them.
    ids
        ``id`` of the object of each node: to recognise it while it is known to live.
    complete
        False when the budget ended the walk.
    """

    sizes: array[int] = field(default_factory=lambda: array("q", [0]))
    kinds: list[str] = field(default_factory=lambda: ["mark"])
    modules: list[str] = field(default_factory=lambda: [""])
    refs: array[int] = field(default_factory=lambda: array("q", [0]))
    edges: Edges = field(default_factory=Edges)
    slots: dict[Slot, int] = field(default_factory=dict)
    shapes: dict[int, str] = field(default_factory=dict)
    buffers: list[Big] = field(default_factory=list)
    bigs: list[Big] = field(default_factory=list)
    frames: dict[int, Failed] = field(default_factory=dict)
    reads: dict[int, frozenset[str]] = field(default_factory=dict)
    lent: set[int] = field(default_factory=set)
    suspended: dict[int, Failed] = field(default_factory=dict)
    caches: dict[int, Cached] = field(default_factory=dict)
    functions: dict[int, Failed] = field(default_factory=dict)
    exceptions: list[int] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    cuts: dict[Slot, Cut] = field(default_factory=dict)
    elsewhere: dict[Slot, int] = field(default_factory=dict)
    unseen: set[int] = field(default_factory=set)
    native: dict[int, array[int]] = field(default_factory=dict)
    loops: dict[int, list[int]] | None = None
    estimated: set[int] = field(default_factory=set)
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    blind: set[str] = field(default_factory=set)
    garbage: set[int] | None = None
    stuck: set[int] = field(default_factory=set)
    forgiven: dict[int, int] = field(default_factory=dict)
    ids: array[int] = field(default_factory=lambda: array("Q", [0]))
    visited: int = 0
    complete: bool = True
    _referrers: Edges | None = None

    def leave_out(self, absent: Mapping[int, int]) -> None:
        """Take bytes that are not resident off the sizes of nodes."""
        for node, size in absent.items():
            self.sizes[node] -= size

    @cached_property
    def ways(self) -> Ways:
        """Which slot alone leads to what is heavy."""
        return Ways(self)

    def weight(self, nodes: Iterable[int]) -> int:
        """Bytes of these; cheapest for an array, as :meth:`reach` gives it."""
        if type(nodes) is array:
            return core.weight(self.sizes, nodes, None)
        # without a frame for each: half of the time
        return sum(map(self.sizes.__getitem__, nodes))

    def nodes_of(self, keys: Iterable[int]) -> dict[int, int]:
        """The nodes of objects by their ``id``; without those that are not in the picture.

        Cost: a pass over all ids, 2 ns each; 40 ns in Python.
        """
        wanted = set(keys)
        return core.positions(self.ids, wanted) if wanted else {}

    def starts(self, slots: Iterable[Slot]) -> set[int]:
        """The nodes that these slots and cuts refer to."""
        found = set()
        for slot in slots:
            if slot in (GARBAGE, STUCK):
                found |= self.dead(slot)
            elif slot in self.slots:
                found.add(self.slots[slot])
            elif slot in self.cuts:
                found.add(self.cuts[slot].target)
        return found

    def dead(self, slot: Slot) -> set[int]:
        """The nodes that one of the two slots of garbage stands for."""
        return (self.garbage or set()) if slot == GARBAGE else self.stuck

    def reach(self, starts: Iterable[int]) -> array[int]:
        """Nodes reachable from these, themselves included."""
        return array("i", core.reach(self.edges.arrays, list(set(starts))))

    def leading_to(self, goals: Iterable[int]) -> set[int]:
        """Nodes from which one of these is reached, themselves included.

        Cost: 10 ns a reference of the whole picture, once; 0.2 µs in Python.
        """
        return set(array("i", core.reach(self._turned().arrays, list(set(goals)))))

    def referrers(self, node: int) -> array[int]:
        """Nodes that refer to this one, once for each reference; the same cost."""
        return self._turned()[node]

    def _turned(self) -> Edges:
        if self._referrers is None:
            self._referrers = self.edges.turned()
        return self._referrers

    def reach_without(
        self, starts: Iterable[int], cut: set[tuple[int, int]]
    ) -> set[int]:
        """The same as :meth:`reach`, past some references; a second one between the same two still counts.

        Nothing is reached through what is cut off from itself: it is emptied.
        """
        return twin.reach_without(self.edges.arrays, set(starts), cut)
