"""Does a native core give right answers here?  Tried on six nodes and on a few objects of ours.

A wrong answer would be one of a build for another Python, or of a Python whose
objects lie differently in memory than the core believes.
"""

from __future__ import annotations

import sys
from array import array
from typing import Any

from leakhunter.heap import twin, twin_dominators
from leakhunter.heap.peek.sizes import block
from leakhunter.heap.referents import referents

_SIMPLE = 0
_HEADER = 16
_ATOMS = (int, str)
_EDGES = (
    array("q", [0, 0, 2, 4, 5, 6]),
    array("i", [0, 2, 2, 1, 1, 0]),
    array("i", [2, 3, 4, 2, 4, 1]),
)


def proves(core: Any) -> bool:
    """Are all answers right?"""
    try:
        return bool(
            _of_arrays(core)
            and _of_classes(core)
            and _of_traces(core)
            and _of_a_picture(core)
            and _of_names(core)
            and _of_the_heap(core)
        )
    except Exception:  # noqa: BLE001 - then the twin does it
        return False


def _of_arrays(core: Any) -> bool:
    eights = array("q", [8] * 6)
    refs = array("q", [0, 2, 2, 1, 2, 0])
    kinds = array("i", [0, 1, 0, 1, 0, 1])
    part: tuple[Any, ...] = ({1: 1}, [(3, 4)], [], {}, {5})
    tree = twin_dominators.dominators(_EDGES, eights, [1])
    return bool(
        core.reach(_EDGES, [1]) == twin.reach(_EDGES, [1])
        and core.turned(_EDGES) == twin.turned(_EDGES)
        and core.paths(_EDGES, [1], [4]) == twin.paths(_EDGES, [1], [4])
        and core.subtract(_EDGES, refs, *part) == twin.subtract(_EDGES, refs, *part)
        and core.weight(eights, kinds, None) == twin.weight(eights, kinds, None)
        and core.positions(refs, {1, 3}) == twin.positions(refs, {1, 3})
        and _marked(core.mark) == _marked(twin.mark)
        and core.dominators(_EDGES, eights, [1]) == tree
        and core.by_kind(*tree, kinds, 2) == twin_dominators.by_kind(*tree, kinds, 2)
    )


def _marked(mark: Any) -> bytearray:
    """The first two of four places, one of them taken away again."""
    marks = bytearray(4)
    mark(marks, array("i", [0, 1]), True)
    mark(marks, array("i", [1]), False)
    return marks


def _of_names(core: Any) -> bool:
    rows, text = [1], "text"
    names = {"rows": rows, 3: text, "text": text}
    before = {"rows": id(rows), "text": id(rows)}
    return bool(
        core.names_ids(names) == {"rows": id(rows), "text": id(text)}
        and core.names_changed(before, names) == (["text"], 2)
        and core.names_of(names, (list,)) == [("rows", rows)]
    )


def _lists() -> tuple[list[Any], list[Any], list[int]]:
    """A list with another that alone holds a text and a number; both, and their bytes with those."""
    inner = [str(10**40), int("9" * 40)]
    outer = [inner]
    own = [block(list.__sizeof__(one) + _HEADER) for one in (outer, inner)]
    return outer, inner, [own[0], own[1] + sum(block(sys.getsizeof(a)) for a in inner)]


def _plan(cls: type, header: int) -> tuple[Any, ...]:
    method: Any = cls.__sizeof__
    return (cls, cls.__name__, "builtins", _SIMPLE, method, False, cls is list, header, 0, 0, 0, 0)  # fmt: skip


def _of_classes(core: Any) -> bool:
    objects = [1, [], "a", [2], (3,)]
    lists = [objects[1], objects[3]]
    ids = dict.fromkeys(map(id, (int, list, tuple)), False) | {id(str): True}
    weight = sum(block(list.__sizeof__(one) + _HEADER) for one in lists)
    outer = [lists[1], lists]
    return bool(
        core.by_class(objects) == [[1], lists, ["a"], [(3,)]]
        and core.unlisted(objects, (int,), 1) in (["a"], ["a", (3,)])
        and core.picked([*objects, None], {id(list): 8}, ids, 8, 0)
        == (lists[1:], lists[1:], ["a"], [None], [])
        and core.picked([{1: "a"}, {1: 2}], {}, {**ids, id(dict): False}, 8, 1)
        == ([], [], [], [], [{1: "a"}])
        and core.referring([outer, "a", lists], [outer, lists[1]]) == [outer, lists]
        and core.referring([outer, lists], [outer]) == []
        and core.weigh(lists, list.__sizeof__, False, _HEADER, 0) == weight
    )


def _of_traces(core: Any) -> bool:
    one = (("a.py", 1),)
    # equal, and another object
    other = tuple(iter(one))
    blocks = [(0, 8, one, 1), (0, 2**40, other, 3), (7, 16, one, 1)]
    return bool(core.by_stack(blocks) == [(24, 2, one, 1), (2**40, 1, other, 3)])


def _of_a_picture(core: Any) -> bool:
    outer, inner, sizes = _lists()
    container = [object()]
    single = list(map(sys.getrefcount, referents(container)))[0]  # noqa: RUF015 - its item would be one more
    objects: list[Any] = [object()]
    kinds, modules = ["mark"], [""]
    found = array("q", [0])
    edges = array("q", [0]), array("i", [0]), array("i")
    atoms = [(cls, cls.__name__, "builtins") for cls in _ATOMS]
    nodes = core.Nodes(
        objects, kinds, modules, found, edges, set(), atoms, frozenset(), 0, single, 99
    )
    nodes.learn(*_plan(list, _HEADER))
    nodes.start(outer)
    return bool(
        nodes.next(99) == (None, [])
        and objects[1] is outer
        and objects[2] is inner
        and kinds == ["mark", "list", "list"]
        and found.tolist() == [0, *sizes]
        and edges[2].tolist() == [2]
    )


def _of_the_heap(core: Any) -> bool:
    outer, inner, sizes = _lists()
    heap = core.Heap([outer], len(_ATOMS), frozenset(), 0)
    for row, cls in enumerate(_ATOMS):
        heap.learn(row, _plan(cls, 0))
    heap.learn(len(_ATOMS), _plan(list, _HEADER))
    if heap.next(99) is not None or heap.object(1) is not inner:
        return False
    del inner
    edges, found, rows, starts, *_ = heap.finish({})
    return bool(
        found.tolist() == sizes
        and rows.tolist() == [len(_ATOMS)] * 2
        and edges[2].tolist() == [1]
        and starts == [0]
    )
