"""Closing a widget: the page is told, and the registry and the comm manager forget it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.act.release.methods import librarys
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.roots.widgets import PLACE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Close the widget, if it is the one of the picture."""
    widget = held_in(shell, slot)
    close = librarys(widget, "close")
    if id(widget) == graph.ids[graph.slots[slot]] and close is not None:
        close(widget)
