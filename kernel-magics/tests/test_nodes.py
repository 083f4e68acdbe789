"""Pictures taken by the native core, held to those that Python takes of the same objects."""

from __future__ import annotations

import gc
import sys
import warnings

import pytest
from heaps import boundary, churning, picture, session_of, user_names
from test_promise_random import Program, Sessions

from leakhunter.heap import core
from leakhunter.heap.slots import Slot
from leakhunter.heap.walk.capture import Capture

native = pytest.importorskip("leakhunter._native")

PROGRAMS = 250

PARTS = (
    "sizes", "kinds", "modules", "slots", "shapes", "unseen", "complete",
    "visited", "pins", "native", "estimated", "places", "frames", "reads", "exceptions",
)  # fmt: skip

WORLD = {"str", "int", "type", "NoneType", "bool", "ellipsis", "module"}
"""What everything refers to, the pictures themselves too."""


@pytest.fixture
def both():
    """Takes a picture with each core, in the same state of the process."""
    was = core.NATIVE

    def take(names, budget=10_000_000):
        found = []
        # the first makes dictionaries of attributes that an adapter asks for
        for core.NATIVE in (None, None, native):
            found.append(picture(names, budget))
        return found[1:]

    yield take
    core.NATIVE = was


def differences(python, c):
    """What is not the same, by node."""
    told = [
        f"{part}: {getattr(python, part)} / {getattr(c, part)}"[:2000]
        for part in PARTS
        if getattr(python, part) != getattr(c, part)
    ]
    told += [
        f"{kind}: {was} / {now} references"
        for kind, was, now in zip(python.kinds, python.refs, c.refs, strict=False)
        if was != now and kind not in WORLD
    ]
    told += [] if python.ids[1:] == c.ids[1:] else ["ids"]  # the first is our mark
    for node in range(min(len(python.sizes), len(c.sizes))):
        if python.sizes[node] != c.sizes[node]:
            told.append(f"{python.kinds[node]}: {python.sizes[node]} / {c.sizes[node]}")
        if python.edges[node] != c.edges[node]:
            told.append(f"{python.kinds[node]}: {python.edges[node]} {c.edges[node]}")
    return told


def test_pictures_of_random_sessions_are_the_same(both):
    sessions = Sessions()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(PROGRAMS):
            program = Program(seed, sessions.libraries)
            names = {"__name__": "__main__"}
            exec(sessions._code, names)
            program.run(names)
            gc.collect()
            assert [] == differences(*both(names)), program


CELLS = {
    "many": "class A: pass\ndef make(i):\n    a = A(); a.x = i; a.y = [i, str(i)]; return a\n"
    "x = [make(i * 1000) for i in range(3000)]",
    "shared texts": "x = [{'n': i * 999, 'next': [i]} for i in range(2000)]",
    "one atom": "x = [['same'] * n for n in (1, 2, 249, 250, 251, 499, 500, 501, 600, 5000)]",
    "common ones among others": "t, u = 'ab' * 9, str(5 ** 9)\nx = [[t, u, [i], str(i)] * 20 + [t] * n for i, n in enumerate((3, 120, 240, 300))]\n"
    "y = [t] * 100 + [u] * 240 + [i * 1000 for i in range(200)] * 2",
    "long texts": "t = 'é' * 300\nx = [[t] * n for n in (2, 200, 260, 300, 499, 500, 510, 7000)]",
    "wide": "x = [[] for _ in range(2000)]\ny = {i: (i,) for i in range(600)}\nz = set(map(str, range(900)))",
    "attributes asked for": "class A: pass\nx = []\nfor i in range(50):\n    a = A(); a.b = i; a.__dict__; x.append(a)",
    "a dictionary in the only attribute": "class A: pass\nx = []\nfor i in range(50):\n    a = A(); a.b = {'k': [i]}; x.append(a)",
    "slots": "class A:\n    __slots__ = ('a', 'b')\nx = [A() for _ in range(40)]\nfor a in x: a.a = x",
    "mixed keys": "x = {1: 'a', 'b': [2], (3,): {}}\ny = {f'k{i}': [i] for i in range(100)}",
    "numbers": "x = [0, 1, -5, 1 << 29, 1 << 30, 1 << 31, 1 << 60, -(1 << 200), 1.5, 2j, True, None, ..., range(9)]",
    "texts": "x = ['', 'a', 'é', 'ł', '🙂', b'', b'abc', 'a' * 999]",
    "itself": "x = []\nx.append(x)\nd = {}\nd['d'] = d",
    "far down": "x = [[[[k + 1000] for k in range(9)] for j in range(9)] for i in range(99)]",
    "under many names": "for i in range(9): globals()[f'v{i}'] = [[j + 1000] for j in range(600)]",
    "bytes that are shared": "b = bytes(5000)\nx = [b, [b], {'b': b}]",
}  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("budget", [10_000_000, 700, 3])
def test_pictures_are_the_same(cell, budget, both):
    assert [] == differences(*both(session_of(CELLS[cell]), budget))


def test_atoms_are_as_big_as_the_system_says():
    for atom in session_of(CELLS["numbers"] + "\ny = " + CELLS["texts"][4:])["y"]:
        assert sys.getsizeof(atom) == native.atom_size(atom)
    for bits in range(0, 2000, 7):
        for number in (1 << bits, (1 << bits) - 1, -(1 << bits)):
            assert sys.getsizeof(number) == native.atom_size(number)


def test_a_picture_keeps_nothing(both):
    names = session_of("class A: pass\nx = [A() for _ in range(100)]")
    counts = [sys.getrefcount(a) for a in names["x"]]
    both(names)
    assert counts == [sys.getrefcount(a) for a in names["x"]]


def test_objects_that_change_during_a_walk_do_no_harm(monkeypatch):
    monkeypatch.setattr(core, "NATIVE", native)
    with churning(3, interval=1e-5) as names:
        for budget in [*range(1, 60), 1000, 5000, *[10_000_000] * 20]:
            capture = Capture(boundary(names), budget)
            roots = [(Slot("name", n), v) for n, v in user_names(dict(names))]
            steps = capture.run(iter(roots))
            roots.clear()
            for at, _ in enumerate(steps):
                if at == budget % 7:
                    steps.close()
                    break
            nodes = len(capture.graph.sizes)
            assert nodes == len(capture.graph.edges) == len(capture.graph.kinds)


def test_wrong_use_raises():
    graph = picture(session_of("x = 1"))
    make = (
        [], graph.kinds, graph.modules, graph.sizes, graph.edges.arrays,
        set(), [], frozenset(), 30, 3, 100,
    )  # fmt: skip
    nodes = native.Nodes(*make)
    with pytest.raises(ValueError):
        nodes.add([])  # the lists are not equally long
    with pytest.raises(TypeError):
        native.Nodes()
    with pytest.raises(TypeError):
        native.Nodes(*make[:6], [1], *make[7:])
    with pytest.raises(TypeError):
        _ = "a" in nodes
    with pytest.raises(KeyError):
        nodes[1]
