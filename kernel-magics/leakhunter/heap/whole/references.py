"""What refers to one object: strong and weak apart, each as a person would write it.

The collector is asked for what refers to the object; the picture tells how to
get to each of these from a name of the user's or from a registry.  References
that nobody can see are counted.

Cost: one pass of the collector, 40 ms for a million objects of the process, one
through what it leaves out, and one more of its own for each closure, attribute
dictionary and weak container.
"""

from __future__ import annotations

import gc
import sys
import types
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from leakhunter.format import one_of
from leakhunter.heap import safe
from leakhunter.heap.graph import Graph
from leakhunter.heap.peek.frames import function_of, local_names
from leakhunter.heap.referents import referents
from leakhunter.heap.roots import look
from leakhunter.heap.slots import containers, is_output_name
from leakhunter.heap.whereabouts import Whereabouts
from leakhunter.heap.whole.leftout import left_out

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MOST = 200
"""Referrers that are named; the rest is counted."""

_LISTS = frozenset(map(id, (list, tuple, deque)))
_SETS = frozenset(map(id, (set, frozenset)))
_SUSPENDED = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
_FRAME_HOLDS = sys.version_info < (3, 11)
_OURS = "leakhunter"
_WORDS = {
    "name": "name",
    "out": "output",
    **dict.fromkeys(("hidden", "displayhook", "result"), "copy"),
}
_WEAK = (weakref.WeakSet, weakref.WeakValueDictionary, weakref.WeakKeyDictionary)
_key: Any = weakref.KeyedRef.__dict__["key"].__get__
_weakref_offset: Any = type.__dict__["__weakrefoffset__"].__get__


class _Mark:
    """Held by one list, as the object in question is."""


@dataclass(frozen=True)
class Reference:
    """One reference to an object.

    Attributes
    ----------
    label
        The place, as a person would write it: ``df``, ``model.data``, ``jobs[3]``.
    how
        In a word: name, attribute, item, key, closure, local, method, output ...
    holder
        The holder alone, as code; empty when there is no way to write it.
    container
        Name of the class of the holder.
    field
        Attribute or variable that holds it, or that the container is kept in.
    weak
        Does it let the object go?
    note
        More about it; may be empty.
    """

    label: str
    how: str
    holder: str = ""
    container: str = ""
    field: str = ""
    weak: bool = False
    note: str = ""


@dataclass(frozen=True)
class Referred:
    """All references to an object; ``unseen`` counts those that nobody can see."""

    strong: tuple[Reference, ...]
    weak: tuple[Reference, ...]
    unseen: int
    weakly: bool
    """Can there be weak references to it at all?"""


class References:
    """Names what refers to objects of one session.

    Parameters
    ----------
    shell, graph
        The session and its newest picture.
    ours
        ``id`` of everything of ours that may refer to the user's objects.
    """

    def __init__(
        self, shell: InteractiveShell, graph: Graph, ours: frozenset[int]
    ) -> None:
        self._shell = shell
        self._graph = graph
        self._ours = ours
        self._where = Whereabouts(shell, graph)
        self._spaces = {id(space) for space in containers(shell)}
        self._modules = {
            id(look.namespace(m)): safe.short(name)
            for name, m in list(sys.modules.items())
            if type(name) is str
        }

    def of(self, box: list[Any]) -> Referred:
        """What refers to the one object in ``box``, which nobody else of ours may hold."""
        slots = self._slots(box)
        count = len(slots)
        skip = self._ours | {id(box), id(self.__dict__)}
        found: list[Any] = [*gc.get_referrers(box[0]), *left_out(box)]
        strong = _without_copies(slots)
        for holder in found:
            if id(holder) in skip or self._is_ours(holder):
                continue
            times = _times(holder, box)
            owner = [] if id(holder) in self._modules else self._owner(holder)
            if id(holder) in self._spaces or self._is_machinery([*owner, holder][0]):
                continue
            count += times
            if len(strong) < MOST:
                strong += self._name(holder, owner, box)
        found.clear()
        holder, owner = None, []
        seen = _counted(box) - count
        weak = tuple(self._weak(box))
        offset = _weakref_offset(type(box[0]))
        return Referred(tuple(_once(strong)), weak, max(seen, 0), bool(offset))

    # ------------------------------------------------------------------ strong

    def _slots(self, box: list[Any]) -> list[Reference]:
        """The session's slots and the roots that hold it."""
        node = self._where.node(box[0])
        return [
            Reference(slot.label, _WORDS.get(slot.place, "registry"), slot.label)
            for slot in self._where.slots(node)
        ]

    def _is_ours(self, holder: Any) -> bool:
        """A frame, a generator or a container of ours?"""
        cls = type(holder)
        if cls is types.FrameType:
            code = holder.f_code
        elif cls is types.GeneratorType:
            code = holder.gi_code
        else:
            return safe.module_of(cls).partition(".")[0] == _OURS
        return f"/{_OURS}/" in code.co_filename.replace("\\", "/")

    def _is_machinery(self, holder: Any) -> bool:
        """Is this IPython's own, whose places are slots?"""
        return safe.module_of(type(holder)).partition(".")[0] in {
            "IPython",
            "ipykernel",
        }

    def _name(
        self, holder: Any, owner: list[Any], box: list[Any]
    ) -> Iterator[Reference]:
        """The references of one holder; ``owner`` has the object whose attributes it is."""
        cls = type(holder)
        if id(holder) in self._modules:
            yield from self._of_module(holder, box)
        elif safe.derives(cls, dict):
            yield from self._of_dict(holder, owner, box)
        elif id(cls) in _LISTS or id(cls) in _SETS:
            yield from self._of_items(holder, box)
        elif cls is types.CellType:
            yield from self._of_cell(holder)
        elif cls is types.FrameType:
            waiting = _suspended(holder)
            yield (
                self._of_suspended(waiting[0])
                if waiting
                else self._of_frame(holder, box)
            )
        elif cls is types.MethodType:
            yield self._of_method(holder)
        elif safe.derives(cls, *_SUSPENDED):
            yield self._of_suspended(holder)
        elif cls is types.FunctionType:
            name = f"{safe.short(holder.__name__)}()"
            yield Reference(f"the function {name}", "function", self._where.way(holder))
        else:
            yield self._of_instance(holder, box)

    def _of_module(self, holder: dict[Any, Any], box: list[Any]) -> Iterator[Reference]:
        module = self._modules[id(holder)]
        for key, value in list(holder.items()):
            if value is box[0]:
                label = f"{module}.{safe.short(key)}"
                yield Reference(label, "module", module, "module", safe.short(key))

    def _of_dict(
        self, holder: Any, owner: list[Any], box: list[Any]
    ) -> Iterator[Reference]:
        pairs = list(dict.items(holder))
        if owner:
            way = self._where.way(owner[0])
            what = safe.type_name(type(owner[0]))
            is_class = look.is_class(owner[0])
            base = way or (
                safe.type_name(owner[0]) if is_class else one_of(f"`{what}`")
            )
            for key, value in pairs:
                if value is box[0]:
                    name = safe.short(key)
                    how = "class attribute" if is_class else "attribute"
                    yield Reference(f"{base}.{name}", how, way, what, name)
            return
        way = self._where.way(holder)
        what = safe.type_name(type(holder))
        field = _last(way)
        for key, value in pairs:
            if value is box[0]:
                shown = repr(safe.short(key)) if type(key) is str else safe.short(key)
                label = f"{way}[{shown}]" if way else f"an item of a `{what}`"
                yield Reference(label, "item", way, what, field)
            if key is box[0]:
                label = f"a key of {way}" if way else f"a key of a `{what}`"
                yield Reference(label, "key", way, what, field)

    def _of_items(self, holder: Any, box: list[Any]) -> Iterator[Reference]:
        way = self._where.way(holder)
        what = safe.type_name(type(holder))
        size = f"{one_of(f'`{what}`')} of {len(holder):,}"
        if id(type(holder)) in _SETS:
            yield Reference(f"in {way or size}", "item", way, what, _last(way))
            return
        for at, item in enumerate(holder):
            if item is box[0]:
                label = f"{way}[{at}]" if way else f"item {at} of {size}"
                yield Reference(label, "item", way, what, _last(way))

    def _of_cell(self, cell: Any) -> Iterator[Reference]:
        """A variable that inner functions share."""
        functions = [
            f
            for f in gc.get_referrers(cell)
            if type(f) is tuple
            for f in gc.get_referrers(f)
        ]
        named = 0
        for function in functions:
            if type(function) is not types.FunctionType:
                continue
            held = function.__closure__ or ()
            at = next((i for i, c in enumerate(held) if c is cell), None)
            if at is None:
                continue
            named += 1
            variable = safe.short(function.__code__.co_freevars[at])
            way = self._where.way(function) or safe.short(function.__name__)
            yield Reference(
                f"`{variable}` in the closure of {way}()",
                "closure",
                way,
                "function",
                variable,
            )
        functions.clear()
        if not named:
            yield Reference("a variable of a closure", "closure")

    def _of_frame(self, frame: Any, box: list[Any]) -> Reference:
        function = function_of(frame)
        names = local_names(frame, referents(frame))
        name = names.get(id(box[0]), "")
        what = f"`{name}` in {function}()" if name else f"a local of {function}()"
        return Reference(
            what, "local", "", "frame", name, note="a call that runs, waits or failed"
        )

    def _of_suspended(self, holder: Any) -> Reference:
        way = self._where.way(holder)
        name = (
            safe.short(holder.__name__) if type(holder) is types.GeneratorType else ""
        )
        return Reference(way or f"the suspended call {name}()", "suspended call", way)

    def _of_method(self, method: Any) -> Reference:
        """A method of it, and what keeps that."""
        name = look.called(method)
        way = self._where.way(method)
        # `hub.callbacks[0]` is in the list `hub.callbacks`
        holder = way[: way.rindex("[")] if way.endswith("]") else way
        label = f"{way}, its method {name}" if way else f"its method {name}"
        return Reference(
            label, "method", holder, "list" if way.endswith("]") else "", _last(holder)
        )

    def _of_instance(self, holder: Any, box: list[Any]) -> Reference:
        way = self._where.way(holder)
        what = safe.type_name(type(holder))
        name = self._where.step(holder, box[0])
        base = way or one_of(f"`{what}`")
        if name:
            return Reference(f"{base}.{name}", "attribute", way, what, name)
        word = "class" if look.is_class(holder) else "object"
        return Reference(f"inside {base}", word, way, what)

    def _owner(self, held: Any) -> list[Any]:
        """The instance or class whose attributes these are; empty without one."""
        if not safe.derives(type(held), dict):
            return []
        for one in gc.get_referrers(held):
            if look.attributes(one) is held or (
                look.is_class(one) and any(d is held for d in referents(one))
            ):
                return [one]
        return []

    # -------------------------------------------------------------------- weak

    def _weak(self, box: list[Any]) -> Iterator[Reference]:
        """Weak references to it, by what holds them."""
        names = self._shell.user_ns
        skip = (self._ours | self._spaces) - {id(names)}
        refs = weakref.getweakrefs(box[0])
        for ref in refs:
            call: Any = ref.__callback__ if type(ref) is weakref.ref else None
            calls = "" if call is None else look.called(call)
            holders = [
                h
                for h in gc.get_referrers(ref)
                if id(h) not in skip
                and type(h) is not types.CellType
                and not self._is_ours(h)
                and h is not refs
            ]
            for holder in holders:
                yield from self._weakly(holder, ref, calls)
            holders.clear()
            holder = None

    def _weakly(self, holder: Any, ref: Any, calls: str) -> Iterator[Reference]:
        note = f"calls {calls} when it goes" if calls else ""
        owner = self._owner(holder)
        if type(holder) is set or type(holder) is dict:
            owner = owner or [
                one for d in gc.get_referrers(holder) for one in [d, *self._owner(d)]
                if safe.derives(type(one), *_WEAK)
            ]  # fmt: skip
        if owner and safe.derives(type(owner[0]), *_WEAK):
            what = safe.type_name(type(owner[0]))
            way = self._where.way(owner[0])
            key = _key(ref) if type(ref) is weakref.KeyedRef else None
            shown = repr(safe.short(key)) if type(key) is str else safe.short(key)
            place = way or one_of(f"`{what}`")
            plain = type(key) is str or type(key) is int
            label = f"{place}[{shown}]" if plain else f"in {place}"
            yield Reference(label, what, way, what, _last(way), weak=True)
            return
        if id(holder) in self._modules or holder is self._shell.user_ns:
            module = (
                "" if holder is self._shell.user_ns else f"{self._modules[id(holder)]}."
            )
            for key, value in list(holder.items()):
                if value is ref:
                    label = f"{module}{safe.short(key)}"
                    yield Reference(label, "weak reference", weak=True, note=note)
            return
        way = self._where.way(ref)
        if (
            not way
            and safe.module_of(type(ref)) == "weakref"
            and type(ref) is not weakref.ref
        ):
            return
        yield Reference(
            way or f"a weak reference in a `{safe.type_name(type(holder))}`",
            "weak reference", way, weak=True, note=note,
        )  # fmt: skip


def _suspended(frame: Any) -> list[Any]:
    """The generator that waits in a frame: up to Python 3.10 its locals are the frame's, not its own."""
    if not _FRAME_HOLDS or frame.f_back is not None:
        return []
    return [h for h in gc.get_referrers(frame) if safe.derives(type(h), *_SUSPENDED)]


def _times(holder: Any, box: list[Any]) -> int:
    return sum(one is box[0] for one in referents(holder))


def _counted(box: list[Any]) -> int:
    """References to the object in the box beside the box's."""
    marked = [_Mark()]
    return sys.getrefcount(box[0]) - sys.getrefcount(marked[0])


def _last(way: str) -> str:
    """Name of the attribute or variable at the end of a way."""
    name = way.rpartition(".")[2]
    return name if name.isidentifier() else ""


def _without_copies(slots: list[Reference]) -> list[Reference]:
    """One line for a displayed object, which IPython keeps in up to eight places."""
    shown = next((r for r in slots if r.how == "output"), None)
    copies = [r for r in slots if r.how == "copy" or is_output_name(r.label)]
    if shown is None or not copies:
        return slots
    note = f"and {len(copies)} more in the output history"
    rest = [r for r in slots if r is not shown and r not in copies]
    return [*rest, replace(shown, note=note)]


def _once(found: list[Reference]) -> list[Reference]:
    """Each place once: a registry may be known as such and by its attribute."""
    return list({r.label: r for r in reversed(found)}.values())[::-1]
