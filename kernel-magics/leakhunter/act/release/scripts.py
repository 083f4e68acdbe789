"""Taking one global out of a script that ``%run`` ran: IPython keeps the script's module."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leakhunter.heap import safe
from leakhunter.heap.graph import Graph
from leakhunter.heap.roots import look
from leakhunter.heap.roots.modules import PLACE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Take it out where it is the object of the picture; a module that is imported stays whole."""
    for path, module in look.pairs(look.attributes(shell).get("_main_mod_cache")):
        if type(path) is not str:
            continue
        where = f"%run {safe.short(path.rpartition(os.sep)[2])}: "
        held = look.namespace(module)
        for name, value in look.pairs(held):
            if (
                type(name) is str
                and id(value) == graph.ids[graph.slots[slot]]
                and slot.key == f"{where}{safe.short(name)}"
            ):
                del held[name]
