"""Traces over the wire, in a real kernel: plan, one measured run, files; the session is as it was."""

from __future__ import annotations

import base64
import json
import time

import pytest

MB = 1_000_000
CELL = "\nkept.append(bytearray(5_000_000))\nmine = bytes(3_000_000)\nlen(mine)"
HOOKS = "[__import__('tracemalloc').is_tracing(), __import__('sys').gettrace() is None, __import__('sys').getprofile() is None]"
OFF = [False, True, True]


def wish(kernel, kind, request, **fields):
    reply = kernel.ask(kind, request=request, **fields)
    assert reply["success"], reply
    return reply["body"]


def planned(kernel, request="p1", **about):
    wish(kernel, "trace-plan", request, **about)
    return kernel.event("trace-planned", request)


def traced(kernel, name, **how):
    told = planned(kernel, cell=cell(name))
    wish(kernel, "trace", "t", trace=told["trace"], **how)
    kind = "lines-told" if how.get("measure") == "lines" else "traced"
    return kernel.event(kind, "t")


def refusal(kernel, kind, request, **fields):
    wish(kernel, kind, request, **fields)
    return kernel.event("refused")["message"]


def about(truth):
    """Within 2 %."""
    return pytest.approx(truth, rel=0.02)


@pytest.fixture
def ready(kernel):
    kernel.hello()
    kernel.run("kept = []")
    yield kernel
    assert OFF == kernel.value(HOOKS)


def cell(name):
    return {"cell_id": name, "execution_count": None}


def test_a_cell_is_traced_and_all_is_as_before(ready):
    ready.run(CELL, cell_id="c")
    plan = planned(ready, cell=cell("c"))["plan"]
    assert ("c", 2) == (plan["cell"]["cell_id"], plan["cell"]["execution_count"])
    assert (["mine"], ["kept"], []) == (
        plan["world"]["rebound"],
        plan["world"]["grown"],
        plan["world"]["changes"],
    )
    before = ready.value("[len(kept), id(mine), len(In), sorted(Out)]")
    trace = traced(ready, "c")["trace"]
    spots = trace["spots"]
    lines = {
        (spots[r["spot"]]["where"], spots[r["spot"]]["source"]): r["held"]
        for r in trace["lines"]
        if r["held"] > MB
    }
    assert {
        ("cell 2, line 2", "kept.append(bytearray(5_000_000))"): about(5 * MB),
        ("cell 2, line 3", "mine = bytes(3_000_000)"): about(3 * MB),
    } == lines
    assert "c" == spots[trace["lines"][0]["spot"]]["cell"]["cell_id"]
    assert "c" == trace["functions"][0]["cell"]["cell_id"]
    assert before == ready.value("[len(kept), id(mine), len(In), sorted(Out)]")
    assert 2 == len(ready.ask("runs", since_run=0)["body"]["runs"])


def test_the_lines_of_a_cell(ready):
    ready.run("def make(n):\n    gone = bytes(n)\n    return 1", cell_id="f")
    ready.run("x = bytes(4_000_000)\nmake(2_000_000)", cell_id="c")
    found = traced(ready, "c", measure="lines", functions=["make"])["profile"]
    own, other = found["sections"]
    assert ("c", "f") == (own["cell"]["cell_id"], other["cell"]["cell_id"])
    assert [about(4 * MB), about(2 * MB)] == [line["peak"] for line in own["lines"]]
    assert ["x = bytes(4_000_000)", "make(2_000_000)"] == [
        line["source"] for line in own["lines"]
    ]
    assert about(2 * MB) == max(line["peak"] or 0 for line in other["lines"])


def test_lines_are_those_of_the_cell_below_a_magic_of_ours(ready):
    ready.run("%%leakcheck trace\n\nx = bytes(4_000_000)", cell_id="c")
    trace = traced(ready, "c")["trace"]
    spot = trace["spots"][trace["lines"][0]["spot"]]
    assert ("cell 2, line 3", "c") == (spot["where"], spot["cell"]["cell_id"])


@pytest.mark.parametrize("measure", ["allocations", "lines"])
def test_a_cell_that_fails_shows_what_it_came_to(ready, measure):
    ready.run("x = bytes(4_000_000)\nassert kept == []", cell_id="c")
    ready.run("kept.append(1)")
    told = traced(ready, "c", measure=measure)
    found = told.get("trace") or told["profile"]
    assert ["The cell raised AssertionError: this is what it came to until then."] == [
        note for note in found["notes"] if "raised" in note
    ]
    assert not ready.value("hasattr(__import__('sys'), 'last_value')")


@pytest.mark.parametrize("measure", ["allocations", "lines"])
def test_an_interrupt_stops_it_and_keeps_what_was_measured(ready, measure):
    ready.run("import time\nx = bytes(4_000_000)\nif kept: time.sleep(60)", cell_id="c")
    ready.run("kept.append(1)")
    told = planned(ready, cell=cell("c"))
    wish(ready, "trace", "t", trace=told["trace"], measure=measure)
    time.sleep(1)
    assert "runs already" in refusal(ready, "trace", "u", trace=told["trace"])
    begun = time.monotonic()
    ready.manager.interrupt_kernel()
    kind = "lines-told" if measure == "lines" else "traced"
    answer = ready.event(kind, "t")
    found = answer.get("trace") or answer["profile"]
    assert time.monotonic() - begun < 30
    assert "Stopped: this is what it came to until then." in found["notes"]
    assert 1 == ready.value("len(kept)")
    ready.run("y = 1")


def test_where_a_finding_was_allocated(ready):
    ready.run("import numpy as np\nbig = np.ones(4_000_000)", cell_id="made")
    for number in range(4):
        ready.run(f"print({number})")
    wish(ready, "check", "k")
    report = ready.event("checked", "k")["report"]
    found = next(f for f in report["findings"] if f["names"] == ["big"])
    told = planned(ready, finding=found["id"])
    assert "made" == told["plan"]["cell"]["cell_id"]
    wish(ready, "trace", "t", trace=told["trace"])
    trace = ready.event("traced", "t")["trace"]
    assert about(32 * MB) == trace["lines"][0]["held"]


def test_a_trace_as_files(ready):
    ready.run(CELL, cell_id="c")
    told = traced(ready, "c")
    for name, end in [
        ("speedscope", ".speedscope.json"),
        ("folded", ".folded"),
        ("pprof", ".pb.gz"),
        ("csv", ".csv"),
    ]:
        wish(ready, "trace-export", name, trace=told["id"], format=name)
        file = ready.event("exported", name)
        assert end == file["end"]
        assert len(base64.b64decode(file["content"])) > 40
    wish(ready, "trace-export", "s", trace=told["id"], format="speedscope")
    text = base64.b64decode(ready.event("exported", "s")["content"])
    assert "leakhunter" == json.loads(text)["exporter"]
    assert "no longer kept" in refusal(
        ready, "trace-export", "x", trace="a99", format="csv"
    )


def test_changes_that_stay_need_an_agreement(ready):
    ready.run("open('rows.txt', 'a').write('x')", cell_id="w")
    told = planned(ready, cell=cell("w"))
    assert "Agree first" in refusal(ready, "trace", "t", trace=told["trace"])
    assert 1 == ready.value("len(open('rows.txt').read())")
    wish(ready, "trace", "u", trace=told["trace"], agreed=True)
    ready.event("traced", "u")
    assert 2 == ready.value("len(open('rows.txt').read())")


def test_a_plan_ends_with_the_next_cell(ready):
    ready.run(CELL, cell_id="c")
    told = planned(ready, cell=cell("c"))
    ready.run("y = 1")
    assert "cell has run since" in refusal(ready, "trace", "t", trace=told["trace"])


def test_it_waits_for_a_cell_and_can_be_taken_back(ready):
    ready.run(CELL, cell_id="c")
    told = planned(ready, cell=cell("c"))
    busy = ready.send("import time\ntime.sleep(1.5)")
    time.sleep(0.5)
    assert wish(ready, "trace-plan", "p2", cell=cell("c"))["waits"]
    wish(ready, "cancel", "p2")
    ready.wait(busy)
    wish(ready, "trace-plan", "p3", cell=cell("c"))
    assert told["trace"] != ready.event("trace-planned", "p3")["trace"]
    assert "p2" not in [e.get("request") for e in ready.events]


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("trace-plan", {"cell": {"cell_id": "no", "execution_count": None}}, "not run"),
        ("trace-plan", {"finding": "f99"}, "is gone"),
        ("trace", {"trace": "a99"}, "run since"),
    ],
)
def test_what_cannot_be_done_is_refused(ready, kind, fields, told):
    assert told in refusal(ready, kind, "r", **fields)


@pytest.mark.parametrize(
    "fields",
    [{"trace": 1}, {"trace": "a1", "measure": "all"}, {"trace": "a1", "functions": 1}],
)
def test_what_is_no_wish_is_rejected(ready, fields):
    assert not ready.ask("trace", request="r", **fields)["success"]


def test_a_users_own_trace_is_left_alone(ready):
    ready.run(CELL, cell_id="c")
    ready.run("import tracemalloc\ntracemalloc.start()")
    notes = traced(ready, "c")["trace"]["notes"]
    assert "tracemalloc was on already; it was left on." in notes
    assert ready.value("tracemalloc.is_tracing()")
    ready.run("tracemalloc.stop()")


def test_figures_and_output_are_not_shown(ready):
    pytest.importorskip("matplotlib", reason="no matplotlib here")
    ready.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
    source = "plt.plot([1, 2])\nplt.show()\nprint('text')\nimport sys; print('e', file=sys.stderr)"
    ready.run(source, cell_id="c")
    ready.messages.clear()
    traced(ready, "c")
    kinds = {m["msg_type"] for m in ready.messages}
    assert not kinds & {"stream", "display_data", "execute_result", "error"}
    assert [] == ready.value("plt.get_fignums()")
