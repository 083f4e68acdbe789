"""Forgetting the style sheets of a document that panel rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.cuts.documents import SHEET as PLACE
from leakhunter.heap.graph import Graph
from leakhunter.heap.roots import look
from leakhunter.heap.roots.panel import MODULE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Take them out of panel's table, if they are those of the picture."""
    del shell
    state = look.module_globals(MODULE).get("state")
    known = look.type_dict(type(state)).get("_stylesheets")
    table = look.attributes(known).get("data", {})
    for key, sheets in look.pairs(table):
        if id(sheets) == graph.ids[graph.cuts[slot].target]:
            del table[key]
