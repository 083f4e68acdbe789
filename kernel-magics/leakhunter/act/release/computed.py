"""Taking out of an object what ``cached_property`` has computed: it is computed again when it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.cuts import computed
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import follow_held
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = computed.PLACE


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Take it out where it is the object of the picture."""
    cut = graph.cuts[slot]
    steps = follow_held(shell, graph, cut.root, cut.path)
    if steps is None:
        return
    held = look.attributes(steps[-1].obj)
    known = set(computed.computed_by(type(steps[-1].obj)))
    for name, kept in look.pairs(held):
        if name in known and id(kept) == graph.ids[cut.target]:
            del held[name]
