"""Forgetting a view that panel rendered: the plot stays on the page and is no longer updated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.roots import look
from leakhunter.heap.roots.panel import MODULE, PLACE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]

_TABLES = ("_views", "_handles")


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Take the entry out of its table, if it is the one of the picture."""
    held = held_in(shell, slot)
    if id(held) != graph.ids[graph.slots[slot]]:
        return
    state = look.module_globals(MODULE)["state"]
    for name in _TABLES:
        table = look.type_dict(type(state)).get(name)
        for key, value in look.pairs(table):
            if value is held:
                del table[key]
