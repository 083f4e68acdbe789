"""What else holds the models of bokeh's document: it lets go by itself when a root is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.cuts.documents import MODELS as PLACE
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Nothing is left to do."""
    del shell, slot, graph
