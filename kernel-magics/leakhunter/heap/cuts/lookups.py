"""What pandas' indexes keep for lookups: hash tables, and values that were unpacked for them.

The first lookup in an index builds a table of all its values, and of a
MultiIndex or of texts the values too.  All of it stands in the ``_cache`` of
the index and is made again when it is needed: emptying that changes no value.
Cost: 150 µs an index whose tables are heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.paths import Step, follow, written
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from IPython.core.interactiveshell import InteractiveShell

PLACE = "lookup"

MOST = 200
"""Indexes looked at."""

_FRAMES = ("DataFrame", "Series")
_AXES = {"[0]": ".columns", "[1]": ".index"}


def cut_lookups(shell: InteractiveShell, graph: Graph) -> None:
    """Make slots of what the indexes that a variable leads to keep for lookups."""
    base: Any = look.module_globals("pandas").get("Index")
    if type(base) is not type:
        return
    ways = graph.ways
    known: set[int] = set()
    for node in _engines(graph)[:MOST]:
        path = ways.to(node)
        holder = path[-2] if len(path) > 1 else node
        if holder in known or graph.kinds[holder] != "dict":
            continue
        known.add(holder)
        root = ways.names[path[0]][0]
        steps = follow(shell, graph, root, path[:-1])
        at = _index(steps, base) if steps is not None else None
        if steps is not None and at is not None:
            slot = Slot(PLACE, _written(steps[: at + 1]))
            while slot in graph.cuts:
                slot = Slot(PLACE, f"{slot.key} #{len(graph.cuts)}")
            graph.cuts[slot] = Cut(holder, holder, root, tuple(path[:-1]))
        del steps


def _engines(graph: Graph) -> list[int]:
    """Lookup engines of pandas that keep much."""
    return sorted(graph.ways.of_class(_is_engine))


def _is_engine(module: str, kind: str) -> bool:
    return kind.endswith("Engine") and module.startswith("pandas.")


def _index(steps: Sequence[Step], base: type) -> int | None:
    """Where the index is whose cache the way ends at; ``None`` when it is something else."""
    for at in range(len(steps) - 2, -1, -1):
        obj = steps[at].obj
        if safe.derives(type(obj), base):
            held = safe.own_dict(obj) or {}
            own = safe.module_of(type(obj)).partition(".")[0] == "pandas"
            return at if own and held.get("_cache") is steps[-1].obj else None
    return None


def _written(steps: Sequence[Step]) -> str:
    """The way to an index as a person writes it: ``df.index``."""
    frames = [i for i, s in enumerate(steps) if safe.type_name(type(s.obj)) in _FRAMES]
    if not frames:
        return written(steps)
    last = frames[-1]
    wide = safe.type_name(type(steps[last].obj)) == "DataFrame"
    axis = _AXES.get(steps[-1].label, ".index") if wide else ".index"
    return written(steps[: last + 1]) + axis
