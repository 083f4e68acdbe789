"""The walk that makes the picture of the heap.

It starts at the session's slots, follows ``gc.get_referents`` and the adapters,
and ends with one look at all reference counts.  Afterwards nothing of ours
refers to an object of the user's.

Cost: 2 to 4 µs an object.  The walk is a generator that yields every few
thousand objects, so that it can be done in slices and dropped.
"""

from __future__ import annotations

import gc
import sys
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from types import FrameType, FunctionType
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.adapters import NOTHING, Adapters, Buffer, Seen
from leakhunter.heap.graph import BIG, Big, Failed, Graph, Pin
from leakhunter.heap.peek.frames import function_of, local_names, names_read
from leakhunter.heap.peek.sizes import Kind, Sizes, block, shared_size, size_of
from leakhunter.heap.slots import Slot
from leakhunter.heap.walk.boundary import Boundary
from leakhunter.heap.walk.collector import held_off
from leakhunter.heap.walk.garbage import from_garbage
from leakhunter.heap.walk.orphans import Orphans
from leakhunter.heap.walk.shared import join_memory
from leakhunter.heap.walk.tables import (
    keys_left_out,
    own_references,
    shares_keys,
    values_elsewhere,
)

SLICE = 2000
"""Objects looked at between two yields: 5 to 10 ms."""

_WIDE = 512
"""Containers with more children wait until everything else has been looked at."""

_POINTER = 8
_COMMON = 500
"""An atom that is referred to more often is not followed when it is small (see `_is_common`)."""

_LEAVES = frozenset(
    map(id, (int, float, complex, bool, type(None), str, bytes, type(...), range))
)
"""By ``id``, as all types here: a set of types would ask a metaclass of the user's for its hash."""

_LONG = frozenset(map(id, (list, tuple, dict, set, frozenset)))
"""Listing what they hold takes as much memory as they do: their length is asked first."""

_SIZED = {
    id(str): "characters",
    **dict.fromkeys(map(id, (bytes, bytearray)), "bytes"),
    **dict.fromkeys(map(id, (list, tuple, dict, set, frozenset)), "items"),
}


class _Mark:
    """Calibrates :func:`sys.getrefcount`: held by one list, as everything captured is."""


def _counted(objects: list[Any]) -> list[int]:
    """Reference counts of a list's items, the list's own references included."""
    return list(map(sys.getrefcount, objects))


def _is_common(atom: Any, count: int) -> bool:
    """Is it so often referred to that its bytes are less than a hundredth of the references?"""
    return count > _COMMON and sys.getsizeof(atom) * 100 <= count * _POINTER


def _are_common(atoms: list[Any], counts: list[int]) -> bool:
    """The same of several at once, and quickly."""
    least = min(counts)
    return least > _COMMON and (
        max(map(sys.getsizeof, atoms)) * 100 <= least * _POINTER
    )


def _single() -> int:
    """What :func:`_counted` says of an object that one container holds."""
    container = [_Mark()]
    return _counted(gc.get_referents(container))[0]


class Capture:
    """One walk.

    Parameters
    ----------
    boundary
        Where the walk stops.
    budget
        Objects to look at before giving up; the picture is then incomplete and
        every answer a lower bound.
    """

    def __init__(self, boundary: Boundary, budget: int) -> None:
        self._boundary = boundary
        self._budget = budget
        self._adapters = Adapters()
        self._objects: list[Any] = [_Mark()]
        self._index: dict[int, int] = {}
        self._buffers: dict[int, int] = {}
        self._owners: dict[int, int] = {}
        self._data: dict[int, tuple[int, int]] = {}
        self._held: dict[int, int] = {}
        self._native: dict[int, array[int]] = {}
        self._sizes = Sizes()
        self._single = _single()
        self._kinds: dict[int, tuple[str, str]] = {}
        self._pinned: list[tuple[int, int, int]] = []
        self.graph = Graph()

    def _add(self, obj: Any) -> int:
        node = self._index.get(id(obj))
        if node is None:
            node = self._index[id(obj)] = self._new(obj)
        return node

    def _new(self, obj: Any) -> int:
        graph = self.graph
        graph.sizes.append(0)
        graph.kinds.append("")
        graph.modules.append("")
        graph.edges.grow()
        self._objects.append(obj)
        return len(self._objects) - 1

    def run(
        self, roots: Iterable[tuple[Slot, Any]], orphans: Orphans | None = None
    ) -> Iterator[None]:
        """Walk; yields between slices.  Afterwards :attr:`graph` is the picture.

        The slots with what they hold are used up first; nobody may keep the
        values: a reference of ours would count.  What ``orphans`` finds beyond
        them is walked after that.
        """
        graph = self.graph
        near: deque[int] = deque()
        wide: deque[int] = deque()
        with held_off():
            for slot, value in roots:
                graph.slots[slot] = self._start(value, near)
            # a reference of ours would count
            value = roots = None  # type: ignore[assignment]
        try:
            while self._slice(near, wide):
                yield
            if orphans is not None and graph.complete:
                ours = {id(self._objects)}
                yield from orphans.look(self._index, ours, self._unexplained())
                self._take_in(orphans, near)
                while self._slice(near, wide):
                    yield
            elif orphans is not None:
                orphans.forget()
            with held_off():
                self._finish()
        finally:
            # also when the walk is dropped: nothing of ours may refer to the user's objects
            self._objects.clear()
            self._index.clear()

    def _start(self, value: Any, near: deque[int]) -> int:
        known = len(self._objects)
        node = self._add(value)
        if node == known:
            near.append(node)
        return node

    def _unexplained(self) -> list[Any]:
        """Big objects with more references than the picture has to them."""
        graph = self.graph
        big = [n for n, size in enumerate(graph.sizes) if size >= BIG]
        seen = Counter(graph.edges.targets) + Counter(graph.slots.values())
        objects = [self._objects[n] for n in big]
        # our own two lists are one more than the container and the list of `_single`
        counts = [count - self._single for count in _counted(objects)]
        return [
            obj
            for obj, node, count in zip(objects, big, counts, strict=True)
            if obj is not None and count > seen[node]
        ]

    def _take_in(self, orphans: Orphans, near: deque[int]) -> None:
        """Begin again with what was found beyond the roots; empties both lists."""
        graph = self.graph
        with held_off():
            while orphans.slots:
                slot, value = orphans.slots.pop()
                graph.slots[slot] = self._start(value, near)
            value = None
            graph.garbage = set()
            while orphans.garbage:
                graph.garbage.add(self._start(orphans.garbage.pop(), near))
            while orphans.stuck:
                graph.stuck.add(self._start(orphans.stuck.pop(), near))

    def _slice(self, near: deque[int], wide: deque[int]) -> bool:
        """Look at some objects; false when there are no more, or the budget is spent."""
        graph = self.graph
        pause = graph.visited + SLICE
        with held_off():
            while near or wide:
                if graph.visited >= self._budget:
                    graph.complete = False
                    graph.unseen.update(near, wide)
                    return False
                if graph.visited >= pause:
                    return True
                self._expand(near.popleft() if near else wide.popleft(), near, wide)
        return False

    def _expand(self, node: int, near: deque[int], wide: deque[int]) -> None:
        """Size an object and list what it refers to."""
        graph = self.graph
        obj = self._objects[node]
        graph.visited += 1
        cls = type(obj)
        graph.kinds[node], graph.modules[node] = self._kind(cls)
        if self._boundary.stops(obj):
            return
        kind = self._sizes.kind(cls)
        if id(cls) in _LONG and self._is_too_long(node, len(obj)):
            graph.sizes[node] = size_of(obj, kind, [])
            return
        seen = self._adapters.look(obj) or NOTHING
        children = gc.get_referents(obj)
        graph.sizes[node] = (
            size_of(obj, kind, children) if seen.size is None else seen.size
        )
        if id(cls) in _LEAVES:
            self._note(node, seen)
            return
        if kind.inline:
            children = own_references(obj, kind, children)
        elif kind.table:
            children = self._table(node, obj, kind, children)
        out: list[int] = []
        pinned: list[tuple[int, int]] = []
        if seen is not NOTHING:
            children.extend(seen.objects)
            out += map(self._shared, seen.buffers)
            pinned = [(id(base), shown) for base, shown in seen.pinned]
            self._note(node, seen)
            del seen
        if self._is_too_long(node, len(children)):
            return
        self._follow(node, children, out, near if len(children) <= _WIDE else wide)
        graph.edges.put(node, out)
        self._pinned += [(node, key, shown) for key, shown in pinned]
        self._tell(node, obj, children)

    def _tell(self, node: int, obj: Any, children: list[Any]) -> None:
        """Keep what a frame, a function, a class or an exception says of itself."""
        graph, cls = self.graph, type(obj)
        if cls is FrameType:
            names = local_names(obj, children)
            known = {
                self._index[i]: name for i, name in names.items() if i in self._index
            }
            graph.frames[node] = Failed(function_of(obj), known)
        elif cls is FunctionType:
            if self._boundary.is_of_cells(obj):
                graph.reads[node] = names_read(obj)
        elif safe.derives(cls, type):
            graph.shapes[node] = safe.type_name(obj)
        elif safe.derives(cls, BaseException):
            graph.exceptions.append(node)

    def _is_too_long(self, node: int, length: int) -> bool:
        """Has an object more in it than may still be looked at?"""
        graph = self.graph
        if length <= _WIDE or length + graph.visited <= self._budget:
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
            # what can be part of a cycle; what an array of texts holds cannot
            self._native[node] = array(
                "Q",
                (
                    id(x)
                    for x in seen.objects
                    if gc.is_tracked(x) or self._adapters.knows(type(x))
                ),
            )
        if seen.data:
            self._data[node] = (seen.data, self.graph.sizes[node])

    def _follow(
        self, node: int, children: list[Any], out: list[int], later: deque[int]
    ) -> None:
        """Add what an object refers to; an atom that only it holds counts as part of it."""
        graph, single = self.graph, self._single
        common: set[int] = set()
        for child, count in zip(children, _counted(children), strict=True):
            leaf = id(type(child)) in _LEAVES
            if leaf and count > _COMMON:
                if id(child) in common:
                    continue
                if _is_common(child, count):
                    common.add(id(child))
                    continue
            if leaf and count <= single:
                graph.sizes[node] += block(sys.getsizeof(child))
                graph.visited += 1
                continue
            known = len(self._objects)
            at = self._add(child)
            out.append(at)
            if at != known:
                continue
            if leaf:
                graph.sizes[at] = block(sys.getsizeof(child))
                graph.kinds[at], graph.modules[at] = self._kind(type(child))
                graph.visited += 1
                if type(child) is bytes:
                    self._note(at, self._adapters.look(child) or NOTHING)
            else:
                later.append(at)

    def _table(self, node: int, obj: Any, kind: Kind, children: list[Any]) -> list[Any]:
        """What a dictionary refers to; a key that only it holds counts as part of it."""
        graph = self.graph
        values = values_elsewhere(obj, children)
        if values is not None:
            graph.sizes[node] = block(kind.basic + kind.header)
            return values
        keys = keys_left_out(obj, kind, children)
        counts = _counted(keys)
        graph.visited += len(keys) // 8
        if not keys:
            return children
        common = _are_common(keys, counts)
        if shares_keys(obj, sure=not common):
            graph.sizes[node] = shared_size(obj, kind)
            return children
        if common:
            return children
        for key, count in zip(keys, counts, strict=True):
            if count <= self._single:
                graph.sizes[node] += block(sys.getsizeof(key))
            elif not _is_common(key, count):
                children.append(key)
        return children

    def _shared(self, buffer: Buffer) -> int:
        """The node of native memory, known by its address."""
        address = buffer.address
        at = self._buffers.get(address)
        if at is None:
            at = self._buffers[address] = self._new(None)
            self.graph.kinds[at] = "buffer"
        # a slice may know only a part of it, and a capsule nothing of what it holds
        self.graph.sizes[at] = max(self.graph.sizes[at], buffer.bytes)
        if buffer.parts and not self.graph.edges[at]:
            self.graph.edges.put(at, [self._shared(part) for part in buffer.parts])
        if buffer.owners is not None:
            self._owners[address] = max(buffer.owners, self._owners.get(address, 0))
        return at

    def _kind(self, cls: type) -> tuple[str, str]:
        kind = self._kinds.get(id(cls))
        if kind is None:
            kind = safe.type_name(cls), safe.module_of(cls)
            self._kinds[id(cls)] = kind
        return kind

    def _finish(self) -> None:
        """Read all reference counts at once, remember big objects, let go of everything."""
        graph, objects = self.graph, self._objects
        counts = _counted(objects)
        base = counts[0]
        graph.ids = array("Q", map(id, objects))
        graph.refs = array("q", (count - base for count in counts))
        for node, more in self._held.items():
            graph.refs[node] += more
        graph.native = {
            node: array("i", (self._index[i] for i in ids if i in self._index))
            for node, ids in self._native.items()
            if ids
        }
        graph.blind |= self._adapters.blind
        known = self._index
        graph.pins = [
            Pin(view, known[key], n) for view, key, n in self._pinned if key in known
        ]
        seen = Counter(graph.edges.targets)
        join_memory(graph, self._data, self._buffers, seen)
        graph.places = {n: span for n, span in self._data.items() if span[1] >= BIG}
        for address, node in self._buffers.items():
            graph.refs[node] = max(seen[node], self._owners.get(address, 0))
            if graph.sizes[node] >= BIG:
                graph.places[node] = (address, graph.sizes[node])
        self._forgive_garbage(seen)
        for node in {*graph.slots.values()}:
            graph.shapes[node] = self._describe(objects[node])
        native = {node: address for address, node in self._buffers.items()}
        for node, size in enumerate(graph.sizes):
            if size >= BIG and node not in native:
                graph.shapes.setdefault(node, self._describe(objects[node]))
                graph.bigs.append(
                    Big(node, id(objects[node]), size, safe.weakly(objects[node]))
                )
            elif size >= BIG:
                graph.bigs.append(Big(node, native[node], size, None))

    def _forgive_garbage(self, seen: Counter[int]) -> None:
        """Note the references from garbage: what is known of it, and what holds failed calls."""
        graph, objects = self.graph, self._objects
        dead = (graph.garbage or set()) | graph.stuck
        forgiven = Counter(
            child for node in dead for child in graph.edges[node] if child not in dead
        )
        frames = [n for n in graph.frames if graph.refs[n] > seen[n]]
        if frames:
            known = set(self._index) - {graph.ids[n] for n in frames}
            suspects = [objects[n] for n in frames]
            counts = from_garbage(suspects, {id(objects)}, known)
            for node in frames:
                forgiven[node] += counts.get(graph.ids[node], 0)
        graph.forgiven = dict(forgiven)

    def _describe(self, obj: Any) -> str:
        unit = _SIZED.get(id(type(obj)))
        if unit is not None:
            return f"{len(obj):,} {unit}"
        return self._adapters.describe(obj)
