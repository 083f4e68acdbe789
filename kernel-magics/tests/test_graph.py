"""The picture of the heap: everything once, buffers by address, nothing kept, a budget."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest
from heaps import boundary, picture, promise, session_of, slots, user_names

from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import trial
from leakhunter.heap.walk.capture import PLAIN, Capture


def node(graph, name):
    return graph.slots[Slot("name", name)]


def reached(graph, name):
    return sum(graph.sizes[n] for n in graph.reach([node(graph, name)]))


def test_an_object_of_two_names_is_one_node():
    graph = picture(session_of("a = [bytearray(1000)]\nb = a"))
    assert node(graph, "a") == node(graph, "b")
    assert 1000 < reached(graph, "a") < 1300


def test_references_are_counted_without_ours():
    graph = picture(session_of("a = [0.5]\nb = [a, a]\nc = a"))
    assert (4, 1) == (graph.refs[node(graph, "a")], graph.refs[node(graph, "b")])
    assert [node(graph, "a")] * 2 == list(graph.edges[node(graph, "b")])


def test_the_walk_keeps_nothing_and_leaves_counts_alone():
    names = session_of("class Big: pass\nbig = Big()\nbox = [big, {'k': big}]")
    ref = weakref.ref(names["big"])
    before = sys.getrefcount(names["big"]), sys.getrefcount(names["box"])
    graph = picture(names)
    assert before == (sys.getrefcount(names["big"]), sys.getrefcount(names["box"]))
    del names["big"], names["box"]
    assert ref() is None
    assert graph.visited > 3


def test_a_dropped_walk_keeps_nothing():
    names = session_of("class Big: pass\nbig = [Big() for _ in range(30_000)]")
    ref = weakref.ref(names["big"][0])
    capture = Capture(boundary(names), 10**6)
    steps = capture.run((Slot("name", n), v) for n, v in user_names(names))
    next(steps)
    steps.close()
    del capture, steps, names["big"]
    assert ref() is None


def test_the_walk_pauses_between_slices():
    names = session_of("a = [[] for _ in range(200_000)]")
    capture = Capture(boundary(names), 10**6)
    pauses = sum(
        1 for _ in capture.run((Slot("name", n), v) for n, v in user_names(names))
    )
    # where looking takes longer there are more
    assert 200_000 // PLAIN - 1 <= pauses


def test_the_session_itself_is_outside():
    names = session_of(
        "import sys\nbig = bytearray(10_000_000)\n"
        "def f(): return big\nclass C: pass\nc = C()"
    )
    graph = picture(names)
    for name in ("f", "c", "sys"):
        assert reached(graph, name) < 100_000, name


def test_shared_native_memory_counts_once_by_address():
    pa = pytest.importorskip("pyarrow", reason="no Arrow here")
    names = {"whole": pa.array(list(range(100_000)))}
    names["part"] = names["whole"].slice(10, 5)
    names["table"] = pa.table({"x": names["whole"]})
    graph = picture(names)
    buffers = [
        s for s, k in zip(graph.sizes, graph.kinds, strict=True) if k == "buffer"
    ]
    assert [800_000] == [b for b in buffers if b > 10_000]
    assert 800_000 < reached(graph, "part") < 810_000
    assert 0 == trial(graph, slots("part")).bytes // 100_000
    assert 8 == trial(graph, slots("part", "whole", "table")).bytes // 100_000


def test_a_view_and_its_base_count_their_data_once():
    np = pytest.importorskip("numpy", reason="no numpy here")
    names = {"base": np.ones(100_000)}
    names["view"] = names["base"][5:10]
    graph = picture(names)
    assert 800_000 < reached(graph, "view") < 801_000
    assert 800_000 < sum(graph.sizes) < 801_000


def test_big_objects_are_watched_weakly():
    np = pytest.importorskip("numpy", reason="no numpy here")
    names = {"a": np.ones(200_000), "small": np.ones(10)}
    graph = picture(names)
    (big,) = graph.bigs
    assert (node(graph, "a"), 1_600_112) == (big.node, big.bytes)
    assert "200,000 float64" == graph.shapes[big.node]
    del names["a"]
    assert big.ref() is None


def test_a_spent_budget_gives_a_lower_bound():
    names = session_of("a = [[0.5 + i] for i in range(50_000)]")
    graph = picture(names, budget=10_000)
    assert not graph.complete
    assert graph.visited < 20_000
    result = trial(graph, slots("a"))
    assert not result.exact
    assert result.bytes < promise(names, "a").bytes


def test_what_lies_beyond_the_budget_leaves_others_exact():
    names = session_of(
        "small = [bytearray(1000)]\nbig = [[[i]] for i in range(50_000)]"
    )
    graph = picture(names, budget=20_000)
    assert not graph.complete
    assert (True, 1) == (
        trial(graph, slots("small")).exact,
        trial(graph, slots("small")).bytes // 1000,
    )


def test_two_hundred_thousand_small_objects():
    graph = picture(session_of("a = [[i] for i in range(200_000)]"))
    assert graph.complete
    assert 200_000 <= graph.visited <= 500_000
    assert 200_000 <= len(graph.sizes) <= 410_000


def test_nothing_recurses():
    names = session_of("a = []\nfor _ in range(100_000): a = [a]")
    graph = picture(names)
    assert 100_001 == len(graph.reach([node(graph, "a")]))
    result = trial(graph, slots("a"))
    assert result.exact
    assert result.bytes >= 100_000 * 64


def test_elements_that_are_too_many_to_list_make_a_lower_bound(monkeypatch):
    np = pytest.importorskip("numpy", reason="no numpy here")
    from leakhunter.heap.adapters import numpy as adapter

    monkeypatch.setattr(adapter, "MAX_ELEMENTS", 10)
    names = {"a": np.empty(11, dtype=object)}
    names["a"][:] = [bytes(1000) for _ in range(11)]
    result = promise(names, "a")
    assert (False, True) == (result.exact, result.bytes < 1000)


def test_a_picture_is_gone_with_its_last_reference(session):
    """Where the user has switched collection off, our garbage would pile up."""
    session("import numpy as np\nbox = [np.ones(500_000)]\ndef f(x=box): return x")
    session("x = 1")
    gc.disable()
    try:
        checkup = session.hunter.check()
        ref = weakref.ref(checkup.case.graph)
        del checkup
        assert ref() is None
    finally:
        gc.enable()


def test_a_picture_goes_without_the_collector():
    graph = picture(session_of("a = [bytearray(10_000)]"))
    assert 1 == len(graph.ways.names)
    ref = weakref.ref(graph)
    del graph
    assert ref() is None


def test_references_turned_round_are_the_same():
    graph = picture(
        session_of("a = [1.5, [2.5]]\nb = {'k': a, 'l': [a, a]}\na.append(b)")
    )
    turned = graph.edges.turned()
    there = sorted((n, c) for n, found in enumerate(graph.edges) for c in found)
    back = sorted((p, n) for n in range(len(graph.edges)) for p in turned[n])
    assert there == back
    assert len(there) == len(graph.edges.targets)
