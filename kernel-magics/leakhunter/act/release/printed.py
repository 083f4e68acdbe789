"""Emptying an ``Output`` widget: what it shows goes from the page too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.cuts.printed import PLACE
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Set ``outputs`` to nothing, if the widget is the one of the picture."""
    cut = graph.cuts[slot]
    widget = held_in(shell, cut.root)
    if id(widget) == graph.ids[graph.slots[cut.root]]:
        trait = look.module_globals("ipywidgets.widgets.widget_output")["Output"]
        look.type_dict(trait)["outputs"].__set__(widget, ())
