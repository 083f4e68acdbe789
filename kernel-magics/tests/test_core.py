"""The native core, held to its twin in Python over random pictures."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from array import array

import pytest

from leakhunter.heap import core, twin, twin_dominators

native = pytest.importorskip("leakhunter._native")

PICTURES = range(300)


class Picture:
    """A random picture: references in any order, loops, several between the same two, parts not reached."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.nodes = nodes = rng.choice([1, 2, 5, 20, 60])
        self.children = [
            [rng.randrange(nodes) for _ in range(rng.choice([0, 1, 1, 2, 3, 7]))]
            for _ in range(nodes)
        ]
        order = list(range(nodes))
        rng.shuffle(order)
        begin, count = [0] * nodes, [0] * nodes
        to: list[int] = []
        for node in order:
            begin[node], count[node] = len(to), len(self.children[node])
            to += self.children[node]
        self.edges = array("q", begin), array("i", count), array("i", to)
        self.sizes = array("q", [rng.randrange(100) for _ in range(nodes)])
        seen = [sum(c.count(n) for c in self.children) for n in range(nodes)]
        self.refs = array("q", [s + rng.choice([-1, 0, 0, 0, 1, 2]) for s in seen])

    def some(self, most: int = 4) -> list[int]:
        return self.rng.sample(range(self.nodes), min(self.nodes, self.rng.randrange(most)))  # fmt: skip

    def cuts(self, emptied: list[int]) -> list[tuple[int, int]]:
        found = {(n, c) for n in self.some() for c in self.children[n]}
        return sorted((s, t) for s, t in found if s not in emptied and s != t)


@pytest.mark.parametrize("seed", PICTURES)
def test_every_question_has_the_same_answer(seed):
    p = Picture(seed)
    within = set(p.some(60))
    assert twin.reach(p.edges, s := p.some()) == native.reach(p.edges, s)
    assert twin.turned(p.edges) == native.turned(p.edges)
    for asked in (within, set(range(p.nodes))):
        starts = p.some()
        expected = twin.holders(p.edges, asked, starts)
        assert list(expected.items()) == list(native.holders(p.edges, asked, starts).items())  # fmt: skip
    for asked in (within, None):
        starts = p.some()
        expected = twin.nearest(p.edges, asked, starts)
        assert list(expected.items()) == list(native.nearest(p.edges, asked, starts).items())  # fmt: skip
    assert twin.tally(p.edges[2], p.nodes) == native.tally(p.edges[2], p.nodes)
    assert twin.above(p.sizes, 50) == native.above(p.sizes, 50)
    starts, goals = p.some(), p.some()
    assert twin.paths(p.edges, starts, goals) == native.paths(p.edges, starts, goals)


@pytest.mark.parametrize("seed", PICTURES)
def test_some_nodes_are_weighed_marked_and_found_the_same(seed):
    p = Picture(seed)
    nodes, told = array("i", p.some()), array("i", p.some())
    marks, same = bytearray(p.nodes), bytearray(p.nodes)
    for value, few in ((True, told), (False, array("i", p.some(3)))):
        twin.mark(marks, few, value)
        native.mark(same, few, value)
        assert marks == same
    assert twin.weight(p.sizes, nodes, None) == native.weight(p.sizes, nodes, None)
    assert twin.weight(p.sizes, nodes, marks) == native.weight(p.sizes, nodes, marks)
    ids = array("Q", [p.rng.choice([0, 1 << 63, 5, 7 + n]) for n in range(p.nodes)])
    for wanted in ({*ids[::2]}, {0, 6, 1 << 63}, set()):
        assert twin.positions(ids, wanted) == native.positions(ids, wanted)


@pytest.mark.parametrize("node", [-1, 2])
def test_nodes_that_are_none_are_not_weighed_or_marked(node):
    sizes, nodes = array("q", [8, 8]), array("i", [0, node])
    for call in (
        lambda: native.weight(sizes, nodes, None),
        lambda: native.weight(sizes, array("i", [1]), bytearray(1)),
        lambda: native.weight(array("i", [8]), nodes, None),
        lambda: native.weight(sizes, array("q", [0]), None),
        lambda: native.mark(bytearray(2), nodes, True),
        lambda: native.mark(array("q", [0]), array("i", [0]), True),
        lambda: native.positions(array("i", [0]), {1}),
    ):
        with pytest.raises(ValueError):
            call()
    for call in (
        lambda: native.mark(b"  ", array("i", [0]), True),
        lambda: native.weight(sizes, [0], None),
        lambda: native.positions(array("Q", [1]), [1]),
        lambda: native.positions(array("Q", [1]), {"a"}),
    ):
        with pytest.raises((TypeError, BufferError)):
            call()


@pytest.mark.parametrize("seed", PICTURES)
def test_trial_deletion_is_the_same(seed):
    p = Picture(seed)
    emptied = p.some(3)
    asked = (
        p.edges,
        p.refs,
        {n: p.rng.randrange(3) for n in [*p.some(), *emptied]},
        p.cuts(emptied),
        emptied,
        {n: p.rng.randrange(3) for n in p.some()},
        set(p.some(p.rng.choice([4, 60]))),
    )
    bound = set(asked[2]).union(t for _, t in asked[3])
    bound.update(c for n in emptied for c in p.children[n])
    asked[2].update({n: asked[2].get(n, 0) for n in bound})
    assert twin.subtract(*asked) == native.subtract(*asked)


def dominated(p: Picture, starts: list[int], without: int) -> set[int]:
    """What can be reached only through a node, by taking it away."""
    whole = set(array("i", twin.reach(p.edges, starts)))
    todo = [s for s in starts if s != without]
    seen = set(todo)
    for node in todo:
        for child in p.children[node]:
            if child != without and child not in seen:
                seen.add(child)
                todo.append(child)
    return whole - seen


@pytest.mark.parametrize("seed", PICTURES)
def test_dominators_are_what_taking_a_node_away_shows(seed):
    p = Picture(seed)
    starts = p.some()
    answer = native.dominators(p.edges, p.sizes, starts)
    assert twin_dominators.dominators(p.edges, p.sizes, starts) == answer
    retained = array("q", answer[1])
    for node in range(p.nodes):
        lost = dominated(p, starts, node)
        assert sum(p.sizes[n] for n in lost) == retained[node]


@pytest.mark.parametrize("seed", PICTURES)
def test_what_dominators_retain_is_summed_and_listed_the_same(seed):
    p = Picture(seed)
    tree = native.dominators(p.edges, p.sizes, p.some())
    kinds = array("i", [p.rng.randrange(3) for _ in range(p.nodes)])
    sums = native.by_kind(*tree, kinds, 3)
    assert twin_dominators.by_kind(*tree, kinds, 3) == sums
    above, retained = array("i", tree[0]), array("q", tree[1])
    for kind, told in enumerate(array("q", sums)):
        outermost = [
            node
            for node in range(p.nodes)
            if above[node] >= 0 and kinds[node] == kind and kind not in outer(above, kinds, node)
        ]  # fmt: skip
        assert sum(retained[n] for n in outermost) == told
    for node in (p.nodes, p.rng.randrange(p.nodes)):
        for most in (0, 2, 1000):
            asked = (*tree, kinds, 3, node, most)
            assert twin_dominators.below(*asked) == native.below(*asked)


def outer(above, kinds, node):
    """The kinds of all that stands above a node."""
    found = set()
    while above[node] != len(above):
        node = above[node]
        found.add(kinds[node])
    return found


def test_trees_that_are_none_raise():
    good = array("i", [1]).tobytes(), array("q", [5]).tobytes(), array("i", [0])
    assert 5 == array("q", native.by_kind(*good, 1))[0]
    for wrong in (
        (array("i", [2]).tobytes(), *good[1:]),
        (array("i", [0]).tobytes(), *good[1:]),
        (good[0], b"", good[2]),
        (*good[:2], array("i", [1])),
        (*good[:2], array("i", [-1])),
    ):
        with pytest.raises(ValueError):
            native.by_kind(*wrong, 1)
        with pytest.raises(ValueError):
            native.below(*wrong, 1, 1, 0)


def test_a_chain_of_a_million_does_not_overflow_the_stack():
    nodes = 1_000_000
    count = array("i", [1]) * nodes
    count[-1] = 0
    edges = array("q", range(nodes)), count, array("i", range(1, nodes))
    sizes = array("q", [1]) * nodes
    retained = array("q", native.dominators(edges, sizes, [0])[1])
    assert (nodes, 1) == (retained[0], retained[-1])


@pytest.mark.parametrize(
    "edges",
    [
        (array("q", [0]), array("i", [1]), array("i", [1])),
        (array("q", [0]), array("i", [1]), array("i", [-1])),
        (array("q", [0]), array("i", [2]), array("i", [0])),
        (array("q", [-1]), array("i", [1]), array("i", [0])),
        (array("q", []), array("i", [1]), array("i", [0])),
        (array("i", [0]), array("i", [1]), array("i", [0])),
        (array("q", [0]), array("i", [1])),
        [],
        None,
    ],
)
def test_arrays_that_do_not_belong_together_raise(edges):
    refs = array("q", [1])
    for call in (
        lambda: native.reach(edges, [0]),
        lambda: native.turned(edges),
        lambda: native.subtract(edges, refs, {0: 1}, [], [], {}, set()),
        lambda: native.holders(edges, {0}, [0]),
        lambda: native.nearest(edges, None, [0]),
        lambda: native.paths(edges, [0], [0, 1]),
        lambda: native.dominators(edges, refs, [0]),
    ):
        with pytest.raises(ValueError):
            call()


def test_reference_counts_are_the_same():
    shared = object()
    # nothing that a Python never counts, as it does `None` from 3.12 on
    objects = [object(), [], [shared], shared, int("99999"), str(shared)]
    assert twin.counts(objects) == native.counts(objects)
    with pytest.raises(TypeError):
        native.counts(tuple(objects))


def test_numbers_that_are_no_nodes_raise():
    edges = array("q", [0]), array("i", [0]), array("i")
    refs = array("q", [1])
    for wrong in (1, -1, 1 << 70, "a"):
        with pytest.raises((ValueError, TypeError, OverflowError)):
            native.reach(edges, [wrong])
        with pytest.raises((ValueError, TypeError, OverflowError)):
            native.subtract(edges, refs, {wrong: 1}, [], [], {}, set())
        with pytest.raises((ValueError, TypeError, OverflowError)):
            native.holders(edges, {wrong}, [])
    with pytest.raises(ValueError):
        native.subtract(edges, array("q"), {0: 1}, [], [], {}, set())
    with pytest.raises(ValueError):
        native.subtract(edges, refs, {0: 1}, [(0, 1)], [], {}, set())


def said(**env: str) -> str:
    code = "import leakhunter.heap.core as c; print(c.about())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **env},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def test_the_environment_chooses_python():
    assert "Python (asked for by `LEAKHUNTER_CORE`)" == said(LEAKHUNTER_CORE="python")
    assert "C" == said(LEAKHUNTER_CORE="")


PARTS = ["reach", "paths", "weight", "mark", "positions", "dominators", "by_kind", "by_class", "weigh", "unlisted", "picked", "referring", "Nodes", "Heap"]  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("wrong", [lambda *_: [], lambda *_: 1 / 0])
def test_a_core_that_gives_a_wrong_answer_is_not_used(monkeypatch, part, wrong):
    monkeypatch.delenv("LEAKHUNTER_CORE", raising=False)
    assert native is core._load()[0]
    monkeypatch.setattr(native, part, wrong)
    assert (None, "the part in C gave a wrong answer") == core._load()
