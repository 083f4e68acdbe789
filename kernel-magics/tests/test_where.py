"""``%leakcheck trace where``: the calls that allocated what a variable holds."""

from __future__ import annotations

import tracemalloc

import pytest
from test_trace import MB, about, answer, hooks_as_before

np = pytest.importorskip("numpy", reason="no numpy here")

assert hooks_as_before


@pytest.fixture
def tracing(session):
    session("import numpy as np\nold = np.ones(100_000)")
    session("%leakcheck trace start")
    yield session
    if tracemalloc.is_tracing():
        session("%leakcheck trace stop")


def blocks(session, name):
    """Type, bytes, and the innermost line of a cell, of each block."""
    found = answer(session, f"trace where {name} --json")["origins"]
    return [
        (
            one["type"],
            one["bytes"],
            [f["where"] for f in one["frames"] if f["cell"]][-1:],
        )
        for one in found
    ]


def test_the_blocks_of_variables(tracing):
    tracing("def make(n):\n    return np.ones(n)\n")
    tracing("x = 1\narray = make(250_000)")
    tracing("view = array[:10]\nrows = [None] * 200_000\nraw = bytearray(3_000_000)")
    tracing("both = {'a': array, 'b': [rows]}")
    assert [("ndarray", about(2 * MB), ["cell 4, line 2"])] == blocks(tracing, "array")
    assert ["cell 4, line 2"] == blocks(tracing, "view")[0][2]
    assert [("list", about(1.6 * MB), ["cell 6, line 2"])] == blocks(tracing, "rows")
    assert [("bytearray", about(3 * MB), ["cell 6, line 3"])] == blocks(tracing, "raw")
    assert [["cell 4, line 2"], ["cell 6, line 2"]] == [
        b[2] for b in blocks(tracing, "both")
    ]
    text = tracing("%leakcheck trace where array")
    assert "cell 5, line 2: array = make(250_000)" in text
    assert "in numpy/_core/numeric.py" in text


def test_a_frame(tracing):
    pd = pytest.importorskip("pandas", reason="no pandas here")
    tracing.shell.user_ns["pd"] = pd
    tracing("frame = pd.DataFrame({'a': np.arange(200_000), 'b': 1.0})")
    found = blocks(tracing, "frame")
    assert 3.2 * MB <= sum(size for _, size, _ in found)
    assert {"cell 4, line 1"} == {line for _, _, lines in found for line in lines}


def test_what_was_there_before_is_said_to_be_so(tracing):
    assert "before the trace began" in tracing("%leakcheck trace where old")


def test_arrow_has_an_allocator_of_its_own(tracing):
    pa = pytest.importorskip("pyarrow", reason="no pyarrow here")
    tracing.shell.user_ns["pa"] = pa
    tracing("column = pa.nulls(500_000, pa.int64())")
    assert "not seen by Python" in tracing("%leakcheck trace where column").replace(
        "\n     ", " "
    )


def test_no_code_of_the_users_runs(tracing):
    tracing(
        "class Mine(list):\n"
        "    def _no(self, *a): ran.append(1)\n"
        "    __len__ = __iter__ = __eq__ = __hash__ = __getattr__ = __repr__ = __sizeof__ = _no\n"
        "ran = []\nmine = Mine([np.ones(50_000)])"
    )
    assert "ndarray" in tracing("%leakcheck trace where mine")
    assert [] == tracing.shell.user_ns["ran"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("where", "Say which variable"),
        ("where missing", "There is no variable 'missing'"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(tracing, line, told):
    assert told in tracing(f"%leakcheck trace {line}")


def test_without_a_trace_nothing_is_known(session):
    session("x = 1")
    assert "Nothing is traced" in session("%leakcheck trace where x")
