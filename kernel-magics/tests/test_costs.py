"""What watching does, counted: objects visited, slices, messages, bytes kept.  Times are for `make bench`."""

from __future__ import annotations

import gc
import os
import tracemalloc
from types import SimpleNamespace

import pytest

from leakhunter.heap.walk.capture import PLAIN
from leakhunter.heap.walk.picture import OBJECTS_ASKED

CELLS = 200


class Shy:
    """Tells when somebody looks at it in a way that runs code."""

    asked: list[str] = []  # noqa: RUF012 - of all of them

    def __repr__(self):
        self.asked.append("repr")
        return "shy"

    __str__ = __repr__

    def __eq__(self, _other):
        self.asked.append("eq")
        return False

    __hash__ = None

    def __bool__(self):
        self.asked.append("bool")
        return True

    def __len__(self):
        self.asked.append("len")
        return 1

    def __sizeof__(self):
        self.asked.append("sizeof")
        return 1


def run_hooks(session, source="x = 1"):
    """What is done around a cell, without the cell."""
    recorder = session.hunter.recorder
    info = SimpleNamespace(
        raw_cell=source, store_history=True, silent=False, cell_id="c"
    )
    result = SimpleNamespace(info=info, error_in_exec=None, error_before_exec=None)
    recorder._pre(info)
    recorder._post(result)


def test_no_collection_no_fork_and_no_code_of_the_users(session, monkeypatch):
    session.shell.user_ns.update({f"shy{i}": Shy() for i in range(100)})
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    collected: list[str] = []
    hook = lambda phase, _: collected.append(phase)  # noqa: E731 - put in and taken out
    monkeypatch.setattr(gc, "collect", lambda *_: pytest.fail("collected"))
    gc.disable()
    gc.callbacks.append(hook)
    try:
        for number in range(20):
            session.shell.user_ns["x"] = [number]
            run_hooks(session)
    finally:
        gc.callbacks.remove(hook)
        gc.enable()
    assert ([], []) == (collected, Shy.asked)


def test_what_is_kept_of_a_cell_is_small_and_of_names_nothing(session):
    """Records, not the namespace: the same for ten names and for a thousand."""
    kept = []
    for names in (10, 1000):
        session.shell.user_ns.update({f"n{i}": i + 1000 for i in range(names)})
        for _ in range(20):
            run_hooks(session)
        gc.collect()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            for _ in range(CELLS):
                run_hooks(session)
            gc.collect()
            kept.append((tracemalloc.get_traced_memory()[0] - before) / CELLS)
        finally:
            tracemalloc.stop()
    assert max(kept) < 3000
    assert kept[1] < kept[0] + 500


def test_a_hidden_panel_gets_two_messages_a_cell(kernel):
    kernel.hello(visible=False)
    kernel.run("x = 0")
    kernel.event("run-ended")
    first = len(kernel.events)
    for number in range(5):
        kernel.run(f"x = {number}")
    kinds = [event["kind"] for event in kernel.events[first:]]
    ours = [kind for kind in kinds if kind in ("run-started", "run-ended", "sample")]
    assert ["run-started", "run-ended"] * 5 == ours


def test_a_check_visits_what_the_session_holds_in_slices(session):
    """As much work for the same objects each time, and for no more than there are."""
    session("rows = [[i + 1000] for i in range(30_000)]")
    hunter = session.hunter
    visited, slices = [], []
    for _ in range(2):
        steps = hunter.checking(OBJECTS_ASKED)
        slices.append(sum(1 for _ in steps))
        visited.append(hunter.last.objects)
    assert abs(visited[1] - visited[0]) < 100
    assert 60_000 <= visited[0] < 80_000
    # a slice is at most so many objects
    assert slices[0] >= visited[0] / PLAIN


def test_a_check_by_itself_stops_at_its_budget(session):
    session("rows = [[i + 1000] for i in range(60_000)]")
    for _ in session.hunter.checking(20_000):
        pass
    assert not session.hunter.last.complete
    assert session.hunter.last.objects < 45_000


@pytest.mark.parametrize(
    "cell",
    [
        "for i in range(300): globals()[f'v{i}'] = [[j] for j in range(1000)]",
        "rows = [[[k] for k in range(500)] for j in range(600)]",
    ],
)
def test_a_picture_is_no_bigger_than_its_budget(cell, session):
    """What can never be looked at would take memory, and seconds: under many names, or far down."""
    session(cell)
    steps = session.hunter.checking(20_000)
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    graph = end.value.value.case.graph
    assert not graph.complete
    assert len(graph.unseen) > 100
    assert 10_000 < len(graph.sizes) < 21_000


def test_nothing_of_a_picture_is_kept_after_a_check(session):
    session("rows = [[i + 1000] for i in range(50_000)]")
    hunter = session.hunter
    hunter.check()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        hunter.check()
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert kept < 500_000


def test_hundreds_of_leftovers_are_told_in_slices(session):
    """What detectors, chains and findings take is left as often as the walk."""
    session("import numpy as np")
    session("for i in range(300): globals()[f'v{i}'] = np.ones(250_000)")
    for number in range(5):
        session(f"x = {number}")
    hunter = session.hunter
    slices = sum(1 for _ in hunter.checking(OBJECTS_ASKED))
    assert len(hunter.last.findings) > 250
    assert slices > 3 * len(hunter.last.findings)
