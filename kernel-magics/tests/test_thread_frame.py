"""What other threads keep for as long as they run."""

from __future__ import annotations

import pytest
from conftest import Found

pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000

PRELUDE = """
import numpy as np, threading
stop, ready = threading.Event(), threading.Event()

def work(data):
    scratch = np.ones(500_000)
    ready.set()
    stop.wait()

def start(target, *args, **named):
    ready.clear()
    thread = threading.Thread(target=target, args=args, kwargs=named, name='worker')
    thread.start()
    ready.wait()
    return thread
"""


@pytest.fixture
def found(session):
    yield Found(session, "thread-frame", PRELUDE)
    session(
        "stop.set()\nfor t in threading.enumerate():\n    if t.name == 'worker':\n        t.join()"
    )


@pytest.mark.parametrize("call", ["start(work, big)", "start(work, data=big)"])
def test_a_thread_keeps_what_was_deleted(found, call):
    [finding] = found(
        f"big = np.ones(2_000_000)\n{call} and None", "del big", "print(1)"
    )
    assert ("leak", "check", "Held", "advice") == (
        finding.verdict,
        finding.group,
        finding.label,
        finding.remedy.action,
    )
    assert ["work"] == finding.names
    assert {"worker", "data", "scratch"} <= set(finding.path)
    assert 20 * MB <= finding.frees < 20.1 * MB
    assert "`big` was deleted" in finding.facts[0]


def test_through_the_thread_it_can_still_be_reached(found):
    [finding] = found("mine = start(work, np.ones(2_000_000))")
    assert "suspect" == finding.verdict


def test_a_variable_that_holds_the_thread_is_named(found):
    [finding] = found("kept = start(work, np.ones(2_000_000))", "print(kept)")
    assert "kept" in finding.path
    assert "`kept` is that thread." in finding.facts


def test_a_timer_is_cancelled(found):
    [finding] = found(
        "later = threading.Timer(3600, work, args=(np.ones(2_000_000),))\nlater.start()"
    )
    assert "later.cancel()" == finding.fix
    found.session(finding.fix + "\nlater.join()")
    assert [] == found()


def test_a_timer_that_no_variable_holds_is_cancelled_too(found):
    [finding] = found("threading.Timer(3600, work, args=(np.ones(2_000_000),)).start()")
    found.session(finding.fix + "\nfor t in threads: t.join()")
    found.session("del t, threads")
    assert [] == found()


def test_what_a_variable_holds_too_is_not_the_threads(found):
    [finding] = found("big = np.ones(2_000_000)\nstart(work, big) and None")
    assert 4 * MB <= finding.frees < 4.1 * MB


def test_a_thread_that_ended_keeps_nothing(found):
    [before] = found("thread = start(work, np.ones(2_000_000))")
    assert before.frees >= 20 * MB
    assert [] == found("stop.set()\nthread.join()")


OTHERS = {
    "a closure": (
        (
            "def go(data):\n    def inner():\n        ready.set()\n        stop.wait()\n        return data\n"
            "    start(inner)\ngo(np.ones(1_000_000))"
        ),
        "inner",
        "data",
    ),
    "a bound method": (
        (
            "class Worker:\n    def __init__(self):\n        self.data = np.ones(1_000_000)\n"
            "    def work(self):\n        ready.set()\n        stop.wait()\nstart(Worker().work) and None"
        ),
        "work",
        "self",
    ),
    "a partial call": (
        (
            "import functools\ndef work(data):\n    ready.set()\n    stop.wait()\n"
            "start(functools.partial(work, np.ones(1_000_000))) and None"
        ),
        "work",
        "data",
    ),
    "a thread of the user's class": (
        (
            "class Poller(threading.Thread):\n    def __init__(self):\n        super().__init__(name='worker')\n"
            "        self.data = np.ones(1_000_000)\n    def run(self):\n        ready.set()\n        stop.wait()\n"
            "ready.clear()\nPoller().start()\nready.wait() and None"
        ),
        "worker (Poller)",
        "data",
    ),
    "a variable that an inner function shares": (
        (
            "def work():\n    data = np.ones(1_000_000)\n    def inner():\n        return data\n"
            "    ready.set()\n    stop.wait()\n    return inner\nstart(work) and None"
        ),
        "work",
        "data",
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_whatever_a_thread_runs(found, case):
    source, name, local = OTHERS[case]
    [finding] = found(source)
    assert 8 * MB <= finding.frees < 8.1 * MB
    assert {name, local} <= set(finding.path)
