"""What clearing a frame frees when something else may hold part of it: said in a session, and true.

Tools that size objects are wrong in five of these seven, as they ask how big
the frame is, and not what goes when its name goes.
"""

from __future__ import annotations

import gc
import tracemalloc
from array import array
from typing import NamedTuple

import pytest
from heaps import traced

import leakhunter

pytest.importorskip("pandas", reason="no pandas here")

MB = 1_000_000
NEAR = 0.01 * MB


class Situation(NamedTuple):
    """Cells, the names to clear, what that frees, and who holds the rest."""

    cells: tuple[str, ...]
    clear: str
    frees: float
    held: str


FRAME = "df = pd.DataFrame({f'c{i}': np.arange(1_000_000.0) for i in range(5)})"
TEXTS = (
    "texts = [f'a text with the number {i:,}' for i in range(200_000)]\n"
    "df = pd.DataFrame({'t': pd.Series(texts, dtype=object)})"
)

SITUATIONS = {
    "alone": Situation((FRAME,), "df", 40 * MB, ""),
    "view": Situation((FRAME, "view = df.iloc[10:20]"), "df", 0, "view"),
    "copy_on_write": Situation(
        (FRAME, "other = df.copy(deep=False)"), "df", 0, "other"
    ),
    "shared_strings": Situation((TEXTS,), "df", 1.6 * MB, "texts"),
    "out_entry": Situation((FRAME, "df"), "df", 0, "Out[3]"),
    "in_a_list": Situation((FRAME, "kept = [1, df]"), "df", 0, "kept"),
    "in_a_cycle": Situation(
        (
            FRAME,
            "class Model: pass\nmodel = Model()\nmodel.frame, model.me = df, model",
        ),
        "df model",
        40 * MB,
        "",
    ),
}


@pytest.fixture
def among_many(session):
    """A session with many other objects."""
    session("import numpy as np, pandas as pd\nothers = [[i] for i in range(100_000)]")
    # the first frame fills caches of pandas
    session("first = pd.DataFrame({'x': np.ones(10), 't': 'text'})\nfirst\ndel first")
    return session


@pytest.fixture
def traces():
    """Counts what is made from now on, and does not collect among what is there."""
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.unfreeze()


def run(session, situation):
    session.shell.execution_count = 2
    for cell in situation.cells:
        session(cell)


@pytest.mark.parametrize("name", SITUATIONS)
def test_said(name, among_many):
    situation = SITUATIONS[name]
    run(among_many, situation)
    freed = leakhunter.frees(*situation.clear.split())
    assert freed.exact
    assert abs(freed.bytes - situation.frees) <= max(NEAR, 0.01 * situation.frees)
    assert situation.held in " ".join(freed.held)


def test_said_among_a_million(among_many):
    among_many("more = [[i] for i in range(1_000_000)]")
    among_many(FRAME)
    among_many(TEXTS.replace("df", "frame"))
    numbers, texts = leakhunter.frees("df"), leakhunter.frees("frame")
    assert numbers.exact
    assert texts.exact
    assert abs(numbers.bytes - 40 * MB) <= NEAR
    assert abs(texts.bytes - 1.6 * MB) <= 0.01 * 1.6 * MB
    assert "texts" in " ".join(texts.held)


@pytest.mark.parametrize("name", SITUATIONS)
def test_true(name, among_many, traces):
    situation = SITUATIONS[name]
    run(among_many, situation)
    counts = array("q", [0, 0])
    counts[0] = traced()
    for one in situation.clear.split():
        del among_many.shell.user_ns[one]
    counts[1] = traced()
    freed = counts[0] - counts[1]
    assert abs(freed - situation.frees) <= max(NEAR, 0.01 * situation.frees)


def test_a_copy_frees_after_its_original(among_many):
    """Each alone frees nothing, both together everything, and the second what is left."""
    among_many(FRAME)
    among_many("other = df.copy(deep=False)")
    both = leakhunter.frees("df", "other")
    assert [0, 0, 40] == [round(size / MB) for size in (*both.alone, both.bytes)]
    among_many("del df")
    assert 40 == round(leakhunter.frees("other").bytes / MB)
