"""Closing a comm: the page is told, and the kernel forgets it.  A target is taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.act.release.methods import librarys
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.roots import look
from leakhunter.heap.roots.comms import PLACE, TARGETS, tables
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Let go of it, if it is the one of the picture; the comm of a widget that was closed is gone already."""
    held = held_in(shell, slot)
    if id(held) != graph.ids[graph.slots[slot]]:
        return
    if str(slot.key).startswith(TARGETS):
        _unregister(shell, held)
        return
    close = librarys(held, "close")
    if close is not None:
        close(held)


def _unregister(shell: InteractiveShell, target: object) -> None:
    for targets in tables(shell, TARGETS):
        for name, known in look.pairs(targets):
            if known is target:
                del targets[name]
