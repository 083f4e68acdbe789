"""Letting go of dask's results: the workers forget what no future wants any more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from leakhunter.heap.cuts import futures
from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = futures.PLACE

_PATIENCE = 2.0
"""Seconds to wait for the workers: they hear of it by messages."""

_PAUSE = 0.01


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Release a future, as deleting it would; after the last one of a variable wait for the workers."""
    cut = graph.cuts[slot]
    steps = follow(shell, graph, cut.root, cut.path)
    if steps is None or not futures.is_future(steps[-1].obj):
        return
    future = steps[-1].obj
    look.type_dict(type(future))["release"](future)
    del steps
    last = [s for s, c in graph.cuts.items() if s.place == PLACE and c.root == cut.root]
    if slot == last[-1]:
        _wait(futures.key_of(future))


def _wait(key: object) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and any(key in table for table in futures.tables()):
        time.sleep(_PAUSE)
