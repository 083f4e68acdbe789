"""Futures of dask: results that the workers keep for as long as a future wants them.

A worker in this process keeps them where the picture sees them; of one in
another process the scheduler knows the bytes, when that is in this process.
Counted are only results that no other future of the session wants, of futures
that nothing else holds.

Cost: 20 µs a future.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.paths import follow, written
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "future"
CLIENT = "distributed.client"

MOST = 500
"""Futures looked at."""


def cut_futures(shell: InteractiveShell, graph: Graph) -> None:
    """Make slots of the results that futures keep, where a variable leads to these."""
    if look.module_globals(CLIENT).get("Future") is None:
        return
    names = [(s, n) for s, n in graph.slots.items() if s.place == "name"]
    at = {graph.ids[n]: n for n in range(len(graph.ids))}
    left = MOST
    for root, start in names:
        for path in _paths(graph, start, left):
            left -= 1
            steps = follow(shell, graph, root, path)
            future = steps[-1].obj if steps is not None else None
            alone = graph.refs[path[-1]] == _held_here(graph, path)
            if alone and is_future(future) and _wanted_once(future):
                whole = Cut(path[-1], path[-1], root, tuple(path))
                _cut(graph, at, future, Slot(PLACE, written(steps or ())), whole)
            del steps, future


def is_future(obj: Any) -> bool:
    """Is this a future of exactly dask's class?"""
    return obj is not None and type(obj) is look.module_globals(CLIENT)["Future"]


def _paths(graph: Graph, start: int, most: int) -> Iterator[list[int]]:
    """Ways from a variable to futures: it holds them itself, or in lists and dictionaries."""
    todo = [[start]]
    found = 0
    for path in todo:
        node = path[-1]
        if (graph.kinds[node], graph.modules[node]) == ("Future", CLIENT):
            found += 1
            yield path
        elif graph.kinds[node] in ("list", "tuple", "dict", "set"):
            todo += [[*path, n] for n in dict.fromkeys(graph.edges[node])]
        if found >= most:
            return


def _held_here(graph: Graph, path: list[int]) -> int:
    """References that a future has from the end of its way."""
    if len(path) == 1:
        return sum(s.place == "name" and n == path[0] for s, n in graph.slots.items())
    return list(graph.edges[path[-2]]).count(path[-1])


def key_of(future: Any) -> Any:
    """The key of a future's result: exact text; ``None`` for any other."""
    key = look.field(future, "key")
    return key if type(key) is str else None


def _wanted_once(future: Any) -> bool:
    """Does the client count one future of this result?"""
    counts = look.field(look.field(future, "_client"), "refcount")
    key = key_of(future)
    return any(k == key and n == 1 for k, n in look.pairs(counts)) if key else False


def _cut(graph: Graph, at: dict[int, int], future: Any, slot: Slot, whole: Cut) -> None:
    """Make a slot of a result: of the reference to it in this process, or of the future for what is elsewhere."""
    key = key_of(future)
    for table in tables():
        value = table.get(key)
        source, target = at.get(id(table)), at.get(id(value))
        if value is not None and source and target and target in graph.edges[source]:
            graph.cuts[slot] = whole._replace(source=source, target=target)
            return
    size = _known_size(key)
    if size:
        graph.cuts[slot] = whole
        graph.elsewhere[slot] = size


def tables() -> list[dict[Any, Any]]:
    """What the workers of this process keep in memory, by key."""
    found = []
    for worker in _alive("distributed.worker", "Worker"):
        data = look.field(look.field(worker, "state"), "data")
        if type(data) is not dict:
            data = look.field(look.field(data, "fast"), "d")
        if type(data) is dict:
            found.append(data)
    return found


def _known_size(key: str) -> int:
    """Bytes of a result as a scheduler of this process knows them; 0 where none does."""
    for scheduler in _alive("distributed.scheduler", "Scheduler"):
        tasks = look.field(scheduler, "tasks")
        state = tasks.get(key) if type(tasks) is dict else None
        size = look.field(state, "nbytes") if state is not None else 0
        if type(size) is int and size > 0:
            return size
    return 0


def _alive(module: str, name: str) -> list[Any]:
    """Instances that a class knows weakly."""
    cls = look.module_globals(module).get(name)
    known = look.type_dict(cls).get("_instances") if look.is_class(cls) else None
    return look.alive(known)
