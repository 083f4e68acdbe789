"""The whole heap as one graph: every object of the process, what it refers to, and its bytes.

A picture begins at the session's names; here nothing is left out, so it can be
said what alone leads to an object, and what goes with it.  Only when asked for.

Cost: 0.1 µs an object, 3 µs in Python and where an adapter looks inside; 60
bytes an object while the walk lasts, of which 30 stay with the graph.  While it
walks each object is held, so that other threads may run in between; the graph
is numbers only.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Generator
from types import CodeType
from typing import Any, NamedTuple

from leakhunter.heap import core, safe
from leakhunter.heap.adapters import NOTHING, Adapters, Buffer, Seen
from leakhunter.heap.peek.kinds import class_parts, code_parts
from leakhunter.heap.peek.sizes import Kind, Sizes, block, shared_size, size_of
from leakhunter.heap.referents import referents
from leakhunter.heap.twin import Arrays
from leakhunter.heap.walk.collector import held_off
from leakhunter.heap.walk.nodes import ATOMS, LEAVES, LONG
from leakhunter.heap.walk.shared import nested
from leakhunter.heap.walk.tables import (
    MOST_SHARED,
    keys_left_out,
    own_references,
    shares_keys,
    sizes_alone,
    values_elsewhere,
)
from leakhunter.heap.whole import twin
from leakhunter.heap.whole.objects import Class, class_of

PLAIN = 40_000
"""Objects looked at between two yields: 4 to 8 ms."""

BY_HAND = 2000
"""Of these in Python."""

_NATIVE: Class = ("", "native memory")
_SIMPLE, _INLINE, _DICT, _CODE, _CLASS, _HAND = range(6)


class Whole(NamedTuple):
    """The graph: numbers, no objects.

    Attributes
    ----------
    edges
        References by node.
    sizes, rows
        Bytes of each node, and its place in ``classes``.
    classes
        Module and name; native memory is one of them.
    starts
        Nodes that something outside of the graph holds: running calls, native
        code, the interpreter.
    inside
        By class of atoms, the first of ``classes``: how many are part of
        another object, and their bytes.
    within
        By row the bytes of such atoms in its objects.
    blind
        Libraries that could not be looked into.
    """

    edges: Arrays
    sizes: array[int]
    rows: array[int]
    classes: list[Class]
    starts: list[int]
    inside: list[tuple[int, int]]
    within: dict[int, int]
    blind: set[str]


class _Native(NamedTuple):
    """A node of native memory."""

    node: int
    buffer: Buffer


class Walk:
    """One walk over the whole heap.

    Attributes
    ----------
    graph
        The graph, once :meth:`run` has ended.
    """

    graph: Whole

    def __init__(self) -> None:
        self._adapters = Adapters()
        self._sizes = Sizes()
        self._classes: list[Class] = []
        self._rows: dict[Class, int] = {}
        self._known: dict[int, tuple[int, int, Kind]] = {}
        self._buffers: dict[int, _Native] = {}
        self._natives: dict[int, Buffer] = {}
        self._data: dict[int, int] = {}
        self._held: dict[int, int] = {}
        self._heap = _heap([])

    @property
    def done(self) -> int:
        """Objects looked at."""
        return self._heap.done

    @property
    def total(self) -> int:
        """Objects found so far."""
        return len(self._heap)

    def run(self) -> Generator[None, None, None]:
        """Walk; may be dropped between two slices.  Objects are held until :meth:`forget`."""
        with held_off():
            # nobody else may hold this list: it would be one more holder of everything
            self._heap = _heap(gc.get_objects())
            for cls in ATOMS:
                self._learn(cls)
            self._row(_NATIVE)
        while self._slice():
            yield
        with held_off():
            self.graph = self._finish()

    def object(self, node: int) -> Any:
        """The object of a node; ``None`` for native memory."""
        return self._heap.object(node)

    def address(self, node: int) -> int:
        """Where the object of a node is."""
        return id(self._heap.object(node))

    def at(self, address: int) -> int:
        """The node of the object at an address, or -1."""
        return self._heap.find(address)

    def find(self, obj: Any) -> int:
        """The node of an object, or -1."""
        return self._heap.find(id(obj))

    def children(self, obj: Any) -> list[int]:
        """What an object refers to, each reference once."""
        node = self.find(obj)
        begin, count, to = self.graph.edges
        return list(to[begin[node] : begin[node] + count[node]]) if node >= 0 else []

    def describe(self, node: int) -> str:
        """Shape of the object of a node in a few words."""
        return self._adapters.describe(self._heap.object(node))

    def forget(self) -> None:
        """Let go of all objects."""
        self._heap.forget()

    # ------------------------------------------------------------------ walking

    def _slice(self) -> bool:
        """Look at some objects; false when all were looked at."""
        heap = self._heap
        limit = heap.done + PLAIN
        with held_off():
            for _ in range(BY_HAND):
                if heap.next(limit - heap.done) is None:
                    break
                self._visit(heap.done)
        return heap.done < len(heap)

    def _visit(self, node: int) -> None:
        """Look at one object, unless its class is new and the core can do that."""
        heap = self._heap
        if node in self._natives:
            parts = [self._shared(part) for part in self._natives[node].parts]
            heap.visit(self._row(_NATIVE), 0, [], parts)
            return
        obj = heap.object(node)
        cls = type(obj)
        known = self._known.get(id(cls))
        if known is None:
            known = self._learn(cls)
            if core.NATIVE and known[1] != _HAND:
                return
        row, mode, kind = known
        atom = id(cls) in LEAVES
        seen = NOTHING if atom else self._adapters.look(obj) or NOTHING
        children: list[Any] = referents(obj)
        size = size_of(obj, kind, children) if seen.size is None else seen.size
        if kind.inline:
            children = own_references(obj, kind, children)
        elif kind.table:
            size, children = _table(obj, kind, children, size)
        elif mode == _CODE:
            children += code_parts(obj)
        elif mode == _CLASS and not safe.flags(obj) & safe.HEAP_TYPE:
            size, children = 0, class_parts(obj)
        nodes = [self._shared(buffer) for buffer in seen.buffers]
        children.extend(seen.objects)
        self._note(node, seen)
        del seen
        heap.visit(row, size, children, nodes)

    def _note(self, node: int, seen: Seen) -> None:
        """Keep what an adapter says beside bytes and references."""
        if seen.held:
            self._held[node] = seen.held
        if seen.data:
            self._data[node] = seen.data

    def _shared(self, buffer: Buffer) -> int:
        """The node of native memory, known by its address."""
        known = self._buffers.get(buffer.address)
        if known is None:
            known = _Native(self._heap.native(), buffer)
            self._natives[known.node] = buffer
        else:
            # a slice may know only a part of it, and a capsule nothing of what it holds
            owners = (known.buffer.owners, buffer.owners)
            known = known._replace(
                buffer=known.buffer._replace(
                    bytes=max(known.buffer.bytes, buffer.bytes),
                    owners=max((n for n in owners if n is not None), default=None),
                )
            )
        self._buffers[buffer.address] = known
        return known.node

    # ------------------------------------------------------------------ classes

    def _row(self, name: Class) -> int:
        """The place of a class among those that are counted."""
        row = self._rows.get(name)
        if row is None:
            row = self._rows[name] = len(self._classes)
            self._classes.append(name)
        return row

    def _learn(self, cls: type) -> tuple[int, int, Kind]:
        """How objects of a class are sized and followed; the core learns it too."""
        kind = self._sizes.kind(cls)
        mode = self._mode(cls, kind)
        row = self._row(class_of(cls))
        known = self._known[id(cls)] = (row, mode, kind)
        by_type = kind.method is object.__sizeof__
        self._heap.learn(
            row,
            (
                cls, "", "", mode, kind.method, by_type, id(cls) in LONG,
                kind.header, kind.basic, kind.array, kind.names, kind.slots,
            ),
        )  # fmt: skip
        return known

    def _mode(self, cls: type, kind: Kind) -> int:
        if id(cls) in LEAVES:
            return _SIMPLE
        if self._adapters.knows(cls) or (kind.table and cls is not dict):
            return _HAND
        if cls is dict:
            return _DICT
        if cls is CodeType:
            return _CODE
        if safe.derives(cls, type):
            return _CLASS
        return _INLINE if kind.inline else _SIMPLE

    # ------------------------------------------------------------------ the end

    def _finish(self) -> Whole:
        """Read all reference counts at once."""
        for node, buffer in self._buffers.values():
            self._held[node] = buffer.owners or 0
        edges, sizes, rows, starts, inside, within, lending = self._heap.finish(
            self._held
        )
        for node, buffer in self._buffers.values():
            sizes[node] = block(buffer.bytes)
        if self._buffers:
            for node in lending:
                seen = self._adapters.look(self._heap.object(node)) or NOTHING
                self._data[node] = seen.data
            spans = {node: (at, sizes[node]) for node, at in self._data.items()}
            at = {address: one.node for address, one in self._buffers.items()}
            for node, _ in nested(sizes, spans, at):
                sizes[node] = 0
        return Whole(
            edges, sizes, rows, self._classes, starts, inside, within,
            self._adapters.blind,
        )  # fmt: skip


def _heap(objects: list[Any]) -> twin.Heap:
    make = core.NATIVE.Heap if core.NATIVE else twin.Heap
    found: twin.Heap = make(objects, len(ATOMS), sizes_alone(), MOST_SHARED)
    return found


def _table(
    obj: Any, kind: Kind, children: list[Any], size: int
) -> tuple[int, list[Any]]:
    """Bytes of a dictionary, and what it refers to with its keys."""
    values = values_elsewhere(obj, children)
    if values is not None:
        return block(kind.basic + kind.header), values
    keys = keys_left_out(obj, kind, children)
    if keys and shares_keys(obj, sure=True):
        return shared_size(obj, kind), children
    return size, children + keys
