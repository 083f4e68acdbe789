"""The whole heap as one graph: the same on both cores, true, and nothing of it kept."""

from __future__ import annotations

import gc
import sys
import warnings
from array import array

import pytest
from heaps import churning, picture, session_of, slots
from test_promise_random import Program, Sessions

from leakhunter.explorer.retained import Retained
from leakhunter.heap import core
from leakhunter.heap.graph import Graph
from leakhunter.heap.trial import trial
from leakhunter.heap.whole.graph import Walk

PROGRAMS = 25
"""Random sessions; each walks the whole process several times."""


def walked() -> Walk:
    walk = Walk()
    for _ in walk.run():
        pass
    return walk


@pytest.fixture
def walk():
    """Walks the whole heap now."""
    made = []

    def take():
        gc.collect()
        made.append(walked())
        return made[-1]

    yield take
    for one in made:
        one.forget()


def children(walk: Walk, node: int) -> list[int]:
    begin, count, to = walk.graph.edges
    return list(to[begin[node] : begin[node] + count[node]])


def inner(names: dict[str, object]) -> set[int]:
    """``id`` of everything that only a session's values lead to: no code, no classes of libraries."""
    seen = {}
    todo = [v for n, v in names.items() if not n.startswith("__")]
    while todo:
        obj = todo.pop()
        kind = type(obj)
        if id(obj) in seen or kind.__module__ not in ("__main__", "builtins", "collections", "numpy", "pandas"):  # fmt: skip
            continue
        if kind.__name__ in ("type", "function", "module", "builtin_function_or_method", "frame"):  # fmt: skip
            continue
        seen[id(obj)] = obj
        todo += gc.get_referents(obj)
    return set(seen)


def told(walk: Walk, wanted: dict[str, set[int]]) -> dict[str, dict[int, object]]:
    """What a walk says of some objects, without anything else in the process."""
    graph = walk.graph
    nodes = {walk.address(n): n for n in range(len(graph.sizes))}
    starts = set(graph.starts)
    return {
        cell: {
            key: (
                graph.classes[graph.rows[nodes[key]]],
                # a number of its own: what holds one more often than 500 times is not followed
                float(graph.sizes[nodes[key]]),
                sorted(
                    k for k in map(walk.address, children(walk, nodes[key])) if k in ids
                ),
                nodes[key] in starts,
            )
            for key in ids
            if key in nodes
        }
        for cell, ids in wanted.items()
    }


CELLS = {
    "containers": "x = [{'n': i * 999, 'next': [i, str(i)]} for i in range(300)]\ny = {1: 'a', (2,): {3}}",
    "instances": "class A: pass\nx = []\nfor i in range(50):\n    a = A(); a.b = i; a.c = [i]; x.append(a)",
    "attributes asked for": "class A: pass\nx = []\nfor i in range(50):\n    a = A(); a.b = i; a.__dict__; x.append(a)",
    "one attribute": "class A: pass\nx = []\nfor i in range(50):\n    a = A(); a.b = {'k': [i]}; x.append(a)",
    "slots": "class A:\n    __slots__ = ('a', 'b')\nx = [A() for _ in range(40)]\nfor a in x: a.a = x",
    "tables": "from collections import *\nx = OrderedDict(a=[1], b=[2]), defaultdict(list, a=[3]), Counter('abc')\ny = deque([[1]])",
    "texts": "t = 'e' * 5000\nx = [[t], [t] * 3, {'t': t}]\ny = ['é' * 2000, b'z' * 2000, bytes(10), '🙂']",
    "often": "t = 'often' + str(id([]))\nx = [[t] * n for n in (1, 2, 400, 600)]",
    "itself": "x = []\nx.append(x)\nd = {}\nd['d'] = d",
    "calls": "def make():\n    kept = [1, 2]\n    def f(): return kept\n    return f\nf = make()\ng = (i for i in [[1], [2]])\nnext(g)",
    "numbers": "x = [1 << 3000, 1.5, 2j, True, None, ..., range(9)]",
}  # fmt: skip


def frames() -> dict[str, object]:
    """What adapters look into."""
    pd = pytest.importorskip("pandas", reason="no pandas here")
    np = pytest.importorskip("numpy", reason="no numpy here")
    base = np.arange(10_000.0)
    texts = pd.Series([f"text {i}" for i in range(10_000)], dtype=object)
    return {
        "frame": pd.DataFrame({"a": base, "t": texts}),
        "view": base[10:20],
        "objects": np.array([[1], "x" * 20, None] * 50, dtype=object),
        "bytes": bytes(5000),
        "bytearray": bytearray(5000),
        "array": array("q", range(99)),
    }


@pytest.mark.skipif(core.NATIVE is None, reason="no native core here")
def test_both_cores_see_the_same(monkeypatch):
    """One walk each of everything: in Python it takes a second for 100,000 objects."""
    sessions = {cell: session_of(source) for cell, source in CELLS.items()}
    sessions["arrays and frames"] = frames()
    ids = {cell: inner(names) for cell, names in sessions.items()}
    native, found = core.NATIVE, []
    # the first makes dictionaries of attributes that an adapter asks for
    for core_ in (native, None, native):
        monkeypatch.setattr(core, "NATIVE", core_)
        gc.collect()
        taken = walked()
        found.append(told(taken, ids))
        taken.forget()
    for cell in sessions:
        assert found[1][cell]
        assert found[1][cell] == found[2][cell], cell


class Tracked:
    """Something with a list of its own."""

    def __init__(self, size: int) -> None:
        self.data = bytearray(size)


def retained_of(walk: Walk, *objects: object) -> list[int]:
    retained = Retained(walk.graph)
    return [retained.of(walk.find(obj)) for obj in objects]


def test_what_only_one_leads_to_goes_with_it(walk):
    alone, one, other = Tracked(1_000_000), Tracked(2_000_000), Tracked(3_000_000)
    one.shared = other.shared = bytearray(500_000)
    holds = retained_of(walk(), alone, one, other)
    assert [1_000_000, 2_000_000, 3_000_000] == [round(n, -5) for n in holds]


def test_a_cycle_goes_with_what_leads_to_it(walk):
    ring = [Tracked(1_000_000), Tracked(1_000_000)]
    ring[0].next, ring[1].next = ring[1], ring[0]
    door = [ring.pop(0)]
    ring.clear()
    assert [2_000_000] == [round(n, -5) for n in retained_of(walk(), door)]


def test_garbage_is_reached_by_nothing(walk):
    taken = walk()
    before = Retained(taken.graph).unreachable
    taken.forget()
    gc.disable()
    try:
        lost = Tracked(1_000_000)
        lost.me = lost
        del lost
        taken = walked()
        after = Retained(taken.graph).unreachable
        taken.forget()
    finally:
        gc.enable()
    assert after[0] > before[0]
    assert 1_000_000 == round(after[1] - before[1], -5)


def test_everything_is_counted_once(walk):
    taken = walk()
    retained = Retained(taken.graph)
    sizes = sum(taken.graph.sizes)
    assert sizes == retained.total + retained.unreachable[1]
    rows = retained.by_row()
    assert sizes == sum(own for _, own, _ in rows)
    assert all(own <= holds + retained.unreachable[1] for _, own, holds in rows)


def test_what_goes_is_what_clearing_would_free(walk):
    """A value that only its name holds goes with all that trial deletion frees."""
    sessions = Sessions()
    compared = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(PROGRAMS):
            program = Program(seed, sessions.libraries)
            names = {"__name__": "__main__"}
            exec(sessions._code, names)
            program.run(names)
            gc.collect()
            # a walk holds what it has found
            graph = picture(names)
            taken = walk()
            retained = Retained(taken.graph)
            for name in program.left:
                compared += agrees(taken, retained, graph, names, name)
            taken.forget()
    assert compared > PROGRAMS


def agrees(walk: Walk, retained: Retained, graph: Graph, names: dict[str, object], name: str) -> bool:  # fmt: skip
    """Compare where it can be: one holder, and everything was seen."""
    slot = slots(name)[0]
    node = walk.find(names.get(name))
    said = trial(graph, [slot])
    if node < 0 or slot not in graph.slots or graph.slots[slot] not in said.freed or not said.exact:  # fmt: skip
        return False
    of_main = [n for n in said.freed if graph.kinds[n] in ("type", "function", "getset_descriptor")]  # fmt: skip
    if of_main or retained.holder(node) == retained.top:
        # a class leads to the world, and is held by all its instances
        return False
    # a picture says of code only that it is there
    code = sum(
        retained.of(walk.at(graph.ids[n]))
        for n in said.freed if graph.kinds[n] == "code"
    )  # fmt: skip
    # what a library caches, or a frame of a generator of ours, holds part of it from outside
    assert abs(retained.of(node) - code - said.bytes) <= 0.01 * said.bytes + 256, name
    return True


def test_a_view_shows_memory_that_its_base_holds(walk):
    np = pytest.importorskip("numpy", reason="no numpy here")
    base = np.ones(1_000_000)
    views = [base[i : i + 10] for i in range(5)]
    del base
    assert [8_000_000] == [round(n, -5) for n in retained_of(walk(), views)]


def test_memory_of_two_libraries_counts_once(walk):
    pa = pytest.importorskip("pyarrow", reason="no pyarrow here")
    np = pytest.importorskip("numpy", reason="no numpy here")
    base = np.ones(1_000_000)
    raw = bytes(3_000_000)
    kept = [base, pa.array(base), raw, pa.py_buffer(raw)]
    assert kept
    sizes = [size for size in walk().graph.sizes if size > 900_000]
    assert 1 == sum(round(size, -5) == 8_000_000 for size in sizes)
    assert 1 == sum(round(size, -5) == 3_000_000 for size in sizes)


def test_nothing_is_kept(walk):
    objects = [Tracked(10) for _ in range(100)]
    counts = [sys.getrefcount(one) for one in objects]
    taken = walk()
    assert [count + 1 for count in counts] == [sys.getrefcount(o) for o in objects]
    taken.forget()
    assert counts == [sys.getrefcount(one) for one in objects]
    assert 0 < len(taken.graph.sizes)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_dropped_walk_keeps_nothing(steps):
    objects = [Tracked(10) for _ in range(60_000)]
    counts = list(map(sys.getrefcount, objects))
    walk = Walk()
    run = walk.run()
    for _ in range(steps):
        next(run)
    run.close()
    walk.forget()
    assert counts == list(map(sys.getrefcount, objects))


def test_objects_that_change_during_a_walk_do_no_harm():
    with churning(2, interval=1e-3):
        for last in (1, None):
            walk = Walk()
            run = walk.run()
            for step, _ in enumerate(run, 1):
                if step == last:
                    break
            run.close()
            if last is None:
                retained = Retained(walk.graph)
                assert sum(walk.graph.sizes) == retained.total + retained.unreachable[1]
            walk.forget()


native = core.NATIVE


@pytest.mark.skipif(native is None, reason="no native core here")
def test_wrong_use_raises():
    make = [[]], 0, frozenset(), 30
    heap = native.Heap(*make)
    assert 0 == heap.next(10)
    for wrong in ((0, 0, [], [7]), (0, 0, [], [-1]), (-1, 0, [], [])):
        with pytest.raises(ValueError):
            native.Heap(*make).visit(*wrong)
    with pytest.raises(ValueError):
        heap.finish({})  # it is not over
    with pytest.raises(ValueError):
        native.Heap([1], 3, frozenset(), 30).next(1)  # no class was learned
    while heap.next(1) is not None:
        heap.visit(0, 72, [], [])
    with pytest.raises(ValueError):
        heap.visit(0, 72, [], [])
    with pytest.raises(TypeError):
        heap.finish([])
    with pytest.raises(ValueError):
        heap.finish({5: 1})
    with pytest.raises(TypeError):
        native.Heap((), 0, frozenset(), 30)
    with pytest.raises(ValueError):
        heap.object(1)
    heap.forget()
    with pytest.raises(ValueError):
        heap.object(0)
    with pytest.raises(ValueError):
        heap.next(1)
    assert -1 == heap.find(id(make))
