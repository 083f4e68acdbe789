"""Taking a callback out of IPython's events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.roots import look
from leakhunter.heap.roots.ipython import PLACE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Unregister the callback, if it is the one of the picture; by identity, as comparing may run code."""
    held = held_in(shell, slot)
    if id(held) != graph.ids[graph.slots[slot]]:
        return
    for _, callbacks in look.pairs(shell.events.callbacks):
        for at, callback in reversed([*enumerate(look.sequence(callbacks))]):
            if callback is held:
                del callbacks[at]
