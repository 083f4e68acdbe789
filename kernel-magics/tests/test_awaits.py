"""Cells that await, proved and traced in a kernel whose own loop stands still meanwhile."""

from __future__ import annotations

import time

import pytest
from test_wire_prove import cell, planned, wish

MB = 1_000_000
LEAK = "await asyncio.sleep(0.001)\nkept.append(bytearray(1_000_000))"


@pytest.fixture
def ready(kernel):
    kernel.hello()
    kernel.run("import asyncio\nkept = []")
    yield kernel
    # the kernel's own loop goes on
    assert "7" == kernel.run("await asyncio.sleep(0.01)\nprint(7)").strip()
    assert not kernel.value("__import__('tracemalloc').is_tracing()")


def proved(kernel, name):
    told = planned(kernel, cell=cell(name))
    wish(kernel, "prove", "t", test=told["test"], agreed=True)
    return kernel.event("proved", "t")["proof"]


def traced(kernel, name, measure="allocations"):
    wish(kernel, "trace-plan", "p", cell=cell(name))
    told = kernel.event("trace-planned", "p")
    wish(kernel, "trace", "t", trace=told["trace"], measure=measure, agreed=True)
    return kernel.event("lines-told" if measure == "lines" else "traced", "t")


def test_a_leak(ready):
    ready.run(LEAK, cell_id="c")
    proof = proved(ready, "c")
    assert ("leak", "finished", 32) == (proof["verdict"], proof["ended"], proof["runs"])
    assert "cell 2, line 2" == proof["lines"][0]["where"]
    assert 1 == ready.value("len(kept)")


def test_a_clean_cell_by_a_magic(ready):
    ready.run("await asyncio.sleep(0.001)\nx = 1", cell_id="c")
    assert "clean" == ready.magic("prove [2]")["verdict"]


def test_what_belongs_to_the_kernels_loop_is_told(ready):
    ready.run("loop = asyncio.get_running_loop()")
    ready.run(
        "await asyncio.sleep(0)\nfuture = loop.create_future()\nloop.call_soon(future.set_result, 1)\nawait future",
        cell_id="c",
    )
    proof = proved(ready, "c")
    assert ("cannot-tell", "error") == (proof["verdict"], proof["ended"])
    assert "RuntimeError" in proof["sentence"]


def test_tasks_that_pile_up_cannot_be_told(ready):
    ready.run("async def work(): await asyncio.sleep(60)")
    ready.run("await asyncio.sleep(0)\ntask = asyncio.create_task(work())", cell_id="c")
    proof = proved(ready, "c")
    assert "cannot-tell" == proof["verdict"]
    assert "leaves tasks" in proof["sentence"]
    ready.run("task.cancel()")


def test_an_interrupt_while_it_awaits(ready):
    ready.run("await asyncio.sleep(60 if kept else 0)", cell_id="c")
    ready.run("kept.append(1)")
    told = planned(ready, cell=cell("c"))
    begun = time.monotonic()
    wish(ready, "prove", "t", test=told["test"], agreed=True)
    time.sleep(2)
    ready.manager.interrupt_kernel()
    proof = ready.event("proved", "t")["proof"]
    assert "stopped" == proof["ended"]
    assert time.monotonic() - begun < 40


def test_a_trace(ready):
    ready.run(LEAK, cell_id="c")
    trace = traced(ready, "c")["trace"]
    row = trace["lines"][0]
    assert "cell 2, line 2" == trace["spots"][row["spot"]]["where"]
    assert pytest.approx(MB, rel=0.02) == row["held"]
    assert 1 == ready.value("len(kept)")


def test_memory_by_line(ready):
    ready.run(
        "await asyncio.sleep(0)\nx = bytes(4_000_000)\nawait asyncio.sleep(0)",
        cell_id="c",
    )
    (section,) = traced(ready, "c", "lines")["profile"]["sections"]
    changes = [line["change"] for line in section["lines"]]
    assert pytest.approx(4 * MB, rel=0.02) == changes[1]
    assert changes[0] < MB / 10
    assert changes[2] < MB / 10


def test_an_interrupted_trace(ready):
    ready.run(
        "x = bytes(4_000_000)\nawait asyncio.sleep(60 if kept else 0)", cell_id="c"
    )
    ready.run("kept.append(1)")
    wish(ready, "trace-plan", "p", cell=cell("c"))
    told = ready.event("trace-planned", "p")
    wish(ready, "trace", "t", trace=told["trace"], agreed=True)
    time.sleep(2)
    ready.manager.interrupt_kernel()
    trace = ready.event("traced", "t")["trace"]
    assert "Stopped: this is what it came to until then." in trace["notes"]
