"""Detaching a ``weakref.finalize``: its callback will not run any more."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.roots import look
from leakhunter.heap.roots.finalizers import PLACE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Detach the finalizer, if its record is the one of the picture."""
    held = held_in(shell, slot)
    if id(held) != graph.ids[graph.slots[slot]]:
        return
    registry = look.type_dict(weakref.finalize)["_registry"]
    for finalizer, info in look.pairs(registry):
        if info is held:
            weakref.finalize.detach(finalizer)
