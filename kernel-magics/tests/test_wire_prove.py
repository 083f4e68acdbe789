"""Growth tests over the wire, in a real kernel: plan, progress, verdict, stop, and the user's own cells in between."""

from __future__ import annotations

import time

import pytest

LEAK = "kept.append(object())\nn = len(kept)"
SLOW = "import time\ntime.sleep(0.3)\nkept.append(object())"


def wish(kernel, kind, request, **fields):
    reply = kernel.ask(kind, request=request, **fields)
    assert reply["success"], reply
    return reply["body"]


def planned(kernel, request="p1", **about):
    wish(kernel, "prove-plan", request, **about)
    return kernel.event("planned", request)


def refusal(kernel, kind, request, **fields):
    wish(kernel, kind, request, **fields)
    return kernel.event("refused")["message"]


@pytest.fixture
def ready(kernel):
    kernel.hello()
    kernel.run("kept = []")
    return kernel


def cell(name):
    return {"cell_id": name, "execution_count": None}


def test_a_leaking_cell(ready):
    ready.run(LEAK, cell_id="leak")
    told = planned(ready, cell=cell("leak"))
    plan = told["plan"]
    assert (32, [2, 4, 8, 16], 2) == (plan["runs"], plan["batches"], plan["warm_up"])
    assert (["n"], ["kept"], []) == (
        plan["world"]["rebound"],
        plan["world"]["grown"],
        plan["world"]["changes"],
    )
    assert plan["memory"] < plan["stop_bytes"]
    wish(ready, "prove", "t", test=told["test"])
    proof = ready.event("proved", "t")["proof"]
    assert ("leak", "finished", 32) == (proof["verdict"], proof["ended"], proof["runs"])
    assert "kept" == proof["growths"][0]["name"]
    steps = [e for e in ready.events if e["kind"] == "proving"]
    assert [(0, 2), (1, 2), (2, 4), (3, 8), (4, 16), (5, 2)] == list(
        dict.fromkeys((s["batch"], s["of"]) for s in steps)
    )
    assert "kept" == steps[-1]["strongest"]["name"]
    assert [1, 1] == ready.value("[len(kept), n]")
    assert 2 == len(ready.ask("runs", since_run=0)["body"]["runs"])
    ready.run("m = n", cell_id="after")
    assert 3 == ready.value("len(In) - 1")


def test_the_lines_of_a_leak(ready):
    ready.run("def make():\n    return bytearray(1_000_000)", cell_id="make")
    ready.run("x = 1\nkept.append(make())", cell_id="leak")
    told = planned(ready, cell=cell("leak"))
    wish(ready, "prove", "t", test=told["test"])
    proof = ready.event("proved", "t")["proof"]
    line = proof["lines"][0]
    assert ("cell 2, line 2", "make") == (line["where"], line["cell"]["cell_id"])
    assert pytest.approx(1_000_000, rel=0.02) == line["bytes"]
    assert "2 more runs with tracemalloc" in proof["lines_note"]
    wish(ready, "prove-plan", "p2", cell=cell("leak"))
    wish(ready, "prove", "u", test=ready.event("planned", "p2")["test"], lines=False)
    proof = ready.event("proved", "u")["proof"]
    assert ("leak", [], "") == (proof["verdict"], proof["lines"], proof["lines_note"])
    assert [False, 1] == ready.value(
        "[__import__('tracemalloc').is_tracing(), len(kept)]"
    )


def test_a_clean_cell(ready):
    ready.run("x = [object() for _ in range(10)]", cell_id="clean")
    told = planned(ready, cell=cell("clean"))
    wish(ready, "prove", "t", test=told["test"])
    proof = ready.event("proved", "t")["proof"]
    assert ("clean", []) == (proof["verdict"], proof["growths"])
    # what a kernel does of its own may move a count, and ask for more runs
    assert proof["ended"] in {"settled", "finished"}


def test_stop_keeps_what_was_measured(ready):
    ready.run(SLOW, cell_id="slow")
    told = planned(ready, cell=cell("slow"))
    wish(ready, "prove", "t", test=told["test"])
    while ready.event("proving", "t")["batch"] < 3:
        pass
    wish(ready, "cancel", "t")
    proof = ready.event("proved", "t")["proof"]
    assert "stopped" == proof["ended"]
    assert ("leak", [2, 4]) == (proof["verdict"], proof["batches"]) or (
        "suspect" == proof["verdict"]
    )
    assert 1 == ready.value("len(kept)")


def test_a_cell_that_comes_in_between_ends_it(ready):
    ready.run(SLOW, cell_id="slow")
    told = planned(ready, cell=cell("slow"))
    wish(ready, "prove", "t", test=told["test"])
    ready.event("proving", "t")
    assert "1" == ready.run("mine = 7; print(len(kept))").strip()
    proof = ready.event("proved", "t")["proof"]
    assert ("cannot-tell", "stopped") == (proof["verdict"], proof["ended"])
    assert [7, 1] == ready.value("[mine, len(kept)]")
    assert "4" == ready.run("print(len(In) - 1)").strip()
    assert "cell has run since" in refusal(ready, "prove", "u", test=told["test"])


def test_an_interrupt_stops_a_run(ready):
    ready.run(
        "import time\nif len(kept) > 1: time.sleep(60)\nkept.append(1)", cell_id="c"
    )
    told = planned(ready, cell=cell("c"))
    begun = time.monotonic()
    wish(ready, "prove", "t", test=told["test"])
    time.sleep(3)
    ready.manager.interrupt_kernel()
    proof = ready.event("proved", "t")["proof"]
    assert "stopped" == proof["ended"]
    assert time.monotonic() - begun < 50
    assert 1 == ready.value("len(kept)")


def test_names_that_others_bind_meanwhile_stay(ready):
    ready.run(SLOW, cell_id="slow")
    told = planned(ready, cell=cell("slow"))
    wish(ready, "prove", "t", test=told["test"])
    ready.event("proving", "t")
    ready.run("of_another = 1", silent=True)
    wish(ready, "cancel", "t")
    ready.event("proved", "t")
    assert [1, 1] == ready.value("[of_another, len(kept)]")


def test_changes_that_stay_need_an_agreement(ready):
    source = "open('rows.txt', 'a').write('x')"
    ready.run(source, cell_id="writes")
    told = planned(ready, cell=cell("writes"))
    assert {"file"} == {c["effect"] for c in told["plan"]["world"]["changes"]}
    assert "Agree first" in refusal(ready, "prove", "t", test=told["test"])
    assert 1 == ready.value("len(open('rows.txt').read())")
    wish(ready, "prove", "u", test=told["test"], agreed=True)
    assert "clean" == ready.event("proved", "u")["proof"]["verdict"]


def test_what_cannot_be_planned_is_refused(ready):
    assert "has not run" in refusal(ready, "prove-plan", "p", cell=cell("no"))
    assert "is gone" in refusal(ready, "prove-plan", "q", finding="f99")


def test_a_cell_that_runs_cells_and_checks(ready):
    source = "get_ipython().run_cell('y = 1')\nget_ipython().run_line_magic('leakcheck', 'report --json')"
    ready.run(source, cell_id="nested")
    told = planned(ready, cell=cell("nested"))
    wish(ready, "prove", "t", test=told["test"], agreed=True)
    assert ready.event("proved", "t")["proof"]["ended"] != "error"
    ready.run("y = 2")
