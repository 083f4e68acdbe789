"""Faults while something is cleared: nothing is lost in any of them, and one sentence says what happened."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
from clearings import cleared, differences, ids_of, inventory, planned, wait

from leakhunter.act import keep
from leakhunter.act.clear import clear, clearing
from leakhunter.act.refusal import Refusal
from leakhunter.act.undo.room import Room

np = pytest.importorskip("numpy", reason="no numpy here")

BIG = (
    "import numpy as np\n"
    "big = np.arange(8_000_000.0)\n"
    "box = {n: np.full(2_000_000, n) for n in range(3)}"
)


@pytest.fixture
def ready(session):
    """A session with something big, and the plan for clearing it."""
    session(BIG)
    wait(session)
    cleared(session, "x")
    return session, planned(session, "big", "box")


def refused(session, wish, *words):
    """Clearing this is refused in one sentence with these words, and nothing is changed."""
    before = inventory(session.shell)
    with pytest.raises(Refusal) as caught:
        clear(session.hunter, wish, ids_of(wish), save=True)
    assert {} == differences(before, inventory(session.shell))
    text = str(caught.value)
    for word in (*words, "Nothing was cleared", "without undo"):
        assert word in text, text
    assert session.hunter.book.all()[:-1] == []
    return text


def test_the_disk_is_full(ready):
    session, wish = ready
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, hard))
    try:
        refused(session, wish, "The disk is full.")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    receipts = clear(session.hunter, wish, ids_of(wish), save=True)
    assert receipts.undo_until is not None


def test_it_can_be_cleared_without_undo_then(ready):
    session, wish = ready
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, hard))
    try:
        refused(session, wish)
        receipts = clear(session.hunter, wish, ids_of(wish), save=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert receipts.undo_until is None
    assert "big" not in session.shell.user_ns


def test_the_folder_is_gone(ready, monkeypatch, tmp_path):
    session, wish = ready
    gone = tmp_path / "gone"
    monkeypatch.setattr(keep, "room", lambda *_: Room(gone, 10**12, None))
    refused(session, wish, "Saving failed: No such file or directory.")


def test_there_is_no_room_any_more(ready, monkeypatch):
    session, wish = ready
    full = Room(Path("/"), 0, "Nothing is saved: the disk has 0 B free.")
    monkeypatch.setattr(keep, "room", lambda *_: full)
    refused(session, wish, "the disk has 0 B free")


def test_a_bug_of_ours_while_saving_clears_nothing(ready, monkeypatch):
    session, wish = ready

    def broken(*_):
        raise KeyError
        yield 0

    monkeypatch.setattr(keep, "saving", broken)
    refused(session, wish, "Saving failed: KeyError.")


def test_an_interrupt_while_saving_clears_nothing(ready, monkeypatch):
    session, wish = ready

    def interrupted(*_):
        yield 0
        raise KeyboardInterrupt

    monkeypatch.setattr(keep, "saving", interrupted)
    refused(session, wish, "Interrupted while saving.")


def half_way(session, wish):
    """A clearing of which some bytes have been saved."""
    told = []
    steps = clearing(
        session.hunter,
        wish,
        ids_of(wish),
        save=True,
        tell=lambda done, total: told.append((done, total)),
    )
    while not told:
        next(steps)
    ((done, total),) = told
    assert 0 < done < total
    return steps


def test_saving_that_is_left_half_way_leaves_nothing(ready):
    session, wish = ready
    before = inventory(session.shell)
    steps = half_way(session, wish)
    assert before["files"] + 1 == inventory(session.shell)["files"]
    steps.close()
    assert {} == differences(before, inventory(session.shell))
    receipts = clear(session.hunter, wish, ids_of(wish), save=True)
    assert receipts.undo_until is not None


def finish(steps):
    try:
        while True:
            next(steps)
    except StopIteration as end:
        return end.value


def test_what_changes_while_it_is_saved_is_not_cleared(ready):
    session, wish = ready
    steps = half_way(session, wish)
    box = session.shell.user_ns["box"]
    box["new"] = 1
    before = inventory(session.shell)
    with pytest.raises(Refusal, match="changed while it was being saved"):
        finish(steps)
    left = differences(before, inventory(session.shell))
    assert {"files": {"*"}} == left
    assert session.shell.user_ns["box"] is box


def test_what_is_bound_again_while_it_is_saved_is_skipped(ready):
    session, wish = ready
    steps = half_way(session, wish)
    session.shell.user_ns["box"] = mine = {}
    receipts = finish(steps)
    assert session.shell.user_ns["box"] is mine
    assert "big" not in session.shell.user_ns
    lines = [line for r in receipts.receipts for line in r.skipped]
    assert ["`box` has changed since the preview; it was left as it is."] == lines
    session("%leakcheck undo")
    assert session.shell.user_ns["box"] is mine
    assert 8_000_000 == session.shell.user_ns["big"].size
    assert "box_restored" not in session.shell.user_ns


def test_a_cell_that_runs_while_it_is_saved_makes_the_preview_stale(ready):
    session, wish = ready
    steps = half_way(session, wish)
    session("y = 1")
    with pytest.raises(Refusal, match="Changed since the preview: look again"):
        finish(steps)
    assert {"big", "box"} <= session.shell.user_ns.keys()


def test_one_that_takes_it_back_before_the_end(ready):
    session, wish = ready
    before = inventory(session.shell)
    steps = clearing(
        session.hunter, wish, ids_of(wish), save=True, commit=lambda: False
    )
    assert finish(steps) is None
    assert {} == differences(before, inventory(session.shell))


INTERRUPT = """
import os, signal, time
from leakhunter.act import emptying
_empty, _seen = emptying.empty, []
def _slow(shell, slot, graph):
    found = _empty(shell, slot, graph)
    _seen.append(slot)
    if len(_seen) == 2:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    return found
emptying.empty = _slow
"""


def test_a_kernel_that_is_interrupted_in_the_middle_of_a_clear(kernel):
    kernel.run(
        "import numpy as np\na, b, c = (np.full(n * 1_000_000, n) for n in (3, 2, 1))"
    )
    for i in range(3):
        kernel.run(f"x = {i}")
    kernel.run(INTERRUPT, silent=True)
    text = kernel.run("%leakcheck clear a b c --yes --json", silent=True)
    assert text.count("Interrupted: ") == 1, text
    left = kernel.value("sorted({'a', 'b', 'c'} & set(globals()))")
    assert 1 == len(left)
    assert f"Interrupted: `{left[0]}` was left as it is." in text
    kernel.run("%leakcheck undo", silent=True)
    sizes = "{n: [globals()[n].size, int(globals()[n][-1])] for n in 'abc'}"
    assert kernel.value(sizes) == {
        "a": [3_000_000, 3],
        "b": [2_000_000, 2],
        "c": [1_000_000, 1],
    }
    handler = "str(__import__('signal').getsignal(2) is __import__('signal').default_int_handler)"
    assert "True" == kernel.value(handler)
