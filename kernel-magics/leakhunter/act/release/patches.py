"""Taking an attribute off a module of a library's, or one made by hand, where a cell had put it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from leakhunter.heap import safe
from leakhunter.heap.graph import Graph
from leakhunter.heap.roots import look
from leakhunter.heap.roots.libraries import PLACE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release", "take_off"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Take it off where it is the object of the picture."""
    del shell
    take_off(slot, graph)


def take_off(slot: Slot, graph: Graph) -> None:
    """Delete the attribute that this slot names, from the one module that has this very object."""
    wanted = graph.ids[graph.slots[slot]]
    for module in list(sys.modules):
        if type(module) is str and str(slot.key).startswith(f"{safe.short(module)}."):
            held = look.module_globals(module)
            for name, value in look.pairs(held):
                where = f"{safe.short(module)}.{safe.short(name)}"
                if id(value) == wanted and slot.key == where:
                    del held[name]
