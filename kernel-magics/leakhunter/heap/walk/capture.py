"""The walk that makes the picture of the heap.

It starts at the session's slots, follows :mod:`~leakhunter.heap.referents` and
the adapters, and ends with one look at all reference counts.  Afterwards
nothing of ours refers to an object of the user's.

Cost: 0.2 to 0.5 µs an object, and 2 to 4 µs in Python or where an adapter looks
inside.  The walk is a generator that yields every few
thousand objects, so that it can be done in slices and dropped.
"""

from __future__ import annotations

import gc
import sys
import time
from array import array
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType, FunctionType
from typing import Any

from leakhunter.heap import core, safe
from leakhunter.heap.adapters import NOTHING, Adapters, Buffer, Seen
from leakhunter.heap.graph import BIG, BUFFER, Big, Failed, Graph, Pin
from leakhunter.heap.peek.frames import function_of, local_names, names_read
from leakhunter.heap.peek.sizes import Kind, Sizes, block, shared_size, size_of
from leakhunter.heap.referents import referents
from leakhunter.heap.slots import Slot
from leakhunter.heap.walk.boundary import Boundary
from leakhunter.heap.walk.collector import held_off
from leakhunter.heap.walk.garbage import from_garbage
from leakhunter.heap.walk.nodes import (
    LEAVES,
    LONG,
    WIDE,
    Mark,
    are_common,
    counted,
    is_common,
    named,
    nodes,
    single,
    teach,
)
from leakhunter.heap.walk.orphans import Orphans
from leakhunter.heap.walk.shared import join_memory
from leakhunter.heap.walk.tables import (
    keys_left_out,
    own_references,
    shares_keys,
    values_elsewhere,
)
from leakhunter.heap.whole.classes import by_class
from leakhunter.slices import quietly

SLICE = 2000
"""Objects looked at in Python between two yields, if there is time."""

PLAIN = 10_000 if core.NATIVE else SLICE
"""Objects looked at in all between two yields: 2 to 5 ms."""

SECONDS = 0.005
"""Of looking for roots, or in Python at what they lead to, between two yields."""

_SIZED = {
    id(str): "characters",
    **dict.fromkeys(map(id, (bytes, bytearray)), "bytes"),
    **dict.fromkeys(map(id, (list, tuple, dict, set, frozenset)), "items"),
}


@dataclass
class Reach:
    """How far a walk is.

    Attributes
    ----------
    done, total
        Objects looked at, and those that are known to be there: more are found on the way.
    """

    done: int = 0
    total: int = 0


class Capture:
    """One walk.

    Parameters
    ----------
    boundary
        Where the walk stops.
    budget
        Objects to look at before giving up; the picture is then incomplete and
        every answer a lower bound.
    reach
        Told after each slice how far the walk is.
    """

    def __init__(
        self, boundary: Boundary, budget: int, reach: Reach | None = None
    ) -> None:
        self._boundary = boundary
        self._budget = budget
        self._reach = reach or Reach()
        self._adapters = Adapters()
        self._objects: list[Any] = [Mark()]
        self._buffers: dict[int, int] = {}
        self._owners: dict[int, int] = {}
        self._data: dict[int, tuple[int, int]] = {}
        self._held: dict[int, int] = {}
        self._native: dict[int, array[int]] = {}
        self._sizes = Sizes()
        self._single = single()
        self._kinds: dict[int, tuple[str, str]] = {}
        self._learned: dict[int, Kind] = {}
        self._pinned: list[tuple[int, int, int]] = []
        self.graph = Graph()
        self._nodes = nodes(self.graph, self._objects, boundary, budget)

    def run(
        self, roots: Iterable[tuple[Slot, Any] | None], orphans: Orphans | None = None
    ) -> Iterator[None]:
        """Walk; yields between slices.  Afterwards :attr:`graph` is the picture.

        The slots with what they hold are used up first, ``None`` among them is
        where the walk may be left; nobody may keep the values: a reference of
        ours would count.  What ``orphans`` finds beyond
        them is walked after that.
        """
        graph = self.graph
        waiting = iter(roots)
        # a reference of ours would count
        del roots
        try:
            while self._begin(waiting):
                yield
            del waiting
            yield
            while self._slice():
                yield
            if orphans is not None and graph.complete:
                ours = {id(self._objects)}
                yield from orphans.look(self._nodes, ours, self._unexplained())
                self._take_in(orphans)
                while self._slice():
                    yield
            elif orphans is not None:
                orphans.forget()
            yield
            yield from quietly(self._finish())
        finally:
            # also when the walk is dropped: nothing of ours may refer to the user's objects
            self._nodes.forget()

    def _begin(self, roots: Iterator[tuple[Slot, Any] | None]) -> bool:
        """Begin with what some slots hold; false when there are no more."""
        end = time.perf_counter() + SECONDS
        with held_off():
            for root in roots:
                if root is not None:
                    self.graph.slots[root[0]] = self._nodes.start(root[1])
                if time.perf_counter() >= end:
                    return True
        return False

    def _unexplained(self) -> list[Any]:
        """Big objects with more references than the picture has to them."""
        graph = self.graph
        big = core.above(graph.sizes, BIG)
        seen = array("q", core.tally(graph.edges.targets, len(self._objects)))
        for node in graph.slots.values():
            seen[node] += 1
        objects = [self._objects[n] for n in big]
        # our own two lists are one more than the container and the list of `_single`
        counts = [count - self._single for count in counted(objects)]
        return [
            obj
            for obj, node, count in zip(objects, big, counts, strict=True)
            if obj is not None and count > seen[node]
        ]

    def _take_in(self, orphans: Orphans) -> None:
        """Begin again with what was found beyond the roots; empties both lists."""
        graph = self.graph
        with held_off():
            while orphans.slots:
                slot, value = orphans.slots.pop()
                graph.slots[slot] = self._nodes.start(value)
            value = None
            graph.garbage = set()
            while orphans.garbage:
                graph.garbage.add(self._nodes.start(orphans.garbage.pop()))
            while orphans.stuck:
                graph.stuck.add(self._nodes.start(orphans.stuck.pop()))

    def _slice(self) -> bool:
        """Look at some objects; false when there are no more, or the budget is spent."""
        graph, found = self.graph, self._nodes
        limit = min(found.visited + PLAIN, self._budget)
        end = time.perf_counter() + SECONDS
        with held_off():
            for _ in range(SLICE):
                if time.perf_counter() >= end:
                    break
                node, lending = found.next(limit)
                for at in lending:
                    self._note(at, self._adapters.look(self._objects[at]) or NOTHING)
                if node is None:
                    break
                self._expand(node)
            graph.visited = self._reach.done = found.visited
            self._reach.total = min(found.visited + len(found), self._budget)
            if len(found) and graph.visited < self._budget:
                return True
            left = found.waiting()
            if left:
                graph.complete = False
                graph.unseen.update(left)
        return False

    def _expand(self, node: int) -> None:
        """Size an object and list what it refers to."""
        graph = self.graph
        obj = self._objects[node]
        self._nodes.visited += 1
        cls = type(obj)
        graph.kinds[node], graph.modules[node] = self._kind(cls)
        if self._boundary.stops(obj):
            return
        kind = self._kind_of(cls)
        length = len(obj) if id(cls) in LONG else self._adapters.many(obj)
        if self._is_too_long(node, length):
            graph.sizes[node] = size_of(obj, kind, [])
            return
        seen = self._adapters.look(obj) or NOTHING
        children = referents(obj)
        graph.sizes[node] = (
            size_of(obj, kind, children) if seen.size is None else seen.size
        )
        if id(cls) in LEAVES:
            self._note(node, seen)
            return
        if kind.inline:
            children = own_references(obj, kind, children)
        elif kind.table:
            children = self._table(node, obj, kind, children)
        out: list[int] = []
        if seen is not NOTHING:
            children.extend(seen.objects)
            out += map(self._shared, seen.buffers)
            self._pin(node, seen)
            self._note(node, seen)
            del seen
        if self._is_too_long(node, len(children)):
            return
        for at in self._nodes.follow(node, children, out):
            self._note(at, self._adapters.look(self._objects[at]) or NOTHING)
        graph.edges.put(node, out)
        self._tell(node, obj, children)

    def _pin(self, node: int, seen: Seen) -> None:
        """Keep what an object shows only a part of; objects by ``id``: they may have no node yet."""
        for base, shown in seen.pinned:
            if type(base) is Buffer:
                self.graph.pins.append(Pin(node, self._shared(base), shown))
            else:
                self._pinned.append((node, id(base), shown))

    def _tell(self, node: int, obj: Any, children: list[Any]) -> None:
        """Keep what a frame, a function, a class or an exception says of itself."""
        graph, cls = self.graph, type(obj)
        if cls is FrameType:
            names = local_names(obj, children)
            known = {
                self._nodes[i]: name for i, name in names.items() if i in self._nodes
            }
            graph.frames[node] = Failed(function_of(obj), known)
        elif cls is FunctionType:
            if self._boundary.is_of_cells(obj):
                graph.reads[node] = names_read(obj)
                graph.shapes[node] = safe.short(obj.__name__)
        elif safe.derives(cls, type):
            graph.shapes[node] = safe.type_name(obj)
        elif safe.derives(cls, BaseException):
            graph.exceptions.append(node)

    def _is_too_long(self, node: int, length: int) -> bool:
        """Has an object more in it than may still be looked at?"""
        graph = self.graph
        others = self._nodes.visited + len(self._nodes)
        if length <= WIDE or length + others <= self._budget:
            return False
        graph.complete = False
        graph.unseen.add(node)
        return True

    def _note(self, node: int, seen: Seen) -> None:
        """Keep what an adapter says of an object beside what it refers to."""
        if seen.hidden:
            self.graph.unseen.add(node)
        if seen.estimate:
            self.graph.estimated.add(node)
        if seen.held:
            self._held[node] = seen.held
        if seen.objects:
            self._native[node] = array("Q", map(id, self._cyclic(seen.objects)))
        if seen.data:
            self._data[node] = (seen.data, seen.extent)

    def _cyclic(self, objects: tuple[Any, ...]) -> Iterator[Any]:
        """Those that can be part of a cycle; what an array of texts holds cannot."""
        for alike in by_class(list(objects)):
            cls = type(alike[0])
            if id(cls) in LEAVES and cls is not bytes:
                continue
            knows = self._adapters.knows(cls)
            yield from (one for one in alike if knows or gc.is_tracked(one))

    def _table(self, node: int, obj: Any, kind: Kind, children: list[Any]) -> list[Any]:
        """What a dictionary refers to; a key that only it holds counts as part of it."""
        graph = self.graph
        values = values_elsewhere(obj, children)
        if values is not None:
            graph.sizes[node] = block(kind.basic + kind.header)
            return values
        keys = keys_left_out(obj, kind, children)
        counts = counted(keys)
        self._nodes.visited += len(keys) // 8
        if not keys:
            return children
        common = are_common(keys, counts)
        if shares_keys(obj, sure=not common):
            graph.sizes[node] = shared_size(obj, kind)
            return children
        if common:
            return children
        for key, count in zip(keys, counts, strict=True):
            if count <= self._single:
                graph.sizes[node] += block(sys.getsizeof(key))
            elif not is_common(key, count):
                children.append(key)
        return children

    def _shared(self, buffer: Buffer) -> int:
        """The node of native memory, known by its address."""
        address = buffer.address
        at = self._buffers.get(address)
        if at is None:
            at = self._buffers[address] = self._nodes.native()
            self.graph.kinds[at] = "buffer"
        # a slice may know only a part of it, and a capsule nothing of what it holds
        self.graph.sizes[at] = max(self.graph.sizes[at], buffer.bytes)
        if buffer.parts and not self.graph.edges[at]:
            self.graph.edges.put(at, [self._shared(part) for part in buffer.parts])
        if buffer.owners is not None:
            self._owners[address] = max(buffer.owners, self._owners.get(address, 0))
        return at

    def _kind_of(self, cls: type) -> Kind:
        """How objects of this class are sized; the first time the nodes learn of it too."""
        found = self._learned.get(id(cls))
        if found is None:
            found = self._sizes.kind(cls)
            plain = self._adapters.is_plain(cls)
            if plain:
                found = found._replace(method=object.__sizeof__)
            self._learned[id(cls)] = found
            known = self._adapters.knows(cls) and not plain
            if not known and not self._boundary.stops_at_all(cls):
                teach(self._nodes, cls, found, self._kind(cls))
        return found

    def _kind(self, cls: type) -> tuple[str, str]:
        kind = self._kinds.get(id(cls))
        if kind is None:
            kind = self._kinds[id(cls)] = named(cls)
        return kind

    def _finish(self) -> Generator[None, None, None]:
        """Read all reference counts at once, remember big objects; in slices."""
        graph, objects = self.graph, self._objects
        refs, ids = core.counts(objects)
        # one after the other: each is 8 bytes a node, twice
        graph.refs = array("q", refs)
        del refs
        graph.ids = array("Q", ids)
        del ids
        yield
        for node, more in self._held.items():
            graph.refs[node] += more
        graph.native = {
            node: array("i", (self._nodes[i] for i in ids if i in self._nodes))
            for node, ids in self._native.items()
            if ids
        }
        graph.blind |= self._adapters.blind
        known = self._nodes
        graph.pins += [
            Pin(view, known[key], n) for view, key, n in self._pinned if key in known
        ]
        seen = array("q", core.tally(graph.edges.targets, len(objects)))
        yield
        join_memory(graph, self._data, self._buffers, seen)
        yield
        graph.places = {n: span for n, span in self._data.items() if span[1] >= BIG}
        for address, node in self._buffers.items():
            graph.refs[node] = max(seen[node], self._owners.get(address, 0))
            if graph.sizes[node] >= BIG:
                graph.places[node] = (address, graph.sizes[node])
        yield from self._forgive_garbage(seen)
        slots = Counter(graph.slots.values())
        graph.lent = {n for n in graph.reads if graph.refs[n] > seen[n] + slots[n]}
        yield
        for node in {*graph.slots.values()}:
            graph.shapes[node] = self._describe(objects[node])
        native = {node: address for address, node in self._buffers.items()}
        for node in core.above(graph.sizes, BUFFER):
            size = graph.sizes[node]
            if node in native:
                big = Big(node, native[node], size, None, native[node])
            else:
                if size >= BIG and node not in graph.shapes:
                    graph.shapes[node] = self._describe(objects[node])
                ref = safe.weakly(objects[node])
                place = self._data.get(node, (0, 0))[0]
                big = Big(node, id(objects[node]), size, ref, place)
            graph.buffers.append(big)
        graph.bigs = [big for big in graph.buffers if big.bytes >= BIG]

    def _forgive_garbage(self, seen: array[int]) -> Generator[None, None, None]:
        """Note the references from garbage: what is known of it, and what holds failed calls or leads to much."""
        graph = self.graph
        dead = (graph.garbage or set()) | graph.stuck
        forgiven = Counter(
            child for node in dead for child in graph.edges[node] if child not in dead
        )
        nodes = self._doubted(seen, forgiven)
        if nodes:
            suspects = [self._objects[n] for n in nodes]
            alive = {id(self._objects), *self._boundary.ids}
            counts = yield from from_garbage(suspects, alive, self._nodes)
            for node in nodes:
                forgiven[node] += counts.get(graph.ids[node], 0)
        graph.forgiven = dict(forgiven)

    def _doubted(self, seen: array[int], forgiven: Mapping[int, int]) -> list[int]:
        """What has references that nothing explains: failed calls, and all on the way to something heavy."""
        graph = self.graph
        slots = Counter(graph.slots.values())
        ways = {n for n in graph.frames if graph.refs[n] > seen[n]}
        if graph.complete:
            ways |= graph.leading_to(core.above(graph.sizes, BUFFER))
        return [
            n
            for n in ways
            if graph.refs[n] > seen[n] + slots[n] + forgiven.get(n, 0)
            and gc.is_tracked(self._objects[n])
        ]

    def _describe(self, obj: Any) -> str:
        unit = _SIZED.get(id(type(obj)))
        if unit is not None:
            return f"{len(obj):,} {unit}"
        return self._adapters.describe(obj)
