"""Emptying a cache: by its own ``cache_clear``, or ``clear`` of a class of cachetools."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.cuts import caches
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import follow_held
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = caches.PLACE

_Wrapper: Any = type(functools.lru_cache(len))


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Empty the cache at the end of the way: past what the user may have put in the place of its method."""
    cut = graph.cuts[slot]
    steps = follow_held(shell, graph, cut.root, cut.path)
    if steps is None:
        return
    cache = steps[-1].obj
    if type(cache) is _Wrapper:
        _Wrapper.cache_clear(cache)
    elif safe.module_of(type(cache)) == caches.TOOLS:
        cache.clear()
