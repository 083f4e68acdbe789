"""Generators, coroutines and frames that keep the locals of their function."""

from __future__ import annotations

import pytest
from conftest import Found

pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000

PRELUDE = """
import numpy as np, sys, types

def steps(rows, n):
    scratch = np.ones(n)
    for row in rows:
        yield row

async def waits(n):
    held = np.ones(n)
    await pause()

@types.coroutine
def pause():
    yield

async def each(n):
    thing = np.ones(n)
    yield 1

class Loader:
    pass
"""


@pytest.fixture
def found(session):
    return Found(session, "suspended-frame", PRELUDE)


def test_a_generator_that_stopped_half_way(found):
    [finding] = found("gen = steps(range(9), 2_000_000)\nfirst = next(gen)")
    assert (["gen"], "suspect", "check", "Held", "clear") == (
        finding.names,
        finding.verdict,
        finding.group,
        finding.label,
        finding.remedy.action,
    )
    assert ["gen", "steps", "scratch"] == finding.path
    assert 16 * MB <= finding.frees < 16.1 * MB
    assert "gen.close()" == finding.fix
    found.session("%leakcheck clear gen --yes")
    assert [] == found()
    names = found.session.shell.user_ns
    assert (0, None) == (names["first"], names["gen"].gi_frame)


def test_what_a_variable_holds_too_is_not_the_generators(found):
    assert [] == found(
        "data = np.ones(2_000_000)\ngen = steps(data, 10)\nnext(gen)", "print(data[0])"
    )


def test_a_generator_that_was_used_up_holds_nothing(found):
    assert [] == found("gen = steps(range(3), 2_000_000)\nlast = list(gen)")


def test_generators_in_a_list_and_in_an_attribute(found):
    source = (
        "gens = [steps(range(9), 1_000_000) for _ in range(3)]\n"
        "firsts = [next(g) for g in gens]\n"
        "loader = Loader()\nloader.gen = steps(range(9), 1_000_000)\nnext(loader.gen)\nNone"
    )
    several, one = found(source)
    assert (["gens"], ["loader"]) == (several.names, one.names)
    assert "3 generators" in several.reason
    assert "loader.gen.close()" == one.fix
    found.session("%leakcheck clear gens loader --yes")
    assert [] == found()


def test_a_generator_inside_another_goes_with_it(found):
    [finding] = found(
        "def outer(n):\n    own = np.ones(n)\n    yield from steps(range(9), n)\n"
        "gen = outer(1_000_000)\nnext(gen)\nNone"
    )
    assert ["gen", "outer", "own"] == finding.path[:3]
    assert 16 * MB <= finding.frees < 16.1 * MB


def test_the_rest_of_a_generator_expression(found):
    [finding] = found(
        "rest = (row * 2 for row in [np.ones(1_000_000)] * 2)\nnext(rest)\nNone"
    )
    assert ["rest"] == finding.names


def test_a_coroutine_that_nobody_awaits_to_its_end(found):
    [finding] = found("co = waits(1_000_000)\nco.send(None)")
    assert (["co"], "co.close()") == (finding.names, finding.fix)
    found.session("%leakcheck clear co --yes")
    assert [] == found()


def test_an_async_generator_cannot_be_closed_from_here(found):
    [finding] = found(
        "agen = each(1_000_000)\n"
        "try:\n    agen.asend(None).send(None)\nexcept StopIteration:\n    pass"
    )
    assert ("advice", "await agen.aclose()") == (finding.remedy.action, finding.fix)


def test_a_frame_that_somebody_kept(found):
    [finding] = found(
        "kept = []\ndef work():\n    big = np.ones(2_000_000)\n    kept.append(sys._getframe())",
        "work()",
    )
    assert (["kept"], "clear") == (finding.names, finding.remedy.action)
    assert "big" in finding.path
    found.session("%leakcheck clear kept --yes")
    assert [] == found()
    [frame] = found.session.shell.user_ns["kept"]
    assert "work" == frame.f_code.co_name


def test_a_frame_keeps_the_frames_that_called_it(found):
    [finding] = found(
        "def outer():\n    mine = np.ones(1_000_000)\n    inner()\n"
        "def inner():\n    also = np.ones(1_000_000)\n    kept['now'] = sys._getframe()\n    locals()\n"
        "kept = {}\nouter()"
    )
    assert {"outer", "inner", "mine", "also"} <= set(finding.path)
    found.session(f"%leakcheck clear {finding.id} --yes")
    left = sum(f.frees for f in found())
    assert left in (0, finding.frees // 2)


def test_looking_keeps_nothing_and_closing_runs_finally(found):
    found(
        "log = []\ndef guarded(n):\n    held = np.ones(n)\n    try:\n        yield 1\n"
        "    finally:\n        log.append('closed')\n"
        "gen = guarded(1_000_000)\nnext(gen)\nNone"
    )
    assert [] == found.session.shell.user_ns["log"]
    found.session("%leakcheck clear gen --yes")
    assert ["closed"] == found.session.shell.user_ns["log"]
    assert [] == found()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_generator_that_refuses_to_end_is_left_alone(found):
    found(
        "def stubborn(n):\n    held = np.ones(n)\n    while True:\n        try:\n            yield 1\n"
        "        except GeneratorExit:\n            pass\n"
        "gen = stubborn(1_000_000)\nnext(gen)\nNone"
    )
    shown = found.session("%leakcheck clear gen --yes")
    assert "Traceback" not in shown
    assert ["gen"] == [f.names[0] for f in found()]
    found.session("gen = None")


def test_a_frame_that_a_closed_generator_left_can_be_looked_at(found):
    found("gen = steps(range(9), 1_000_000)\nnext(gen)\nframe = gen.gi_frame\nNone")
    # up to Python 3.12 the frame keeps its locals, later it has let go of them
    left = found("gen.close()")
    assert [["frame"]] * len(left) == [f.names for f in left]
