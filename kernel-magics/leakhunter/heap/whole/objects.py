"""All objects that the collector knows, and what they refer to out of its sight, class by class.

The collector lists containers and instances.  Arrays, tuples of numbers and
long texts it does not list; they are found in what lists them.  Texts and
bytes below 4 KiB and numbers are left out: they are what containers are
filled with.

Cost: 0.5 µs an object, 1.3 µs in Python, and 2 to 5 µs where an adapter looks inside.  Nothing is
kept but numbers and addresses.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any, NamedTuple, TypeAlias

from leakhunter.heap import safe
from leakhunter.heap.adapters import NOTHING, Adapters, Buffer, Seen
from leakhunter.heap.peek.kinds import Met
from leakhunter.heap.peek.sizes import Kind, Sizes, block
from leakhunter.heap.referents import referents
from leakhunter.heap.walk.collector import held_off
from leakhunter.heap.whole.classes import bare, by_class, unlisted, weigh

CHUNK = 4000
"""Objects looked at between two yields: 3 to 8 ms."""

REFERENCES = 40_000
"""References looked at between two yields: 4 to 10 ms."""

LONG = 4096
"""Characters from which on a text counts for itself."""

OURS = "leakhunter"

_NUMBER_TYPES = (
    int,
    float,
    complex,
    bool,
    type(None),
    type(...),
    type(NotImplemented),
)
_NUMBERS = frozenset(map(id, _NUMBER_TYPES))
_TEXTS = frozenset(map(id, (str, bytes)))
_COUNTED = _TEXTS.union(map(id, (list, tuple, dict, set, frozenset)))

Class: TypeAlias = tuple[str, str]
"""Module and name of a class: a class that a cell defines again stays the same."""


class Tally(NamedTuple):
    """How many objects, and how many bytes of their own."""

    objects: int
    bytes: int


def class_of(cls: type) -> Class:
    """What the instances of a class are counted under."""
    return safe.module_of(cls), safe.type_name(cls)


def is_small(obj: Any) -> bool:
    """Is this a number or a short text, which count for nothing?"""
    kind = id(type(obj))
    return kind in _NUMBERS or (kind in _TEXTS and len(obj) < LONG)


class Objects:
    """One pass over the process.

    Parameters
    ----------
    seconds
        Work after which what is left is left out.

    Attributes
    ----------
    done, total
        Objects of the collector's looked at, and how many it knows.
    complete
        False when the time did not suffice.
    """

    def __init__(self, seconds: float) -> None:
        self.done = self.total = 0
        self.complete = True
        self._seconds = seconds
        self._adapters = Adapters()
        self._sizes = Sizes()
        self._met = Met()
        self._memory: set[int] = set()
        self._seen: dict[int, Seen] = {}

    @property
    def blind(self) -> set[str]:
        """Libraries that could not be looked into."""
        return self._adapters.blind

    def run(
        self, take: Callable[[type, list[Any]], None]
    ) -> Generator[None, None, None]:
        """Hand out all objects, some of one class at a time; may be dropped between two chunks.

        Whoever takes them keeps no reference.
        """
        with held_off():
            objects = gc.get_objects()
        self.total = len(objects)
        behind: list[Any] = []
        spent = 0.0
        try:
            while behind or self.done < self.total:
                if spent >= self._seconds:
                    self.complete = False
                    return
                begun = time.perf_counter()
                with held_off():
                    self._step(objects, behind, take)
                spent += time.perf_counter() - begun
                yield
        finally:
            objects.clear()
            behind.clear()
            self._seen.clear()

    def _step(
        self,
        objects: list[Any],
        behind: list[Any],
        take: Callable[[type, list[Any]], None],
    ) -> None:
        """Look at the next objects; what they refer to waits in ``behind``."""
        if behind:
            part = self._fresh(behind[-REFERENCES:])
            del behind[-REFERENCES:]
        else:
            part = objects[self.done : self.done + CHUNK]
            self.done += len(part)
        if part:
            self.hand_out(part, take)
            behind.extend(referents(*part))
            behind.extend(o for seen in self._seen.values() for o in seen.objects)
            self._seen.clear()

    def sizes(self, cls: type, objects: list[Any]) -> list[int]:
        """Own bytes of some objects of one class; memory that several share goes to the first."""
        kind = self._sizes.kind(cls)
        if self._adapters.knows(cls):
            return [self._with_memory(obj, kind) for obj in objects]
        return [_block(size, kind) for size in _bare(objects, kind)]

    def weigh(self, cls: type, objects: list[Any]) -> int:
        """The sum of these sizes, in less time."""
        if self._adapters.knows(cls):
            return sum(self.sizes(cls, objects))
        kind = self._sizes.kind(cls)
        by_type = kind.method is object.__sizeof__
        try:
            return weigh(objects, kind.method, by_type, kind.header, kind.array)
        except Exception:  # noqa: BLE001 - a C type that cannot size this instance
            return _block(0, kind) * len(objects)

    def describe(self, obj: Any) -> str:
        """Shape of an object in a few words."""
        return self._adapters.describe(obj)

    def hand_out(
        self, part: list[Any], take: Callable[[type, list[Any]], None]
    ) -> None:
        """Sort some objects by class and hand them out."""
        for objects in by_class(part):
            cls = type(objects[0])
            if safe.module_of(cls).partition(".")[0] == OURS:
                continue
            if self._adapters.knows(cls):
                looked = ((id(obj), self._adapters.look(obj)) for obj in objects)
                self._seen.update((key, seen or NOTHING) for key, seen in looked)
            take(cls, objects)

    def _fresh(self, found: list[Any]) -> list[Any]:
        """Those that the collector does not list and that were not met before."""
        rest = unlisted(found, _NUMBER_TYPES, LONG)
        return [obj for obj in rest if self._met.add(id(obj))]

    def _with_memory(self, obj: Any, kind: Kind) -> int:
        seen = self._seen.get(id(obj), NOTHING)
        size = seen.size
        if size is None:
            size = _block(_bare([obj], kind)[0], kind)
        if seen.data:
            # an array that shares its data with another library counts what is left
            size = 0 if seen.data in self._memory else size
            self._memory.add(seen.data)
        return size + sum(map(self._shared, seen.buffers))

    def _shared(self, buffer: Buffer) -> int:
        """Bytes of native memory that was not counted before."""
        if buffer.address in self._memory:
            return 0
        self._memory.add(buffer.address)
        return buffer.bytes + sum(map(self._shared, buffer.parts))


def _bare(objects: list[Any], kind: Kind) -> list[int]:
    """What the method of a class says of some of its objects."""
    try:
        return bare(objects, kind.method)
    except Exception:  # noqa: BLE001 - a C type that cannot size this instance
        return [0] * len(objects)


def _block(size: int, kind: Kind) -> int:
    """The blocks that an object of this size takes."""
    return block(size + kind.header) + kind.array


class Count:
    """Objects and bytes by class; add the objects of a pass with :meth:`take`."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._rows: dict[Class, list[int]] = {}

    def take(self, cls: type, objects: list[Any]) -> None:
        """Count these."""
        row = self._rows.setdefault(class_of(cls), [0, 0])
        row[0] += len(objects)
        row[1] += self._objects.weigh(cls, objects)

    @property
    def tallies(self) -> dict[Class, Tally]:
        """What was counted."""
        return {key: Tally(*row) for key, row in self._rows.items()}


class Item(NamedTuple):
    """One object: its own bytes, its address, and its shape in words."""

    bytes: int
    key: int
    shape: str


class Biggest:
    """The biggest objects of one class; of equal ones those that have a name."""

    def __init__(
        self,
        objects: Objects,
        wanted: Class,
        most: int,
        named: frozenset[int] = frozenset(),
    ) -> None:
        self._objects = objects
        self._wanted = wanted
        self._most = most
        self._named = named
        self.items: list[Item] = []

    def take(self, cls: type, objects: list[Any]) -> None:
        """Keep the addresses of those that are big."""
        if class_of(cls) != self._wanted:
            return
        sizes = self._objects.sizes(cls, objects)
        least = self.items[-1].bytes if len(self.items) == self._most else -1
        fresh = [
            Item(size, id(obj), self._shape(obj))
            for size, obj in zip(sizes, objects, strict=True)
            if size > least or (size == least and id(obj) in self._named)
        ]
        self.items = sorted(self.items + fresh, key=self._place)[: self._most]

    def _place(self, item: Item) -> tuple[int, bool]:
        return -item.bytes, item.key not in self._named

    def _shape(self, obj: Any) -> str:
        if id(type(obj)) in _COUNTED:
            return f"{len(obj):,} {'characters' if type(obj) is str else 'items'}"
        return self._objects.describe(obj)


def find(
    key: int, wanted: Class, box: list[Any], seconds: float = 30.0
) -> Iterator[None]:
    """Put the object with this address and class into ``box``, if it is still there."""
    objects = Objects(seconds)

    def take(cls: type, found: list[Any]) -> None:
        if not box and class_of(cls) == wanted:
            box.extend(obj for obj in found if id(obj) == key)

    # what it lists has itself in it: it does not go by itself
    with closing(objects.run(take)) as steps:
        for _ in steps:
            if box:
                return
            yield
