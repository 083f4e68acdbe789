"""Caches: what ``functools.lru_cache`` and cachetools keep, and where their tables are.

The collector sees a cache's table, keys and results.  How full it may get is
asked of C, past what the user may have put in the place of ``cache_info``.
Cost: 40 µs a cache that keeps much.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.graph import Cached, Cut, Graph
from leakhunter.heap.held import follow_held
from leakhunter.heap.paths import spelled, written
from leakhunter.heap.referents import referents
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "cache"

MOST = 200
"""Caches looked at."""

ENTRIES = 10_000
"""Keys and results of one bounded cache that are cut; what more there is counts as kept."""

WRAPPER = "_lru_cache_wrapper"
TOOLS = "cachetools"
_Wrapper: Any = type(functools.lru_cache(len))


def cut_caches(shell: InteractiveShell, graph: Graph) -> None:
    """Make slots of what caches hold, where a slot leads to them."""
    ways = graph.ways
    nodes = ways.of_class(lambda module, kind: kind == WRAPPER or module == TOOLS)
    for node in sorted(nodes)[:MOST]:
        root, path = ways.from_slot(node)
        steps = follow_held(shell, graph, root, path)
        if steps is None:
            continue
        obj, way = steps[-1].obj, written(steps) if spelled(steps) else ""
        del steps
        if type(obj) is _Wrapper:
            _cut_function(graph, obj, way, root, tuple(path))
        elif safe.module_of(type(obj)) == TOOLS:
            _cut_tool(graph, obj, way, root, tuple(path))
        del obj


def _cut_function(
    graph: Graph, wrapper: Any, way: str, root: Slot, path: tuple[int, ...]
) -> None:
    """Make slots of the table of a cache, and of the keys and results that a bounded one holds beside it."""
    info = _Wrapper.cache_info(wrapper)
    attributes = look.attributes(wrapper)
    node = path[-1]
    at = {graph.ids[n]: n for n in graph.edges[node]}
    # keys and results come before the table, the attributes after it
    own = (id(attributes), id(attributes.get("__wrapped__")))
    tables = [id(r) for r in referents(wrapper) if type(r) is dict]
    table = next((at[t] for t in reversed(tables) if t in at and t not in own), None)
    if table is None:
        return
    name = _name(attributes)
    graph.caches[node] = Cached(name, way, info.currsize, info.maxsize)
    _add(graph, way or name, Cut(table, table, root, path))
    if info.maxsize is not None:
        kept = {n for i, n in at.items() if n in graph.ways.nodes and i not in own}
        for target in sorted(kept - {table})[:ENTRIES]:
            _add(graph, f"{way or name} entry", Cut(node, target, root, path))


def _cut_tool(
    graph: Graph, cache: Any, way: str, root: Slot, path: tuple[int, ...]
) -> None:
    """Make a slot of the table of one of cachetools' caches; its size counts what the user says an item does."""
    held = look.attributes(cache)
    table, limit, size = (
        held.get(f"_Cache__{k}") for k in ("data", "maxsize", "currsize")
    )
    node = next((n for n in graph.ways.nodes if graph.ids[n] == id(table)), None)
    if type(table) is not dict or node is None:
        return
    name = way or root.label
    full = type(limit) is int and type(size) is int and size >= limit
    bound = len(table) if full else limit if type(limit) is int else None
    graph.caches[path[-1]] = Cached(name, way, len(table), bound)
    _add(graph, name, Cut(node, node, root, path))


def _name(attributes: dict[str, Any]) -> str:
    """Name of the function behind a cache, with its class."""
    name = attributes.get("__qualname__")
    if type(name) is not str:
        return look.called(attributes.get("__wrapped__"))
    return safe.short(name.rpartition("<locals>.")[2])


def _add(graph: Graph, key: str, cut: Cut) -> None:
    slot = Slot(PLACE, key)
    while slot in graph.cuts:
        slot = Slot(PLACE, f"{key} #{len(graph.cuts)}")
    graph.cuts[slot] = cut
