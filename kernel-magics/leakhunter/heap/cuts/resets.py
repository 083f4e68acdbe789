"""Objects of libraries that have a method for letting go of what they keep.

A booster of LightGBM keeps its training data until ``free_dataset``, a mock
the arguments of all calls until ``reset_mock``.  What the method drops becomes
cuts of the picture.  Only exact classes of the library: a subclass may have a
method of its own.  Cost: 50 µs an object that keeps much.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.paths import follow, written
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "reset"

MOST = 200
"""Objects looked at."""

BOOSTER = ("lightgbm.basic", "Booster")
_DATASETS = ("train_set", "valid_sets")

MOCKS = "unittest.mock"
_CALLS = frozenset({"_CallList", "_Call"})


def cut_resets(shell: InteractiveShell, graph: Graph) -> None:
    """Make slots of what such a method would drop, where a variable leads to the object."""
    ways = graph.ways
    for node in sorted(ways.of_class(_may_be))[:MOST]:
        path = ways.to(node)
        # a mock resets those that hang from it
        above = path[:-1]
        if not path or any(_may_be(graph.modules[n], graph.kinds[n]) for n in above):
            continue
        root = ways.names[path[0]][0]
        steps = follow(shell, graph, root, path)
        if steps is None:
            continue
        obj, way = steps[-1].obj, written(steps)
        del steps
        for source, target in _dropped(graph, node, obj):
            slot = Slot(PLACE, way)
            while slot in graph.cuts:
                slot = Slot(PLACE, f"{way} #{len(graph.cuts)}")
            graph.cuts[slot] = Cut(source, target, root, tuple(path))
        del obj


def _may_be(module: str, kind: str) -> bool:
    return (module, kind) == BOOSTER or (module == MOCKS and kind.endswith("Mock"))


def method_of(obj: Any) -> Any:
    """The library's function that makes an object let go; ``None`` for anything but its exact classes."""
    cls = type(obj)
    if cls is look.module_globals(BOOSTER[0]).get(BOOSTER[1]):
        return look.type_dict(cls).get("free_dataset")
    # each mock has a class of its own, derived from the library's or the user's
    bases = safe.mro(cls)
    if any(safe.module_of(base) not in (MOCKS, "builtins") for base in bases):
        return None
    found = (look.type_dict(base).get("reset_mock") for base in bases)
    return next((method for method in found if method is not None), None)


def _dropped(graph: Graph, node: int, obj: Any) -> Iterator[tuple[int, int]]:
    """References that the method would drop: from where, to where."""
    if method_of(obj) is None:
        return
    if graph.modules[node] == MOCKS:
        yield from _of_mock(graph, node)
        return
    held = look.attributes(obj)
    dropped = {id(held[name]) for name in _DATASETS if name in held}
    for source in (node, *(n for n in graph.edges[node] if graph.kinds[n] == "dict")):
        for target in graph.edges[source]:
            if graph.ids[target] in dropped and target in graph.ways.nodes:
                yield source, target


def _of_mock(graph: Graph, node: int) -> Iterator[tuple[int, int]]:
    """Records of calls, of a mock and of those that hang from it."""
    seen, todo = {node}, [node]
    for source in todo:
        for target in dict.fromkeys(graph.edges[source]):
            if target not in graph.ways.nodes:
                continue
            if graph.kinds[target] in _CALLS:
                yield source, target
            elif target not in seen and (
                graph.kinds[target] == "dict"
                or _may_be(graph.modules[target], graph.kinds[target])
            ):
                seen.add(target)
                todo.append(target)
