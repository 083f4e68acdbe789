"""What lives on after a clearing, and how undo finds it again.

Something that a variable or an output keeps which is not cleared need not be
saved: it is still there.  It is known by a weak reference where it takes one,
else by the slot that holds it directly, with its ``id`` and type.  What only
a library keeps is not relied on: it may be gone by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot, value_in

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_KEPT_BY = ("name", "out")
"""Places of what a person can see to be there."""

_ATOMS = frozenset(map(id, (int, float, complex, str, bool, type(None))))
"""Saved as they are: one is as good as the other."""


@dataclass(frozen=True)
class AtSlot:
    """Finds an object again that takes no weak reference: ``None`` when the slot holds another."""

    shell: InteractiveShell
    slot: Slot
    key: int
    kind: type

    def __call__(self) -> Any:
        """The object, or ``None``."""
        value = value_in(self.shell, self.slot)
        return value if id(value) == self.key and type(value) is self.kind else None


class Finder:
    """Finds one object again; or what came back in its place, when it was cleared later and that undone."""

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    def __call__(self) -> Any:
        """The object, or ``None``."""
        return self._find()

    def aim(self, obj: Any) -> None:
        """From now on find this object, which took the place of the other."""
        ref = safe.weakly(obj)
        if ref is not None:
            self._find = ref
        elif type(self._find) is AtSlot:
            self._find = replace(self._find, key=id(obj), kind=type(obj))


def beyond(graph: Graph, slots: Iterable[Slot]) -> set[int]:
    """What variables and outputs reach without these slots and cuts.

    Cost: 0.2 µs a reference of the whole picture; once a preview.
    """
    left_out = set(slots)
    cuts = {graph.cuts[s][:2] for s in left_out if s in graph.cuts}
    starts = [n for s, n in graph.slots.items() if s not in left_out and _keeps(s)]
    return graph.reach_without(starts, cuts)


def _keeps(slot: Slot) -> bool:
    return slot.place in _KEPT_BY


class Lasting:
    """Tells of an object whether it lives on; of no use once the picture is old.

    Parameters
    ----------
    shell, graph
        Whose session, and its picture.
    slots
        What is to be cleared.
    freed
        Nodes that go, by trial deletion of the slots.
    safe_nodes
        What is reached :func:`beyond` all slots of the preview.
    spared
        Slots of the preview that are not to be cleared.

    Attributes
    ----------
    finders
        Those that were handed out.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the two halves of a preview
        self,
        shell: InteractiveShell,
        graph: Graph,
        slots: Iterable[Slot],
        freed: set[int],
        safe_nodes: frozenset[int],
        spared: Iterable[Slot] = (),
    ) -> None:
        cleared = set(slots)
        left = set(graph.reach(graph.starts(cleared))) - freed
        cuts = {graph.cuts[s][:2] for s in cleared if s in graph.cuts}
        others = [graph.slots[s] for s in spared if s in graph.slots and _keeps(s)]
        alive = left & (safe_nodes | graph.reach_without(others, cuts))
        self.finders: list[Finder] = []
        self._shell = shell
        self._freed = {graph.ids[n] for n in freed}
        self._graph = graph
        self._lives = alive
        self._alive = {graph.ids[n]: n for n in alive}
        self._slots = {
            node: slot
            for slot, node in graph.slots.items()
            if node in alive and slot not in cleared and _keeps(slot)
        }

    def __call__(self, obj: Any) -> Finder | None:
        """How to find an object again, or ``None`` for what has to be saved."""
        node = self._alive.get(id(obj))
        if node is None or id(type(obj)) in _ATOMS:
            return None
        find: Callable[[], Any] | None = safe.weakly(obj)
        slot = self._slots.get(node)
        if find is None and slot is not None:
            find = AtSlot(self._shell, slot, id(obj), type(obj))
        if find is None:
            return None
        self.finders.append(Finder(find))
        return self.finders[-1]

    def weight(self, slots: Iterable[Slot]) -> int:
        """Bytes in memory of what these slots reach and what does not live on."""
        reached = self._graph.reach(self._graph.starts(slots))
        return sum(self._graph.sizes[n] for n in reached if n not in self._lives)

    def ends(self, obj: Any) -> bool:
        """Does this object go?"""
        return obj is not None and id(obj) in self._freed
