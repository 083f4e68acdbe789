"""Taking one global out of a script that ``%run`` ran, whose module IPython keeps, or out of any module."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leakhunter.act.release.patches import take_off
from leakhunter.heap import safe
from leakhunter.heap.graph import Graph
from leakhunter.heap.roots import look
from leakhunter.heap.roots.modules import PLACE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Take it out where it is the object of the picture."""
    take_off(slot, graph)
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
