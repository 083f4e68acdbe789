"""Taking a plot out of bokeh's current document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.cuts.documents import ROOT as PLACE
from leakhunter.heap.cuts.documents import current, parts
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Remove the root, if it is the one of the picture; the document then forgets its models."""
    document = current(shell)
    if document is None:
        return
    known = graph.ids[graph.cuts[slot].target]
    models = document.models
    for root in [r for r in parts(document)[0] if id(r) == known]:
        document.remove_root(root)
        models.flush_synced(lambda model: model.id in models)
