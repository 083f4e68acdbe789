"""Containers that grow with each run of a cell, or where nobody names them."""

from __future__ import annotations

import pytest
from conftest import Found

pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000


@pytest.fixture
def found(session):
    return Found(session, "accumulator", "import numpy as np, collections")


APPEND = "out = np.random.rand(500_000)\nresults.append(out)"


@pytest.mark.parametrize("made", ["[]", "collections.deque()"])
def test_a_list_that_grows_with_each_run_of_a_cell(found, made):
    [finding] = found(f"results = {made}", *[APPEND] * 4)
    assert (["results"], "suspect", "check", "Growing", "clear") == (
        finding.names,
        finding.verdict,
        finding.group,
        finding.label,
        finding.remedy.action,
    )
    assert "grew in 4 runs of the same cell: 4 items" in finding.reason
    assert 12 * MB <= finding.frees < 12.1 * MB
    found.session("%leakcheck clear results --yes")
    assert [] == found()
    names = found.session.shell.user_ns
    assert (0, 500_000) == (len(names["results"]), len(names["out"]))


def test_runs_of_one_cell_that_was_edited_meanwhile(found):
    found("results = []")
    for number in range(3):
        found.session(f"results.append(np.full(500_000, {number}))", cell_id="c1")
    [finding] = found()
    assert "3 runs of the same cell" in finding.reason


def test_a_dictionary_and_a_set_of_keys(found):
    source = "k = len(store)\nstore[k] = np.ones(500_000)"
    [finding] = found("store = {}", *[source] * 3)
    assert ["store"] == finding.names


@pytest.mark.parametrize(
    "cells",
    [
        ["results = []", "for k in range(9):\n    results.append(np.ones(500_000))"],
        ["results = []\nfor k in range(9):\n    results.append(np.ones(500_000))"] * 4,
        [
            "results = {}",
            "results['a'] = np.ones(500_000)",
            "results['b'] = np.ones(500_000)",
            "results['c'] = np.ones(500_000)",
            "print(len(results))",
        ],
        ["results = []", *["results.append(np.ones(500_000))"] * 2, "print(len(results))"],
        ["results = []", *["results.append(1)"] * 9],
        ["seen = collections.deque(maxlen=2)", *["seen.append(np.ones(500_000))"] * 5, "print(len(seen))"],
    ],
    ids=["a loop", "made anew", "other cells", "twice and read", "small", "bounded"],
)  # fmt: skip
def test_a_container_that_is_filled_on_purpose(found, cells):
    assert [] == found(*cells)


STORE = "store = {}\ndef load(k):\n    if k not in store:\n        store[k] = np.ones(500_000)\n    return store[k]"


def test_a_container_that_a_function_fills(found):
    [finding] = found(STORE, "means = [load(k).mean() for k in range(3)]")
    assert (["store"], "Held") == (finding.names, finding.label)
    assert "which does not name it" in finding.reason
    found.session("%leakcheck clear store --yes")
    assert [] == found()
    assert {} == found.session.shell.user_ns["store"]


def test_once_a_cell_names_it_the_user_knows(found):
    assert [] == found(
        STORE, "means = [load(k).mean() for k in range(3)]", "print(len(store))"
    )


def test_an_object_that_comes_back_in_its_finalizer(found):
    [finding] = found(
        "import gc\ngraveyard = []\nclass Conn:\n    def __init__(self):\n        self.buf = np.ones(500_000)\n"
        "    def __del__(self):\n        graveyard.append(self)",
        "c = Conn()\ndel c\nn = gc.collect()",
    )
    assert ["graveyard"] == finding.names
    found.session("%leakcheck clear graveyard --yes")
    assert [] == found()


def test_a_list_inside_an_object_by_the_birth_of_what_is_in_it(found):
    found(
        "class Trainer:\n    def __init__(self):\n        self.kept = []\ntrainer = Trainer()"
    )
    for _ in range(4):
        found("trainer.kept.append(np.random.rand(500_000))")
    [finding] = found()
    assert (["trainer.kept"], "Growing") == (finding.names, finding.label)
    found.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == found()
    assert [] == found.session.shell.user_ns["trainer"].kept


def test_the_attributes_of_an_object_are_never_emptied(found):
    found("class Box:\n    pass\nbox = Box()\nvars(box)")
    for k in range(4):
        found(f"setattr(box, 'part{k}', np.random.rand(500_000))")
    assert [] == found()
    assert 4 == len(vars(found.session.shell.user_ns["box"]))


def test_what_grew_behind_one_item_is_not_the_container_s(found):
    """An object of a library keeps its values in a dictionary, and one of them leads to all the others."""
    more = (
        "fresh = Plot()\n"
        "fresh.values = {'x': np.ones(500_000), 'y': np.ones(500_000), 'before': plot}\n"
        "plot = fresh\ndel fresh"
    )
    found("class Plot: pass\nplot = None")
    for _ in range(4):
        assert [] == found(more)
