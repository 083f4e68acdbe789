"""Big objects that no known root leads to: who holds them, or that nothing does.

From each such object the references are followed backwards until they end in
a module, a class, a running call or something that the picture holds.  What
has more references than were found is held by native code.  What has neither
is garbage: dead already, waiting for a collection, or for ever where the cycle
goes through something that the collector cannot see.

Cost: nothing without orphans; else 8 to 14 ms a step backwards in a process of
250,000 objects, 60 to 200 without the native core, and most are found within
four.
"""

from __future__ import annotations

import gc
import sys
import types
from collections import Counter
from collections.abc import Container, Generator, Iterator, Mapping
from typing import Any

from leakhunter.heap import core, safe
from leakhunter.heap.adapters import Adapters
from leakhunter.heap.peek.frames import function_of
from leakhunter.heap.referents import referents
from leakhunter.heap.slots import LABELS, Slot
from leakhunter.heap.walk.boundary import Boundary
from leakhunter.heap.walk.census import CHUNK, HIDDEN, Census
from leakhunter.heap.walk.referring import at_once, referring

PLACES = ("module", "class", "call", "inside", "native")
"""Where the way back ended: a module's global, a class's attribute, a local of a
running call, something that the picture stops at, or native code."""

_MAIN = ("__main__", "__mp_main__")
"""The notebook itself, and what `multiprocessing` calls it."""

LEVELS, LEVELS_IDLE = 40, 16
"""Steps back, when somebody asked and by itself: a pass over all objects each.  A closed figure takes 20."""

MOST = 20_000
"""Objects on the ways back; beyond them nobody can tell."""

_FEW = 0 if core.NATIVE else 100
"""Targets up to which ``gc.get_referrers`` is faster than a pass of our own."""

LABELS.update(dict.fromkeys(PLACES, "{}"))

_module_dict = vars(types.ModuleType)["__dict__"].__get__


class Orphans:
    """Looks for what the picture does not lead to.

    Parameters
    ----------
    census
        The big objects of the process; emptied by looking.
    boundary
        What belongs to the session itself: ways back end there.
    sliced
        Never take a step that cannot be left: twice as slow.

    Attributes
    ----------
    slots
        Holders found, with what they hold.
    garbage, stuck
        Objects that nothing holds, and those of them that no collection frees.
        Whoever reads these lists empties them.
    """

    def __init__(
        self, census: Census, boundary: Boundary, *, sliced: bool = False
    ) -> None:
        self._census = census
        self._few = 0 if sliced else _FEW
        self._levels = LEVELS_IDLE if sliced else LEVELS
        self._boundary = boundary
        self._shared: dict[int, Any] = {}
        self._adapters = Adapters()
        self.slots: list[tuple[Slot, Any]] = []
        self.garbage: list[Any] = []
        self.stuck: list[Any] = []
        self._tops: list[tuple[str, str, int]] = []

    def look(
        self, index: Container[int], ours: set[int], shared: list[Any]
    ) -> Iterator[None]:
        """Search; yields between steps and may be dropped.

        Parameters
        ----------
        index
            ``id`` of the objects of the picture.
        ours
            ``id`` of containers of ours that hold objects of the user's.
        shared
            Big objects of the picture with references that it does not explain.
            Emptied.
        """
        census = self._census
        found = [o for o in census.big if id(o) not in index]
        inside, census.big, census.inside = census.inside, [], []
        self._shared = {id(o): o for o in shared}
        shared.clear()
        try:
            if found or self._shared:
                yield from self._back(found, inside, index, ours)
                inside.clear()
                yield
                self._judge(found)
        finally:
            found.clear()
            inside.clear()
            self._shared = {}

    def forget(self) -> None:
        """Let go of what would be looked for: a reference of ours would count."""
        self._census.big, self._census.inside = [], []

    # ------------------------------------------------------- the way back

    def _back(
        self,
        found: list[Any],
        inside: list[Any],
        index: Container[int],
        ours: set[int],
    ) -> Iterator[None]:
        """Append everything that leads to what was found, up to where the ways end."""
        modules = _modules()
        known = set(map(id, found)) | self._shared.keys()
        skip = ours | {id(found), id(inside), id(self.__dict__), id(self._shared)}
        begin = 0
        front = [*found, *self._shared.values()]
        for _ in range(self._levels):
            begin = len(found)
            if not front or begin > MOST:
                return
            wanted = set(map(id, front))
            referrers = yield from self._referrers(front, wanted, inside)
            skip_now = skip | {id(front), id(referrers)}
            for one in referrers:
                if id(one) in skip_now:
                    continue
                top = self._top(one, index, modules)
                if top is not None:
                    self._end(one, *top, wanted)
                elif id(one) not in known:
                    known.add(id(one))
                    found.append(one)
            del referrers
            front = found[begin:]
            yield

    def _referrers(
        self, front: list[Any], wanted: set[int], inside: list[Any]
    ) -> Generator[None, None, list[Any]]:
        """What refers to these, also where the collector does not see it."""
        if len(front) <= self._few:
            found = at_once(front)
        else:
            found = []
            objects = gc.get_objects()
            for start in range(0, len(objects), CHUNK):
                found += referring(objects[start : start + CHUNK], front)
                yield
            objects.clear()
        for one in inside:
            seen = self._adapters.look(one)
            held = seen.objects if seen is not None else ()
            if id(type(one)) in HIDDEN:
                held = (*held, *referents(one))
            if not wanted.isdisjoint(map(id, held)):
                found.append(one)
        return found

    def _top(
        self, obj: Any, index: Container[int], modules: Mapping[int, str]
    ) -> tuple[str, str] | None:
        """Where a way back ends, and its name there."""
        cls = type(obj)
        if id(obj) in modules:
            return "module", modules[id(obj)]
        if cls is types.FrameType:
            return "call", function_of(obj)
        # an old version of a class of the notebook's is an object like others
        if safe.derives(cls, type) and safe.module_of(obj) != "__main__":
            return "class", f"{safe.module_of(obj)}.{safe.type_name(obj)}"
        if id(obj) in index or self._boundary.stops(obj):
            return "inside", safe.type_name(cls)
        return None

    def _end(self, top: Any, place: str, name: str, wanted: set[int]) -> None:
        """Note what of the wanted objects a top refers to, and under which name."""
        if place == "module":
            for key, value in list(top.items()):
                if id(value) in wanted and type(key) is str and name not in _MAIN:
                    self._tops.append((place, f"{name}.{safe.short(key)}", id(value)))
            return
        for child in referents(top):
            # what the picture holds is held by the picture: no news
            if id(child) in wanted and not (
                place == "inside" and id(child) in self._shared
            ):
                self._tops.append((place, name, id(child)))

    # ------------------------------------------------------ what it comes to

    def _judge(self, found: list[Any]) -> None:
        """Tell what is held from what is garbage."""
        index = {id(obj): at for at, obj in enumerate(found)}
        unseen: list[int] = []
        visible: list[list[int]] = []
        edges: list[list[int]] = []
        for obj in found:
            targets = referents(obj)
            visible.append([index[id(t)] for t in targets if id(t) in index])
            seen = self._adapters.look(obj)
            hidden = seen.objects if seen is not None else ()
            unseen.append(seen.held if seen is not None else 0)
            more = [index[id(t)] for t in hidden if id(t) in index]
            edges.append(visible[-1] + more)
            del targets, hidden, seen
        obj = None
        inside = Counter(at for targets in edges for at in targets)
        seen_by_collector = Counter(
            at
            for start, targets in enumerate(visible)
            if gc.is_tracked(found[start])
            for at in targets
        )
        ended = {index[key] for _, _, key in self._tops if key in index}
        named = Counter(index[key] for _, _, key in self._tops if key in index)
        marker = [object()]
        base = list(map(sys.getrefcount, marker))[0]  # noqa: RUF015 - counted as the others are
        counts = list(map(sys.getrefcount, found))
        native = {
            at
            for at, count in enumerate(counts)
            if count + unseen[at] - base - inside[at] - named[at] > 0
        }
        alive = _reach(edges, ended | native)
        dead = [at for at in range(len(found)) if at not in alive]
        # a collection sees no reference of an adapter's: such objects look held to it
        stuck = _reach(
            visible,
            {
                at
                for at in dead
                if gc.is_tracked(found[at])
                and counts[at] - base - seen_by_collector[at] > 0
            },
        )
        self.garbage = [found[at] for at in dead if at not in stuck]
        self.stuck = [found[at] for at in dead if at in stuck]
        for place, label, key in self._tops:
            held = found[index[key]] if key in index else self._shared.get(key)
            if held is not None:
                self.slots.append((Slot(place, label), held))
        covered = _reach(edges, ended)
        for at in sorted(native - covered):
            if at in covered:
                continue
            covered |= _reach(edges, {at})
            label = f"{safe.type_name(type(found[at]))} {len(self.slots) + 1}"
            self.slots.append((Slot("native", label), found[at]))


def _reach(edges: list[list[int]], starts: set[int]) -> set[int]:
    seen = set(starts)
    todo = list(starts)
    for at in todo:
        for target in edges[at]:
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return seen


def _modules() -> dict[int, str]:
    """Names of modules by the ``id`` of their globals."""
    return {
        id(_module_dict(module)): safe.short(name)
        for name, module in list(sys.modules.items())
        if type(name) is str and safe.is_kind(module, types.ModuleType)
    }
