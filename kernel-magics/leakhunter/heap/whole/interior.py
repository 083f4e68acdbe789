"""How much the interpreter and the libraries hold themselves: modules with all they refer to.

The walk goes out from ``sys.modules`` over :mod:`~leakhunter.heap.referents`
and the adapters and leaves out what the picture of the session holds.  What no
module reaches does not count: it may be garbage, or held by native code.  An
object belongs to the library from whose modules it is reached first, a class to
the library that defines it.

Cost: 1.2 µs an object, so 0.1 s in a fresh kernel, 0.4 s for the 350,000 of
pandas and matplotlib and 1.7 s for the 1.4 million of keras with torch, and for
that time a tenth of the memory that is looked at.  It changes with imports, not
with every cell.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.adapters import Adapters
from leakhunter.heap.graph import BIG, Graph
from leakhunter.heap.peek.kinds import Kind, Met
from leakhunter.heap.referents import referents
from leakhunter.heap.walk.collector import held_off
from leakhunter.heap.walk.picture import BLOCKS_ASKED
from leakhunter.heap.walk.seen import Buffer
from leakhunter.heap.whole.strays import Strays, looking

_SLICE = 4000
"""Objects looked at between two yields: about 4 ms."""

_MODULES = 100
"""Modules queued between two yields: 2 ms."""

_BATCH = 500

_WIDE = 20_000
"""References followed between two yields: 5 ms."""
_MAIN = ("__main__", "__mp_main__")
_ATOMS = frozenset(map(id, (int, float, complex, bool, type(None), str, bytes)))
"""By ``id``: a set of types would ask a metaclass of the user's for its hash."""

_module_dict: Any = vars(types.ModuleType)["__dict__"].__get__


@dataclass
class Interior:
    """What the walk found.

    Attributes
    ----------
    libraries
        Bytes by top module: what libraries are made of.
    data
        Bytes of single objects and buffers of 1 MB and more, by top module:
        data that a library holds.
    objects
        Objects looked at.
    places
        Address and bytes of the buffers in ``data``, by address: to see how
        much of them is resident.
    strays
        What no module leads to; ``None`` when there was too much.
    """

    libraries: dict[str, int] = field(default_factory=dict)
    data: dict[str, int] = field(default_factory=dict)
    objects: int = 0
    strays: Strays | None = None
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    _owners: dict[int, str] = field(default_factory=dict)

    def add(self, library: str, size: int, address: int = 0) -> None:
        """Count an object, or the buffer at this address."""
        found = self.data if size >= BIG else self.libraries
        found[library] = found.get(library, 0) + size
        if address and size >= BIG:
            self.places[address] = (address, size)
            self._owners[address] = library

    def leave_out(self, absent: Mapping[int, int]) -> None:
        """Take bytes of buffers that are not resident off, once."""
        for address, size in absent.items():
            self.data[self._owners[address]] -= size

    def lasting(self) -> Interior:
        """What stays true until something is imported: neither data nor strays."""
        return Interior(dict(self.libraries), objects=self.objects)


def held_by(graph: Graph) -> Iterator[int]:
    """What the picture accounts for: not the classes and modules at which it stops."""
    for key, size in zip(graph.ids, graph.sizes, strict=True):
        if size:
            yield key
    for address, _ in graph.places.values():
        yield address


def walking(
    known: Iterable[int], blocks: int = BLOCKS_ASKED
) -> Generator[None, None, Interior]:
    """Walk; yields between slices, and lets go of everything at the end or when it is dropped.

    Parameters
    ----------
    known
        ``id`` of all objects, and addresses of buffers, that belong to the
        session: :func:`held_by`, and the containers in which IPython keeps its
        names.
    blocks
        Blocks of CPython's allocator in use up to which strays are looked for.
    """
    steps = _Walk().run(known, blocks)
    try:
        while True:
            # a collection takes longer than a slice
            with held_off():
                try:
                    next(steps)
                except StopIteration as end:
                    return end.value  # type: ignore[no-any-return] # of a generator's end nothing is known
            yield
    finally:
        steps.close()


class _Walk:
    """The state of one walk."""

    def __init__(self) -> None:
        self.found = Interior()
        self.queues: dict[str, list[Any]] = {}
        self._rest: list[tuple[str, list[Any]]] = []
        self.met = Met()
        self._kinds: dict[int, Kind] = {}
        self._metas: set[int] = {id(type)}
        self._adapters = Adapters()

    def run(self, known: Iterable[int], blocks: int) -> Generator[None, None, Interior]:
        """The whole walk; yields between slices."""
        try:
            yield from self._begin()
            for count, key in enumerate(known):
                self.met.add(key)
                if not count % _SLICE:
                    yield
            while self._step(_SLICE):
                yield
            self.found.strays = yield from looking(self.met, blocks)
            return self.found
        finally:
            self.queues.clear()
            self._rest.clear()

    def _begin(self) -> Iterator[None]:
        """Queue every module; none is entered from another one."""
        for count, (name, module) in enumerate(list(sys.modules.items())):
            if not count % _MODULES:
                yield
            if type(name) is not str or not safe.is_kind(module, types.ModuleType):
                continue
            own = _module_dict(module)
            fresh = self.met.add(id(module)) and self.met.add(id(own))
            if fresh and name not in _MAIN:
                library = name.partition(".")[0]
                self.queues.setdefault(library, []).extend((module, own))

    def _step(self, most: int) -> bool:
        """Look at some objects; false when there are no more."""
        end = self.found.objects + most
        while self.found.objects < end:
            if self._rest:
                # of an object that refers to very many
                self._follow_some(*self._rest.pop())
                return True
            library = next((name for name, queue in self.queues.items() if queue), None)
            if library is None:
                return False
            queue = self.queues[library]
            batch = queue[-_BATCH:]
            del queue[-_BATCH:]
            self._expand(library, batch)
        return True

    def _expand(self, library: str, batch: list[Any]) -> None:
        """Size objects and queue what they refer to."""
        children = referents(*batch)
        small = 0
        for obj in batch:
            kind = self._kinds.get(id(type(obj))) or self._kind(obj)
            size = kind.size(obj)
            if kind.follow is not None:
                size += kind.follow(obj, children)
            if kind.adapted:
                self._adapted(library, size, obj, children)
            elif size >= BIG:
                self.found.add(library, size)
            else:
                small += size
        self.found.objects += len(batch)
        self.found.add(library, 0)
        self.found.libraries[library] += small
        self._follow_some(library, children)

    def _follow_some(self, library: str, children: list[Any]) -> None:
        """Follow as many references as there is time for; the rest waits."""
        self.found.libraries[library] += self._follow(library, children[-_WIDE:])
        del children[-_WIDE:]
        if children:
            self._rest.append((library, children))

    def _kind(self, obj: Any) -> Kind:
        cls = type(obj)
        adapted = self._adapters.look(obj) is not None
        kind = self._kinds[id(cls)] = Kind(cls, adapted)
        if kind.is_class:
            self._metas.add(id(cls))
        return kind

    def _adapted(self, library: str, own: int, obj: Any, children: list[Any]) -> None:
        """An object of which an adapter knows more."""
        seen = self._adapters.look(obj)
        if seen is None:
            self.found.add(library, own)
            return
        children.extend(seen.objects)
        self.found.add(library, own if seen.size is None else seen.size, seen.data)
        self._buffers(library, seen.buffers)

    def _buffers(self, library: str, buffers: Iterable[Buffer]) -> None:
        for buffer in buffers:
            if self.met.add(buffer.address):
                self.found.add(library, buffer.bytes, buffer.address)
                self._buffers(library, buffer.parts)

    def _follow(self, library: str, children: list[Any]) -> int:
        """Queue objects that were not met before; returns the bytes of atoms among them."""
        met, metas, queue = self.met, self._metas, self.queues[library]
        size = atoms = 0
        for child in children:
            key = id(child)
            # as in Met.add: a call for each reference would take half of the time
            page, at = met[key >> 20], key >> 4 & 0xFFFF
            if page[at]:
                continue
            page[at] = 1
            cls = type(child)
            if id(cls) in _ATOMS:
                own = (sys.getsizeof(child) + 15) & ~15
                atoms += 1
                if own >= BIG:
                    self.found.add(library, own)
                else:
                    size += own
            elif id(cls) in metas:
                self._home(library, child).append(child)
            else:
                queue.append(child)
        self.found.objects += atoms
        return size

    def _home(self, library: str, cls: type) -> list[Any]:
        """The queue of the library that defines a class."""
        own = safe.module_of(cls).partition(".")[0]
        return self.queues[own if own in self.queues else library]
