"""What handlers of logging have gathered in memory, and can be thrown away while they stay.

A list of records is emptied; a stream in memory keeps its place and loses its
text.  ``sys.stdout`` may be such a stream too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "logged"

LOG = "log"
"""Place of what handlers hold."""

STREAM = ("StringIO", "_io")
_LISTS = (("list", "builtins"), ("deque", "collections"))
"""Emptying a handler's dictionary could break it."""


def cut_logged(shell: InteractiveShell, graph: Graph) -> None:  # noqa: ARG001 - the interface of a cut
    """Add a cut for what each list and each stream of a handler holds."""
    for slot, node in [*graph.slots.items()]:
        if slot.place not in (LOG, "hook"):
            continue
        kind = graph.kinds[node], graph.modules[node]
        if kind == STREAM or (kind in _LISTS and slot.place == LOG):
            graph.cuts[Slot(PLACE, slot.label)] = Cut(node, node, slot, ())
