"""Clearing: exact slots, honest receipts, refusals, and what survives."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest

from leakhunter.act.clear import clear
from leakhunter.act.preview import plan
from leakhunter.act.refusal import Refusal
from leakhunter.detect.find import named
from leakhunter.doors.text.receipts import receipts_text

np = pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000
BIG = "import numpy as np\nbig = np.ones(5_000_000)"


def wait(session, cells=3):
    """Let so many cells of the user's pass."""
    for i in range(cells):
        session(f"x = {i}")


def look(session, *names):
    """A check and the findings with these names; any variable can be named."""
    checkup = session.hunter.check()
    found = [
        next((f for f in checkup.found if name in f.finding.names), None)
        or named(checkup.case, session.hunter.ids, name)
        for name in names
    ]
    assert None not in found, [f.finding.names for f in checkup.found]
    return checkup, list({f.finding.id: f for f in found}.values())


def planned(session, *names):
    checkup, found = look(session, *names)
    return plan(session.hunter, checkup, found)


def cleared(session, *names):
    wish = planned(session, *names)
    return clear(session.hunter, wish, [f.finding.id for f in wish.found])


def test_a_leftover_goes_and_the_receipt_is_right(session):
    session(BIG)
    ref = weakref.ref(session.shell.user_ns["big"])
    wait(session)
    receipts = cleared(session, "big")
    (receipt,) = receipts.receipts
    assert ref() is None
    assert "big" not in session.shell.user_ns
    assert (40, 40, 40) == (
        receipt.predicted // MB,
        receipts.predicted // MB,
        receipt.freed // MB,
    )
    assert abs(receipt.measured - receipt.predicted) <= 0.05 * receipt.predicted
    assert receipts.rss_before - receipts.rss_after >= 0.9 * receipt.predicted
    assert [] == receipt.survivors
    assert [] == session.findings()


def test_an_output_goes_from_all_its_places(session):
    session("import numpy as np\nnp.ones(4_000_000)")
    ref = weakref.ref(session.shell.user_ns["_"])
    wait(session)
    (finding,) = session.findings()
    receipts = cleared(session, *finding.names)
    assert ref() is None
    assert [] == receipts.receipts[0].survivors
    assert 32 == receipts.predicted // MB
    assert abs(receipts.measured - receipts.predicted) <= 0.05 * receipts.predicted
    assert {} == session.shell.user_ns["Out"]
    assert ["", "", ""] == [session.shell.user_ns[n] for n in ("_", "__", "___")]


def test_the_session_goes_on_after_an_output_was_cleared(session):
    session("import numpy as np\nnp.ones(5_000_000)")
    session("1 + 1")
    session("y = 1")
    (finding,) = session.findings()
    cleared(session, *finding.names)
    assert "3" == session("1 + 2").splitlines()[-1].split(": ")[-1]
    assert (3, 2, "") == tuple(session.shell.user_ns[n] for n in ("_", "__", "___"))
    assert [3, 5] == sorted(session.shell.user_ns["Out"])


def test_other_names_of_the_same_object_stay(session):
    session(BIG + "\nalias = big")
    session("box = [alias]")
    wait(session)
    session("box[0] is alias;")
    receipts = cleared(session, "big")
    assert 0 == receipts.predicted
    names = session.shell.user_ns
    assert "big" not in names
    assert names["alias"] is names["box"][0]
    assert 5_000_000 == names["alias"].size


def test_a_user_s_own_name_for_an_output_stays(session):
    session("import numpy as np\nnp.ones(5_000_000)")
    session("mine = _2")
    kept = session.shell.user_ns["mine"]
    session("out = Out")
    session("mine.sum();")
    for title in [n for f in session.findings() for n in f.names]:
        cleared(session, title)
    assert session.shell.user_ns["mine"] is kept


def test_two_at_once_are_counted_once(session):
    session(
        "import numpy as np\nshared = np.ones(5_000_000)\n"
        "a = [shared, np.ones(3_000_000)]\nb = [shared]\ndel shared"
    )
    wait(session)
    wish = planned(session, "a", "b")
    assert 64 == wish.preview.totals.frees // MB
    receipts = clear(session.hunter, wish, [f.finding.id for f in wish.found])
    assert 64 == receipts.predicted // MB
    assert ["a, b"] == [r.title for r in receipts.receipts]
    assert abs(receipts.measured - receipts.predicted) <= 0.05 * receipts.predicted


def test_each_receipt_measures_its_own_part(session):
    session("import numpy as np\na = np.ones(5_000_000)\nb = np.ones(2_500_000)")
    wait(session)
    receipts = cleared(session, "a", "b")
    assert [40, 20] == [r.predicted // MB for r in receipts.receipts]
    for receipt in receipts.receipts:
        assert abs(receipt.measured - receipt.predicted) <= 0.05 * receipt.predicted
    together = sum(r.measured for r in receipts.receipts)
    assert abs(receipts.measured - together) <= len(receipts.receipts)


def test_only_what_was_asked_for_goes(session):
    session("import numpy as np\na = np.ones(5_000_000)\nb = np.ones(2_500_000)")
    wait(session)
    wish = planned(session, "a", "b")
    first = wish.found[0].finding
    receipts = clear(session.hunter, wish, [first.id])
    assert [first.id] == [r.id for r in receipts.receipts]
    assert (False, True) == tuple(n in session.shell.user_ns for n in ("a", "b"))


def test_a_cycle_is_collected(session):
    session(
        "import numpy as np\nclass Model: pass\n"
        "m = Model()\nm.data = np.ones(5_000_000)\nm.me = m"
    )
    ref = weakref.ref(session.shell.user_ns["m"].data)
    wait(session)
    receipts = cleared(session, "m")
    assert ref() is None
    assert 40 == receipts.predicted // MB
    assert abs(receipts.measured - receipts.predicted) <= 0.05 * receipts.predicted


def test_the_preview_touches_nothing(session):
    session(BIG)
    wait(session)
    before = dict(session.shell.user_ns)
    planned(session, "big")
    assert before.keys() == session.shell.user_ns.keys()
    assert all(session.shell.user_ns[n] is v for n, v in before.items())


def test_a_preview_says_what_it_would_do(session):
    session(BIG)
    session("big.sum();")
    wait(session)
    preview = planned(session, "big").preview
    (item,) = preview.items
    totals = preview.totals
    assert (40, True, totals.frees) == (totals.frees // MB, totals.exact, item.frees)
    assert totals.rss - totals.frees == totals.rss_after
    assert ["big"] == item.slots
    assert (40, None, []) == (
        totals.undo.bytes // MB,
        totals.undo.refused,
        totals.undo.unsaved,
    )
    (reader,) = preview.readers
    assert "[3]" in reader
    assert "`big`" in reader


def test_what_was_bound_again_since_the_preview_is_refused(session):
    session(BIG)
    wait(session)
    wish = planned(session, "big")
    session("big = np.zeros(3)")
    with pytest.raises(Refusal):
        clear(session.hunter, wish, [f.finding.id for f in wish.found])
    assert 3 == session.shell.user_ns["big"].size


def test_one_that_changed_saves_all_of_the_set(session):
    session("import numpy as np\na = np.ones(5_000_000)\nb = np.ones(2_500_000)")
    wait(session)
    wish = planned(session, "a", "b")
    session("b = 1")
    with pytest.raises(Refusal):
        clear(session.hunter, wish, [f.finding.id for f in wish.found])
    assert 5_000_000 == session.shell.user_ns["a"].size


def test_what_is_gone_already_is_refused(session):
    session(BIG)
    wait(session)
    wish = planned(session, "big")
    session("del big")
    with pytest.raises(Refusal, match="Changed since the preview: look again"):
        clear(session.hunter, wish, [f.finding.id for f in wish.found])
    with pytest.raises(Refusal, match="big"):
        plan(session.hunter, wish.checkup, list(wish.found))


@pytest.fixture
def worker(session):
    """A thread that works on ``big`` until the test is over."""
    session(BIG)
    session(
        "import threading\n"
        "stop, begun = threading.Event(), threading.Event()\n"
        "def work(frame):\n"
        "    begun.set()\n"
        "    stop.wait()\n"
        "thread = threading.Thread(target=work, args=(big,), name='worker-7')\n"
        "thread.start()"
    )
    names = session.shell.user_ns
    names["begun"].wait()
    yield names["thread"]
    names["stop"].set()
    names["thread"].join()


def test_a_variable_of_a_running_thread(session, worker):
    wait(session)
    big = session.shell.user_ns["big"]
    preview = planned(session, "big").preview
    assert 0 == preview.totals.frees
    (held,) = preview.totals.held
    for word in ("big", "frame", "work", "worker-7", "0 B"):
        assert word in held, held
    assert session.shell.user_ns["big"] is big
    assert 5_000_000.0 == big.sum()


def test_looking_at_a_running_thread_keeps_nothing(session, worker):
    wait(session)
    for _ in range(3):
        planned(session, "big")
    ref = weakref.ref(session.shell.user_ns["big"])
    session.shell.user_ns["stop"].set()
    worker.join()
    session("del big")
    assert ref() is None


def test_the_worker_s_locals_stay(session):
    session(
        "import threading, numpy as np\n"
        "stop, begun = threading.Event(), threading.Event()\n"
        "seen = []\n"
        "def work():\n"
        "    mine, count = big, 0\n"
        "    del_me = 1\n"
        "    del del_me\n"
        "    begun.set()\n"
        "    stop.wait()\n"
        "    count += 1\n"
        "    seen.append((mine.size, count))\n"
        "big = np.ones(5_000_000)\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()"
    )
    names = session.shell.user_ns
    names["begun"].wait()
    wait(session)
    planned(session, "big")
    names["stop"].set()
    names["thread"].join()
    assert [(5_000_000, 1)] == names["seen"]


def test_survivors_are_told_with_who_holds_them(session):
    """Something grabs the object while it is being cleared."""
    session(
        "import numpy as np, sys, types\n"
        "class Keep:\n"
        "    def __init__(self, data): self.data = data\n"
        "    def __del__(self): sys.modules['hoard'].kept = self.data\n"
        "sys.modules['hoard'] = types.ModuleType('hoard')\n"
        "sys.modules['hoard'].keep = lambda: None\n"
        "box = Keep(np.ones(5_000_000))"
    )
    try:
        wait(session)
        receipts = cleared(session, "box")
        (receipt,) = receipts.receipts
        assert 40 == receipt.predicted // MB
        assert receipt.measured < 4 * MB
        assert receipt.freed < 4 * MB
        (survivor,) = receipt.survivors
        assert 40 == survivor.bytes // MB
        assert any("hoard.kept" in h for h in survivor.holders), survivor.holders
        assert survivor.after_preview
    finally:
        session("import sys; sys.modules.pop('hoard', None)")


def test_garbage_that_goes_with_the_collection_is_told_apart(session):
    """Clearing a cycle needs a collection, which takes what else waits for one."""
    gc.collect()
    gc.disable()
    try:
        session(
            "import numpy as np\n"
            "class Node:\n"
            "    def __init__(self, n): self.me, self.data = self, np.ones(n)\n"
            "node = Node(5_000_000)"
        )
        session("Node(2_000_000); None")
        wait(session)
        told = cleared(session, "node")
        assert 40 == told.predicted // MB
        assert abs(told.measured - told.predicted) < MB
        assert abs(told.garbage - 16 * MB) < MB
        row = next(r for r in receipts_text(told, 0.0).splitlines() if "Garbage" in r)
        assert row.split()[-3:] == [f"{told.garbage / 1024**2:.2f}", "MiB", "collected"]
    finally:
        gc.enable()


def test_a_registry_that_does_not_let_go_took_nothing_after_the_preview(
    session, monkeypatch
):
    """It held the object when the preview was made, and holds it still."""
    plt = pytest.importorskip("matplotlib.pyplot", reason="no matplotlib here")
    plt.switch_backend("agg")
    session(
        "import numpy as np, matplotlib.pyplot as plt\n"
        "plt.plot(np.ones(3_000_000))[0].figure.data = np.ones(5_000_000);"
    )
    try:
        wait(session)
        checkup = session.hunter.check()
        found = [one for one in checkup.found if one.finding.kind == "figure"]
        wish = plan(session.hunter, checkup, found)
        with monkeypatch.context() as patched:
            patched.setattr(plt._pylab_helpers.Gcf, "destroy", lambda _number: None)
            receipts = clear(session.hunter, wish, [one.finding.id for one in found])
        (survivor,) = receipts.receipts[0].survivors
        assert survivor.holders
        assert not survivor.after_preview
        assert "after the preview" not in receipts_text(receipts, 0.0)
    finally:
        plt.close("all")


def test_a_destructor_that_raises_is_not_ours(session, monkeypatch):
    raised = []
    monkeypatch.setattr(
        sys, "unraisablehook", lambda it: raised.append(it.exc_type.__name__)
    )
    session(
        "import numpy as np\n"
        "class Angry:\n"
        "    def __init__(self): self.data = np.ones(5_000_000)\n"
        "    def __del__(self): raise ValueError('from the destructor')\n"
        "angry = Angry()"
    )
    wait(session)
    receipts = cleared(session, "angry")
    assert ["ValueError"] == raised
    assert [] == receipts.receipts[0].survivors
    assert 40 == receipts.predicted // MB


def test_clearing_leaves_the_collector_as_it_was(session):
    session(BIG)
    wait(session)
    before = (gc.isenabled(), gc.get_threshold(), gc.get_debug())
    gc.disable()
    try:
        cleared(session, "big")
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert before == (gc.isenabled(), gc.get_threshold(), gc.get_debug())


def test_stored_outputs_are_forgotten(session):
    """IPython 9.1 and later keep what is printed."""
    stored = getattr(session.shell.history_manager, "outputs", None)
    if stored is None:
        pytest.skip("this IPython stores no outputs")
    session("x = 1")
    _store(session, 2, "x" * 20 * MB)
    wait(session)
    (finding,) = session.findings()
    assert "output-history" == finding.kind
    receipts = cleared(session, *finding.names)
    assert 2 not in stored
    assert 20 == receipts.predicted // MB
    assert abs(receipts.measured - receipts.predicted) <= 0.05 * receipts.predicted


def _store(session, number, text):
    from IPython.core.history import HistoryOutput

    session.shell.history_manager.outputs[number] = [
        HistoryOutput(output_type="out_stream", bundle={"stream": [text]})
    ]
