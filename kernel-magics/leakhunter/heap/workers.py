"""Which object of the session stands for a child process.

Processes of ``multiprocessing``, and so those of its pools, of executors and of
PyTorch's loaders, are in one list; ``subprocess.Popen`` in none, so the
collector is asked for them, where a child has no owner yet.

Cost: nothing without children; 10 µs a process, and 10 ms for 500,000 objects
where somebody called ``subprocess``.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from leakhunter.heap.graph import Graph


def owners(pids: Iterable[int], graph: Graph) -> dict[int, int]:
    """The nodes of the objects that stand for child processes, by process number.

    Parameters
    ----------
    pids
        The children.
    graph
        The newest picture.
    """
    wanted = set(pids)
    if not wanted:
        return {}
    found = dict(_among(_processes(), wanted, graph))
    if wanted - found.keys():
        found |= dict(_among(_programs(), wanted, graph))
    return found


def _among(
    pairs: Iterator[tuple[int, Any]], wanted: set[int], graph: Graph
) -> Iterator[tuple[int, int]]:
    ids = [(pid, id(obj)) for pid, obj in pairs if pid in wanted]
    nodes = graph.nodes_of(key for _, key in ids)
    yield from ((pid, nodes[key]) for pid, key in ids if key in nodes)


def _processes() -> Iterator[tuple[int, Any]]:
    """Processes that ``multiprocessing`` started; its own function would collect the ended ones."""
    children = look.module_globals("multiprocessing.process").get("_children")
    if type(children) is not set:
        return
    for process in list(children):
        popen = look.attributes(process).get("_popen")
        pid = look.attributes(popen).get("pid")
        if type(pid) is int:
            yield pid, process


def _programs() -> Iterator[tuple[int, Any]]:
    """Programs that ``subprocess`` started."""
    cls: Any = look.module_globals("subprocess").get("Popen")
    if "subprocess" not in sys.modules or not look.is_class(cls):
        return
    for obj in gc.get_objects():
        if safe.is_kind(obj, cls):
            pid = look.attributes(obj).get("pid")
            if type(pid) is int:
                yield pid, obj
