"""Objects that neither the session's picture nor a module leads to: garbage, or held by native code.

What the references among them do not explain of a reference count is a
reference from elsewhere: a running call, C code.  What that leads to is held;
the rest is garbage, dead already and not yet collected.

Cost: 0.2 µs for each object that the collector knows and 5 µs a stray, so 20 ms
in a fresh kernel with 3,500 of them and 0.15 s with torch and 26,000.
"""

from __future__ import annotations

import gc
import sys
from array import array
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

from leakhunter.heap import safe
from leakhunter.heap.adapters import Adapters
from leakhunter.heap.peek.kinds import Kind, Met
from leakhunter.heap.referents import referents
from leakhunter.heap.walk.picture import BLOCKS_ASKED

_SLICE = 3000
"""Objects looked at between two yields: 5 ms."""

MOST = 300_000
"""With more strays than that nothing is told: a second."""

MANY = 3_000_000
"""Nor in a process of more objects: half a second to look through them."""

_CHUNK = 8 * _SLICE
"""The same where little is asked of each object."""


class Strays(NamedTuple):
    """Bytes of strays by what they are, buffers included, and how many there are."""

    garbage: int
    held: int
    objects: int


class _Mark:
    """Calibrates reference counts: held by one list, as every stray is."""


def looking(
    met: Met, blocks: int = BLOCKS_ASKED
) -> Generator[None, None, Strays | None]:
    """Look at all strays; yields between slices, and may be dropped.

    Parameters
    ----------
    met
        Everything that is no stray; strays are added.
    blocks
        Blocks of CPython's allocator in use up to which all objects are listed.

    Returns
    -------
    Strays or None
        ``None`` when there are too many.
    """
    if sys.getallocatedblocks() > blocks:
        return None
    everything = gc.get_objects()
    if len(everything) > MANY:
        return None
    objects: list[Any] = []
    fresh: list[Any] = [_Mark()]
    for own in (objects, fresh, everything):
        met.add(id(own))
    try:
        for begin in range(0, len(everything), _CHUNK):
            part = everything[begin : begin + _CHUNK]
            met.add(id(part))
            objects += [obj for obj in part if not met.has(id(obj))]
            part.clear()
            yield
            if len(objects) > MOST:
                return None
        everything.clear()
        yield from _leave_ours(objects, met)
        for begin in range(0, len(objects), _CHUNK):
            fresh += [o for o in objects[begin : begin + _CHUNK] if met.add(id(o))]
            yield
        objects.clear()
        adapters = Adapters()
        begin = 1
        while begin < len(fresh) <= MOST:
            end = min(begin + _SLICE, len(fresh))
            _extend(fresh, begin, end, met, adapters)
            begin = end
            yield
        if len(fresh) > MOST:
            return None
        return (yield from _judge(fresh, met, adapters))
    finally:
        objects.clear()
        fresh.clear()
        everything.clear()


def _leave_ours(objects: list[Any], met: Met) -> Iterator[None]:
    """A check's own objects, its picture above all, came after the memory was read."""
    ours = __name__.partition(".")[0]
    kinds: dict[int, bool] = {}
    todo: list[Any] = []
    met.add(id(todo))
    try:
        for begin in range(0, len(objects), _CHUNK):
            for obj in objects[begin : begin + _CHUNK]:
                cls = type(obj)
                own = kinds.get(id(cls))
                if own is None:
                    own = safe.module_of(cls).partition(".")[0] == ours
                    kinds[id(cls)] = own
                if own and met.add(id(obj)):
                    todo.append(obj)
            yield
        while todo:
            children = referents(todo.pop())
            while children:
                todo += [child for child in children[-_CHUNK:] if met.add(id(child))]
                del children[-_CHUNK:]
                if len(children) + len(todo) > _CHUNK:
                    yield
    finally:
        todo.clear()


def _extend(
    objects: list[Any], begin: int, end: int, met: Met, adapters: Adapters
) -> None:
    """Add what some strays refer to and nothing else leads to."""
    children = referents(*objects[begin:end])
    for at in range(begin, end):
        seen = adapters.look(objects[at])
        if seen is not None:
            children.extend(seen.objects)
    objects += [child for child in children if met.add(id(child))]


def _judge(
    objects: list[Any], met: Met, adapters: Adapters
) -> Generator[None, None, Strays]:
    """Tell what is held from what is garbage."""
    index: dict[int, int] = {}
    for at, obj in enumerate(objects):
        index[id(obj)] = at
        if not at % _CHUNK:
            yield
    obj = None  # a reference of ours would count
    inside = array("q", bytes(8 * len(objects)))
    starts, targets, sizes = array("q"), array("q"), array("q")
    kinds: dict[int, Kind] = {}
    for at in range(len(objects)):
        starts.append(len(targets))
        size, known = _edges(objects[at], kinds, met, adapters, index)
        sizes.append(size)
        targets.extend(known)
        for target in known:
            inside[target] += 1
        if not at % _SLICE:
            yield
    starts.append(len(targets))
    yield
    kept = yield from _held(objects, inside, starts, targets)
    held = sum(sizes[at] for at in kept)
    return Strays(sum(sizes) - held, held, len(objects) - 1)


def _held(
    objects: list[Any], inside: array[int], starts: array[int], targets: array[int]
) -> Generator[None, None, list[int]]:
    """What is referred to from elsewhere, and all that it leads to."""
    counts = array("q", map(sys.getrefcount, objects))
    yield
    # below what was seen: an edge was seen twice, or somebody let go meanwhile
    todo = [
        at for at, count in enumerate(counts) if at and count - counts[0] != inside[at]
    ]
    held = bytearray(len(objects))
    for at in todo:
        held[at] = 1
    yield
    for many, at in enumerate(todo):
        for target in targets[starts[at] : starts[at + 1]]:
            if not held[target]:
                held[target] = 1
                todo.append(target)
        if not many % _CHUNK:
            yield
    return todo


def _edges(
    obj: Any,
    kinds: dict[int, Kind],
    met: Met,
    adapters: Adapters,
    index: dict[int, int],
) -> tuple[int, list[int]]:
    """Size of a stray, its own buffers included, and the strays that it refers to."""
    seen = adapters.look(obj)
    cls = type(obj)
    kind = kinds.get(id(cls))
    if kind is None:
        kind = kinds[id(cls)] = Kind(cls, seen is not None)
    size = kind.size(obj)
    children = referents(obj)
    if seen is not None:
        size = size if seen.size is None else seen.size
        children.extend(seen.objects)
        size += sum(b.bytes for b in seen.buffers if met.add(b.address))
    return size, [index[id(c)] for c in children if id(c) in index]
