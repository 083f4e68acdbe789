"""What piles up where: one walk from the session's names, and a count at every place.

Places are named by the way that leads there, with items of a container taken
together (``model.history[x]``), so that the same place is found again after
more runs.  Caches with a limit are walked last: what something else holds too
counts there.  Nothing is kept but names and numbers.

Cost: 3 µs an object.
"""

from __future__ import annotations

import io
import re
import types
import weakref
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.heap import safe
from leakhunter.heap.adapters import NOTHING, Adapters
from leakhunter.heap.peek.sizes import Sizes, block
from leakhunter.heap.referents import referents
from leakhunter.heap.roots import look, root_slots
from leakhunter.heap.roots.modules import is_users
from leakhunter.heap.slots import user_names
from leakhunter.heap.walk.boundary import Boundary
from leakhunter.prove.bounded import (
    WRAPPER,
    Bounded,
    declared,
    limit_of,
    of_functions,
    of_modules,
)
from leakhunter.prove.process import process_lists

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MOST = 150_000
"""Objects looked at: half a second."""

ITEMS = 4096
"""Items of one container looked into, the first and the last; all of them are counted."""

NAMED = 24
"""Items up to which the text keys of a dictionary are places of their own."""

ARROW = " → "

Class = tuple[str, str]
"""Module and name."""

_ATOMS = look.ids(
    int, float, complex, bool, type(None), type(...), type(NotImplemented), range, slice,
    types.CodeType, types.BuiltinFunctionType, re.Pattern,
)  # fmt: skip
_OWN = frozenset(
    {"builtins", "__main__", "collections", "functools", "types", "matplotlib", "logging"}
)  # fmt: skip
"""Where classes come from that keep nothing in step with their containers, or draw anew what is in them."""

_TEXTS = look.ids(str, bytes, bytearray)
_BUFFERS = look.ids(array, io.BytesIO)
"""What holds bytes within itself: its size tells how many."""

_KEY = re.compile(r"\[(?:\d+|'[^']*')\]")
_NUMBER = re.compile(r"^(atexit|weakref\.finalize) \d+: .*|(?<= )\(\d+\)$")
"""Entries of registries that have a number; and the one that tells two of the same name apart."""

_INSIDE = re.compile(rf"(?<!\(\)){ARROW}")
_PRIVATE = re.compile(r"(\._\w+)+$")


class Place(NamedTuple):
    """Something to look at.

    Attributes
    ----------
    obj, path
        The object, and the way that leads there.
    limit
        How much its holder says that its containers may hold.
    own
        Are all holders on the way containers and objects of the user's?
    """

    obj: Any
    path: str
    limit: int | None = None
    own: bool = True


class Pile(NamedTuple):
    """What one walk counted.

    Attributes
    ----------
    lengths
        Items of all containers of a place; for texts and arrays their bytes.
    in_bytes
        Places whose length is bytes.
    classes
        Objects by place and class.
    sizes
        Bytes of the objects of a place, about.
    limits
        Most that a place may hold, where it is known.
    bounded
        Objects by class that only caches with a limit hold.
    complete
        False when there were more objects than are looked at.
    """

    lengths: dict[str, int]
    in_bytes: set[str]
    classes: dict[tuple[str, Class], int]
    sizes: dict[str, int]
    limits: dict[str, int]
    bounded: dict[Class, int]
    complete: bool


Roots = Iterable[tuple[str, Any]]


def session_roots(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """The user's names, what registries of libraries and modules hold, and lists of the interpreter."""
    yield from user_names(shell)
    yield from process_lists()
    for slot, value in root_slots(shell, set()):
        yield _entry(slot.label), value


def _entry(label: str) -> str:
    """A slot of a registry, with all of its entries together: ``Gcf.figs[x]``, ``atexit[x]``."""
    label = _NUMBER.sub(lambda m: f"{m[1]}[x]" if m[1] else "", label)
    return _KEY.sub("[x]", label).strip()


class Walk:
    """One walk.

    Parameters
    ----------
    shell
        Its machinery is a boundary.
    most
        Objects after which it ends.
    visit
        Is shown each container before it is entered, and may cut it.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        most: int = MOST,
        visit: Callable[[Place], None] | None = None,
    ) -> None:
        self._visit = visit
        self._boundary = Boundary(shell)
        self._adapters = Adapters()
        self._sizes = Sizes()
        self._seen: set[int] = set()
        self._most = most
        self._lengths: Counter[str] = Counter()
        self._in_bytes: set[str] = set()
        self._classes: Counter[tuple[str, Class]] = Counter()
        self._bytes: Counter[str] = Counter()
        self._limits: Counter[str] = Counter()
        self._bounded: Counter[Class] = Counter()
        self._complete = True
        self._classes_owned: dict[int, bool] = {}

    def run(self, roots: Roots, objects: Iterable[Any] = ()) -> Pile:
        """Walk; ``objects`` are all that the collector knows, for the caches among them."""
        todo: deque[Place] = deque()
        counted: Counter[str] = Counter()
        for path, value in roots:
            if path.endswith("[x]"):
                counted[path[:-3]] += 1
            todo.append(Place(value, path))
        self._lengths.update(counted)
        caches = list(of_functions(objects))
        # whatever else holds what is in a cache comes first
        self._seen.update(
            id(x) for cache in caches for x in cache.inside if type(x) is dict
        )
        self._follow(todo, self._classes)
        for cache in [*caches, *of_modules()]:
            self._cache(cache)
        self._seen.clear()
        return Pile(
            lengths=dict(self._lengths),
            in_bytes=self._in_bytes,
            classes=dict(self._classes),
            sizes=dict(self._bytes),
            limits=dict(self._limits),
            bounded=dict(self._bounded),
            complete=self._complete,
        )

    def _cache(self, cache: Bounded) -> None:
        """Count a cache with a limit, and what it alone holds."""
        self._lengths[cache.name] += cache.entries
        self._limits[cache.name] += cache.limit
        inside: Counter[tuple[str, Class]] = Counter()
        path = f"{cache.name}[x]"
        todo = deque(Place(x, path) for x in cache.inside if type(x) is not dict)
        for table in (x for x in cache.inside if type(x) is dict):
            todo.extend(Place(x, path) for pair in list(table.items()) for x in pair)
        cache.inside.clear()
        for place in todo:
            # a walk enters and counts no compiled pattern, but the collector knows it
            cls = type(place.obj)
            if id(cls) in _ATOMS and id(place.obj) not in self._seen:
                self._seen.add(id(place.obj))
                inside[path, (safe.module_of(cls), safe.type_name(cls))] += 1
        self._follow(todo, inside)
        for (_, kind), count in inside.items():
            self._bounded[kind] += count

    def _follow(self, todo: deque[Place], classes: Counter[tuple[str, Class]]) -> None:
        while todo:
            if len(self._seen) > self._most:
                self._complete = False
                todo.clear()
                return
            place = todo.popleft()
            obj = place.obj
            cls = type(obj)
            if id(cls) in _TEXTS:
                classes[place.path, ("builtins", cls.__name__)] += 1
                self._text(place)
                continue
            if id(cls) in _ATOMS or id(obj) in self._seen or self._boundary.stops(obj):
                continue
            self._seen.add(id(obj))
            classes[place.path, (safe.module_of(cls), safe.type_name(cls))] += 1
            self._weigh(place)
            inside = self._inside(place)
            if self._visit is not None and not (place.own and self._owned(cls)):
                inside = [p._replace(own=False) for p in inside]
            todo.extend(inside)

    def _owned(self, cls: type) -> bool:
        """Is this a class of the user's, or one whose containers are the user's business?"""
        known = self._classes_owned.get(id(cls))
        if known is None:
            module = safe.module_of(cls)
            known = module.partition(".")[0] in _OWN or is_users(
                look.module_globals(module).get("__file__")
            )
            self._classes_owned[id(cls)] = known
        return known

    def _text(self, place: Place) -> None:
        """The bytes of a text; where a name or an attribute holds it, its length too."""
        self._bytes[place.path] += len(place.obj)
        if not place.path.endswith("[x]"):
            self._lengths[place.path] += len(place.obj)
            self._in_bytes.add(place.path)

    def _weigh(self, place: Place) -> None:
        obj = place.obj
        kind = self._sizes.kind(type(obj))
        seen = (
            (self._adapters.look(obj) or NOTHING)
            if self._adapters.knows(type(obj))
            else NOTHING
        )
        size = seen.size
        if size is None:
            try:
                size = block(int(kind.method(obj)) + kind.header) + kind.array
            except Exception:  # noqa: BLE001 - a C type that cannot size this instance
                size = kind.header
        data = size if id(type(obj)) in _BUFFERS else seen.size or 0
        for buffer in seen.buffers:
            if buffer.address not in self._seen:
                self._seen.add(buffer.address)
                data += buffer.bytes
                size += buffer.bytes
        self._bytes[place.path] += size
        if data:
            self._lengths[place.path] += data
            self._in_bytes.add(place.path)

    # ------------------------------------------------------------------ inside

    def _inside(self, place: Place) -> Iterable[Place]:
        """What an object holds, each with its way."""
        obj, path = place.obj, place.path
        cls = type(obj)
        if safe.derives(cls, dict):
            return self._dict(place)
        if safe.derives(cls, list, tuple, set, frozenset, deque):
            return self._sequence(place)
        if cls is WRAPPER:
            return self._function_cache(place)
        if cls is types.FunctionType:
            return _function(obj, path)
        if look.is_class(obj):
            held = list(look.type_dict(obj).items())
            return [
                Place(v, f"{path}.{safe.short(k)}")
                for k, v in held
                if type(k) is str
                and type(v) is not types.FunctionType
                and not look.is_small(v)
            ]
        return self._instance(place)

    def _length(self, place: Place, length: int) -> None:
        self._lengths[place.path] += length
        limit = limit_of(place.obj, place.limit)
        if limit is not None and length <= limit:
            self._limits[place.path] += limit

    def _dict(self, place: Place) -> list[Place]:
        obj, path = place.obj, place.path
        if self._visit is not None:
            self._visit(place)
        self._length(place, dict.__len__(obj))
        try:
            items = list(dict.items(obj))
        except RuntimeError:  # a thread changes it meanwhile
            return []
        few = len(items) <= NAMED and all(type(k) is str for k, _ in items)
        found = [
            Place(v, f"{path}['{safe.short(k)}']" if few else f"{path}[x]")
            for k, v in _ends(items)
        ]
        found += [Place(k, f"{path}[x]") for k, _ in _ends(items) if type(k) is not str]
        return found + self._extra(obj, path)

    def _sequence(self, place: Place) -> list[Place]:
        obj, path = place.obj, place.path
        if self._visit is not None:
            self._visit(place)
        items = [x for x in referents(obj) if x is not type(obj)]
        base: Any = next(b for b in safe.mro(type(obj)) if id(b) in look.SIZED)
        self._length(place, base.__len__(obj) - _dead(items))
        extra = self._extra(obj, path)
        own = {id(p.obj) for p in extra}
        return [
            Place(x, f"{path}[x]") for x in _ends(items) if id(x) not in own
        ] + extra

    def _extra(self, obj: Any, path: str) -> list[Place]:
        """Attributes that an instance of a class derived from a container has beside its items."""
        if id(type(obj)) in look.SIZED:
            return []
        held = look.attributes(obj)
        self._seen.add(id(held))
        return _attributes(held, path)

    def _function_cache(self, place: Place) -> list[Place]:
        """A ``functools.lru_cache`` without a limit piles up; one with a limit is looked at later."""
        wrapper, path = place.obj, place.path
        info = WRAPPER.cache_info(wrapper)
        held = look.attributes(wrapper)
        found = [Place(held.get("__wrapped__"), f"{path}()")]
        if info.maxsize is None:
            name = f"{path}.cache"
            self._lengths[name] += info.currsize
            tables = [
                t for t in referents(wrapper) if type(t) is dict and t is not held
            ]
            for table in tables:
                self._seen.add(id(table))
                found += [
                    Place(x, f"{name}[x]")
                    for pair in _ends(list(table.items()))
                    for x in pair
                ]
        self._seen.add(id(held))
        return found

    def _instance(self, place: Place) -> list[Place]:
        obj, path = place.obj, place.path
        held = look.attributes(obj)
        self._seen.add(id(held))
        limit = declared(held)
        if safe.module_of(type(obj)).partition(".")[0] == "cachetools":
            limit = held.get("_Cache__maxsize")
            limit = limit if type(limit) is int else None
        found = _attributes(held, path, limit)
        for base in safe.mro(type(obj)):
            for name, slot in look.type_dict(base).items():
                if type(slot) is types.MemberDescriptorType and type(name) is str:
                    value = look.field(obj, name)
                    if value is not None:
                        found.append(Place(value, f"{path}.{safe.short(name)}", limit))
        named = {id(p.obj) for p in found} | {id(held), id(type(obj))}
        seen = (
            (self._adapters.look(obj) or NOTHING)
            if self._adapters.knows(type(obj))
            else NOTHING
        )
        rest = [x for x in [*referents(obj), *seen.objects] if id(x) not in named]
        return found + [
            Place(x, f"{path}{ARROW}{safe.type_name(type(x))}") for x in rest[:ITEMS]
        ]


def _attributes(
    held: dict[str, Any], path: str, limit: int | None = None
) -> list[Place]:
    return [
        Place(v, f"{path}.{safe.short(k)}", limit)
        for k, v in list(held.items())
        if type(k) is str
    ]


def _function(function: types.FunctionType, path: str) -> list[Place]:
    """What a function keeps: its closure by name, its defaults, and attributes."""
    path = path if path.endswith("()") else f"{path}()"
    found = []
    names = function.__code__.co_freevars
    for name, cell in zip(names, function.__closure__ or (), strict=False):
        # empty when it is not filled yet
        found += [Place(x, f"{path}{ARROW}{safe.short(name)}") for x in referents(cell)]
    found += [Place(d, f"{path} default") for d in function.__defaults__ or ()]
    found += [
        Place(d, f"{path} default") for d in (function.__kwdefaults__ or {}).values()
    ]
    return found + _attributes(look.attributes(function), path)


def _dead(items: list[Any]) -> int:
    """Weak references to what has died: whoever keeps a list of them sweeps it now and then."""
    return sum(type(x) is weakref.ref and x() is None for x in items)


def _ends(items: list[Any]) -> list[Any]:
    """All items, or the first and the last of very many."""
    if len(items) <= ITEMS:
        return items
    return items[: ITEMS // 2] + items[-ITEMS // 2 :]


def under(path: str, holder: str) -> bool:
    """Is a place inside another one?"""
    return path.startswith(holder) and path[len(holder) : len(holder) + 1] in {
        "[",
        ".",
        " ",
        "(",
    }


def shown(path: str) -> str:
    """A way as far as a person would write it: without what is inside of a library's object."""
    inside = _INSIDE.search(path)
    if inside is None:
        return path
    return _PRIVATE.sub("", path[: inside.start()]) or path
