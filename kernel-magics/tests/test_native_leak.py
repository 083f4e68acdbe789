"""``native-leak``: growth with each run that nothing in Python holds; and all that is none."""

from __future__ import annotations

import dataclasses

import pytest

from leakhunter.detect import allocator_retention, native_leak
from leakhunter.detect.case import Grouped
from leakhunter.heap.trial import Trial
from leakhunter.model import CellRun

MB = 1_000_000


def run(number, grew, held=0, error=None):
    return CellRun(
        run=number, cell_id=None, execution_count=number, source_line="step()",
        started=0.0, seconds=1.0, rss_before=0, rss_after=grew * MB, anon_before=0,
        anon_after=grew * MB, peak=None, peak_exact=True, bound=[], rebound=[],
        deleted=[], read=[], error=error, held=held * MB,
    )  # fmt: skip


@pytest.fixture
def case_of(session):
    """A case with these runs of one source, and so much that nothing explains."""
    case = session.hunter.check().case

    def make(runs, unexplained):
        facts = dataclasses.replace(case.facts, unexplained=unexplained * MB)
        return dataclasses.replace(
            case, runs=runs, sources={r.run: "step()" for r in runs}, facts=facts
        )

    return make


def sizes(case):
    return [c.bytes // MB for c in native_leak.candidates(case)]


def test_steady_growth_that_nothing_explains(case_of):
    runs = [run(1, 60), run(2, 10), run(3, 11), run(4, 9), run(5, 10)]
    assert [40] == sizes(case_of(runs, 45))
    assert [30] == sizes(case_of(runs, 30))


@pytest.mark.parametrize(
    ("runs", "unexplained"),
    [
        ([run(1, 60), run(2, 10), run(3, 10)], 80),
        ([run(1, 60), run(2, 0), run(3, 0), run(4, 0)], 30),
        ([run(1, 60, error="ValueError"), run(2, 0)], 60),
        ([run(1, 120), run(2, 0)], 60),
        ([run(1, 60), run(2, 30), run(3, 0), run(4, 0), run(5, 0)], 80),
        ([run(1, 10, 10), *(run(n, 10, 10) for n in range(2, 7))], 60),
        ([run(n, 10) for n in range(1, 7)], 3),
        ([run(n, 10) for n in range(1, 7)], 12),
        ([run(n, 10, error="ValueError") for n in range(1, 7)], 60),
    ],
    ids=["too few", "warm-up only", "failed once", "half explained", "one step", "held", "explained", "mostly explained", "failed"],
)  # fmt: skip
def test_what_is_none(case_of, runs, unexplained):
    assert [] == sizes(case_of(runs, unexplained))


def test_one_run_that_took_what_is_missing(case_of):
    case = case_of([run(1, 60), run(2, 0), run(3, 0)], 58)
    (candidate,) = native_leak.candidates(case)
    told = native_leak.tell(case, Grouped((candidate,), Trial(bytes=candidate.bytes)))
    assert ("suspect", "advice", 58) == (
        told.verdict,
        "clear" if told.exact_remedy else "advice",
        candidate.bytes // MB,
    )
    assert "[1] took 55.3" == told.reason[:13]


def test_what_was_not_looked_at_may_be_missing(case_of):
    case = case_of([run(1, 60), run(2, 0)], 60)
    assert [60] == sizes(case)
    case.graph.complete = False
    assert [] == sizes(case)


JITTED = "@numba.njit\ndef f(x):\n    return x + 1"
LOOP = "for i in range(40):\n    " + JITTED.replace("\n", "\n    ")


@pytest.mark.parametrize(
    ("source", "runs", "versions", "found"),
    [
        (LOOP, [run(1, 43)], {"numba": "0.68"}, [43]),
        (JITTED, [run(1, 43)], {"numba": "0.68"}, []),
        (JITTED, [run(1, 43), run(2, 9), run(3, 9)], {"numba": "0.68"}, [18]),
        (LOOP, [run(1, 43, held=40)], {"numba": "0.68"}, []),
        (LOOP, [run(1, 43)], {}, []),
        ("for i in range(3):\n    f(i)  # jit", [run(1, 43)], {"numba": "0.68"}, []),
    ],
    ids=["in a loop", "once", "again", "held", "without numba", "called in a loop"],
)
def test_code_that_is_compiled_again(case_of, source, runs, versions, found):
    case = case_of(runs, 0)
    facts = dataclasses.replace(case.facts, versions=versions)
    sources = {r.run: source for r in runs}
    case = dataclasses.replace(case, facts=facts, sources=sources)
    assert found == sizes(case)
    for candidate in native_leak.candidates(case):
        group = Grouped((candidate,), Trial(bytes=candidate.bytes))
        told = native_leak.tell(case, group)
        assert ("leak", False) == (told.verdict, told.exact_remedy)
        assert "compile the same function again" in told.reason


def test_a_cell_that_imports_may_take_much(case_of):
    case = case_of([run(1, 60), run(2, 0)], 60)
    case = dataclasses.replace(case, sources={1: "import torch", 2: "x"})
    assert [] == sizes(case)


@pytest.mark.parametrize(
    ("version", "kept", "found"),
    [("21.0.0", 400, [400]), ("22.0.0", 400, []), ("21.0.0", 5, []), (None, 400, [])],
    ids=["affected", "not affected", "little", "not imported"],
)
def test_a_pool_that_leaks_in_this_version(case_of, version, kept, found):
    case = case_of([run(1, 60), run(2, 400)], 0)
    versions = {} if version is None else {"pyarrow": version}
    facts = dataclasses.replace(
        case.facts, versions=versions, kept={"Arrow": kept * MB, "malloc": 90 * MB}
    )
    case = dataclasses.replace(case, facts=facts)
    assert found == sizes(case)
    retained = [c.bytes // MB for c in allocator_retention.candidates(case)]
    assert [90 if found else 90 + kept] == retained
    for candidate in native_leak.candidates(case):
        group = Grouped((candidate,), Trial(bytes=candidate.bytes))
        told = native_leak.tell(case, group)
        assert ("leak", "[2]") == (told.verdict, told.facts[0].split()[4].strip(","))
        assert "apache/arrow" in told.facts[-1]


def test_memory_of_c_that_a_cell_takes_again_and_again(session):
    session(
        "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.malloc.restype = ctypes.c_void_p"
    )
    for _ in range(5):
        session(
            "p = libc.malloc(40_000_000); r = ctypes.memset(ctypes.c_void_p(p), 1, 40_000_000); del p, r"
        )
    found = [f for f in session.findings() if f.kind == "native-leak"]
    assert [("leak", "Suspect", "check", "advice")] == [
        (f.verdict, f.label, f.group, f.remedy.action) for f in found
    ]
    assert 100 * MB <= found[0].bytes <= 165 * MB
    assert found[0].cell.execution_count == 7


def test_a_cell_that_is_run_again_and_replaces_its_result(session):
    for _ in range(6):
        session("data = bytearray(20_000_000)\ndata[:] = b'x' * 20_000_000")
    assert [] == [f for f in session.findings() if f.kind == "native-leak"]
