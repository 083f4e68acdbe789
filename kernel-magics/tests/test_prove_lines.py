"""The lines of a proven leak: found by two more runs, and tracing is off however they end."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from IPython.utils.capture import capture_output

from leakhunter.model import CellRef
from leakhunter.prove.prover import stopped

MB = 1_000_000
CELL = """
held.append(bytearray(1_000_000))
passing = bytearray(2_000_000)
once.setdefault('table', bytearray(3_000_000))
"""


@pytest.fixture(autouse=True)
def hooks_as_before():
    yield
    assert not tracemalloc.is_tracing()


@pytest.fixture
def leaky(session):
    session("held, once, count = [], {}, [0]")
    session(CELL)
    return session


def proving(session, source, batches=None):
    """A test of a cell, to be stepped through, and its plan."""
    prover = session.hunter.prover
    plan = prover.plan(source, CellRef(cell_id=None, execution_count=3), 60)
    return prover.proving(source, plan, whole=source), plan


def finished(steps):
    """The proof, after all steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def fails(run, error):
    """A leak that ends badly in a run, the first counted from 1."""
    return f"held.append(bytearray(1_000_000))\ncount[0] += 1\nif count[0] == {run}: raise {error}"


def test_exactly_the_line_that_leaves_it(leaky):
    proof = finished(proving(leaky, CELL)[0])
    assert "leak" == proof.verdict
    (line,) = [one for one in proof.lines if one.bytes > MB / 2]
    assert ("cell 3, line 2", "held.append(bytearray(1_000_000))") == (
        line.where,
        line.source,
    )
    assert pytest.approx(MB, rel=0.02) == line.bytes
    assert 32 == proof.runs
    assert 1 == len(leaky.shell.user_ns["held"])


def test_a_clean_cell_is_not_traced(session):
    session("x = 1")
    proof = finished(proving(session, "x = 1")[0])
    assert ("clean", [], "") == (proof.verdict, proof.lines, proof.lines_note)


@pytest.mark.parametrize("run", [33, 34])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("KeyError('x')", "a traced run raised KeyError"),
        ("KeyboardInterrupt", "Stopped before"),
        ("SystemExit", "a traced run raised SystemExit"),
    ],
)
def test_a_run_that_ends_badly_leaves_the_verdict(leaky, run, error, told):
    proof = finished(proving(leaky, fails(run, error))[0])
    assert ("leak", "finished", []) == (proof.verdict, proof.ended, proof.lines)
    assert told in proof.lines_note
    assert 1 == len(leaky.shell.user_ns["held"])


@pytest.mark.parametrize("run", [1, 2])
def test_stopped_before_a_traced_run(leaky, run):
    steps, plan = proving(leaky, CELL)
    while (step := next(steps)).batch <= len(plan.batches) or step.run < run:
        pass
    assert (run == 2) == tracemalloc.is_tracing()
    proof = stopped(steps)
    assert "leak" == proof.verdict
    assert "Stopped before" in proof.lines_note
    assert 1 == len(leaky.shell.user_ns["held"])


@pytest.mark.parametrize("run", [1, 2])
def test_left_before_a_traced_run(leaky, run):
    steps, plan = proving(leaky, CELL)
    while (step := next(steps)).batch <= len(plan.batches) or step.run < run:
        pass
    steps.close()
    assert not tracemalloc.is_tracing()
    assert 1 == len(leaky.shell.user_ns["held"])


def test_without_memory_there_are_no_lines(leaky):
    steps, plan = proving(leaky, CELL)
    used = leaky.hunter.limits.read
    while (step := next(steps)).batch <= len(plan.batches):
        pass
    leaky.hunter.limits.read = lambda rss: used(rss)._replace(used=plan.stop_bytes)
    proof = finished(steps)
    assert step.run == 1
    assert ("leak", []) == (proof.verdict, proof.lines)
    assert "no memory left" in proof.lines_note


def test_a_trace_of_the_users_stays_on(leaky):
    tracemalloc.start()
    try:
        assert finished(proving(leaky, CELL)[0]).lines
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()


def test_as_text_and_json(leaky):
    text = leaky("%leakcheck prove [3] --yes")
    assert "Lines that leave it, in each run:" in text
    assert "cell 3, line 2: held.append(bytearray(1_000_000))" in text
    assert max(map(len, text.splitlines())) <= 79
    with capture_output() as out:
        leaky.shell.run_cell("%leakcheck prove [3] --yes --json", silent=True)
    proof = json.loads(out.stdout.splitlines()[-1])
    assert "cell 3, line 2" == proof["lines"][0]["where"]
    assert "Lines that leave it" not in leaky("%leakcheck prove [3] --yes --no-lines")


def test_the_cell_below_the_magic(session):
    session("held = []")
    text = session("%%leakcheck repeat\n\nheld.append(bytearray(1_000_000))")
    assert "cell 3, line 3: held.append(bytearray(1_000_000))" in text
    assert "Test r1 of [3]" in text
