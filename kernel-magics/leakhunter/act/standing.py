"""Does a slot still hold what it held when the picture was taken?

An ``id`` is used again once its object is gone, so the type is compared too,
and where the object takes a weak reference that one decides.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from leakhunter.heap import safe
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.paths import follow_from
from leakhunter.heap.slots import GONE, SESSION, Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

Standing: TypeAlias = Literal["same", "gone", "other"]

Watched: TypeAlias = Mapping[Slot, "weakref.ref[Any]"]


def watch(
    shell: InteractiveShell, graph: Graph, slots: Iterable[Slot]
) -> dict[Slot, weakref.ref[Any]]:
    """Weak references to what these slots hold, where it takes one."""
    found = {}
    for slot in slots:
        if slot in graph.slots:
            value = held_in(shell, slot)
            ref = None if value is GONE else safe.weakly(value)
            if ref is not None:
                found[slot] = ref
    return found


def standing(
    shell: InteractiveShell, slot: Slot, graph: Graph, watched: Watched
) -> Standing:
    """What became of a slot; one that stands for no single object is always the same."""
    cut = graph.cuts.get(slot)
    root = slot if cut is None else cut.root
    node = graph.slots.get(root)
    if node is None or (cut is not None and root.place not in SESSION):
        # what releases it looks for itself whether it is still the same
        return "same"
    value = held_in(shell, root)
    if value is GONE:
        return "gone"
    if not _is(value, node, graph, watched.get(root)):
        return "other"
    if cut is not None and cut.path:
        steps = follow_from(value, root.label, graph, cut.path)
        return "other" if steps is None else "same"
    return "same"


def _is(value: Any, node: int, graph: Graph, ref: weakref.ref[Any] | None) -> bool:
    """Is this the object that the picture has as this node?"""
    if ref is not None:
        return ref() is value
    same_type = safe.type_name(type(value)) == graph.kinds[node]
    return id(value) == graph.ids[node] and same_type
