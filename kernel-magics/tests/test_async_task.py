"""Tasks that wait for ever, and finished ones that keep an exception or a result."""

from __future__ import annotations

import pytest
from conftest import Found

pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000

PRELUDE = """
import numpy as np, asyncio, concurrent.futures as futures

async def consumer(queue, buffer):
    while True:
        buffer[:] = await queue.get()

async def fails(n):
    scratch = np.ones(n)
    await asyncio.sleep(0)
    raise ValueError("bad batch")

async def gives(n):
    return np.ones(n)

def breaks(n):
    scratch = np.ones(n)
    raise ValueError("bad file")
"""

A_MOMENT = "\nfor _ in range(5):\n    await asyncio.sleep(0)\nNone"


@pytest.fixture
def found(session):
    yield Found(session, "async-task", PRELUDE)
    session(
        "for task in asyncio.all_tasks():\n"
        "    if task is not asyncio.current_task():\n        task.cancel()\n" + A_MOMENT
    )


def test_a_task_that_waits_keeps_its_arguments(found):
    [finding] = found(
        "queue = asyncio.Queue()\nbuffer = np.ones(2_000_000)\n"
        "asyncio.ensure_future(consumer(queue, buffer))" + A_MOMENT,
        "del buffer",
        "print(queue.qsize())",
    )
    assert ("suspect", "check", "Held") == (
        finding.verdict,
        finding.group,
        finding.label,
    )
    assert ("consumer", "advice") == (finding.names[0], finding.remedy.action)
    assert {"queue", "buffer"} <= set(finding.path)
    assert "task.cancel()" in finding.fix
    assert 16 * MB <= finding.frees < 16.1 * MB
    assert "`buffer` was deleted" in finding.facts[0]


def test_it_goes_with_the_variable_that_alone_keeps_it_when_nobody_reads_that(found):
    [finding] = found(
        "queue = asyncio.Queue()\n"
        "asyncio.ensure_future(consumer(queue, np.ones(2_000_000)))" + A_MOMENT,
        "print('something else')",
    )
    assert ("clear", ["consumer", "queue"]) == (finding.remedy.action, finding.names)
    found.session(f"%leakcheck clear {finding.id} --yes")
    assert "queue" not in found.session.shell.user_ns
    assert [] == found()


def test_tasks_of_one_function_are_one_finding(found):
    [finding] = found(
        "async def sleeper(n):\n    mine = np.ones(n)\n    await asyncio.sleep(10**6)\n"
        "tasks = [asyncio.ensure_future(sleeper(500_000)) for _ in range(4)]" + A_MOMENT
    )
    assert "4 tasks of `sleeper()` still wait" in finding.reason
    assert 16 * MB <= finding.frees < 16.1 * MB


def test_a_task_that_no_variable_leads_to(found):
    [finding] = found(
        "asyncio.ensure_future(consumer(asyncio.Event(), np.ones(1))) and None",
        "async def alone(n):\n    mine = np.ones(n)\n    await asyncio.sleep(10**6)\n"
        "asyncio.ensure_future(alone(1_000_000))" + A_MOMENT,
    )
    assert ("leak", ["alone"], "advice") == (
        finding.verdict,
        finding.names,
        finding.remedy.action,
    )


def test_a_task_that_failed_keeps_its_locals(found):
    [finding] = found(
        "task = asyncio.ensure_future(fails(2_000_000))" + A_MOMENT,
        "print(task.exception())",
    )
    assert (["task"], "suspect", "clear") == (
        finding.names,
        finding.verdict,
        finding.remedy.action,
    )
    assert "fails" in finding.path
    found.session("%leakcheck clear task --yes")
    assert [] == found()
    assert "bad batch" in found.session("print(task.exception())")


def test_a_future_of_a_pool_that_failed(found):
    [finding] = found(
        "with futures.ThreadPoolExecutor(1) as pool:\n    late = pool.submit(breaks, 2_000_000)"
    )
    assert ["late"] == finding.names
    found.session("%leakcheck clear late --yes")
    assert [] == found()


def test_results_that_only_finished_tasks_hold(found):
    results, task = found(
        "with futures.ThreadPoolExecutor(1) as pool:\n"
        "    jobs = [pool.submit(np.ones, 1_000_000) for _ in range(2)]\n"
        "means = [job.result().mean() for job in jobs]",
        "task = asyncio.ensure_future(gives(1_000_000))" + A_MOMENT,
    )
    assert (["jobs"], ["task"]) == (results.names, task.names)
    assert 16 * MB <= results.frees < 16.1 * MB


def test_a_result_that_is_a_list(found):
    [finding] = found(
        "async def many(n):\n    return [np.ones(n)] * 3, np.ones(n)\n"
        "task = asyncio.ensure_future(many(1_000_000))" + A_MOMENT
    )
    assert ["task"] == finding.names
    assert 16 * MB <= finding.frees < 16.1 * MB


def test_a_result_that_was_taken_is_in_use(found):
    assert [] == found(
        "task = asyncio.ensure_future(gives(1_000_000))" + A_MOMENT,
        "rows = task.result()",
        "print(rows.sum())",
    )
