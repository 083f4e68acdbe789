"""What a program may call."""

from __future__ import annotations

import pytest

import leakhunter

MB = 1_000_000


def test_names_are_sorted_and_complete():
    assert sorted(leakhunter.__all__) == leakhunter.__all__
    assert all(callable(getattr(leakhunter, name)) for name in leakhunter.__all__)


def test_check_and_clear(session):
    session("import numpy as np")
    session("big = np.ones(2_000_000)")
    session("x = 1")
    (finding,) = leakhunter.check().findings
    receipts = leakhunter.clear(finding.id)
    assert 16_000_000 <= receipts.predicted < 16_001_000
    assert "big" not in session.shell.user_ns
    assert [] == leakhunter.check().findings


def test_an_unknown_id_changes_nothing(session):
    session("import numpy as np")
    session("big = np.ones(2_000_000)")
    session("x = 1")
    with pytest.raises(ValueError, match="nothing was cleared"):
        leakhunter.clear("f1", "f99")
    with pytest.raises(ValueError, match="nothing was cleared"):
        leakhunter.clear()
    assert "big" in session.shell.user_ns


def test_without_the_extension_it_says_so(shell):
    for call in (
        leakhunter.check,
        leakhunter.clear,
        leakhunter.preview,
        leakhunter.undo,
        leakhunter.receipts,
    ):
        with pytest.raises(RuntimeError, match="%load_ext leakhunter"):
            call()


def test_the_status_tells_how_it_went(session):
    assert "watching" == leakhunter.status()
    leakhunter.activate()
    assert "watching" == leakhunter.status()
    session("%unload_ext leakhunter")
    assert "off" == leakhunter.status()


def test_what_clearing_would_free(session):
    session(
        "import numpy as np\na = np.ones(1_000_000)\nb = a[:10]\nc = np.ones(500_000)"
    )
    both = leakhunter.frees("a", "c")
    assert ([0, 4], 4, True) == (
        [n // MB for n in both.alone],
        both.bytes // MB,
        both.exact,
    )
    assert ["`b`"] == both.held
    assert 8 == leakhunter.frees("a", "b").bytes // MB
    assert ["`b`"] == leakhunter.holders("a")
    assert [] == leakhunter.holders("c")
    assert "a" in session.shell.user_ns


def test_what_is_not_there_cannot_be_asked_about(session):
    for ask in (leakhunter.frees, leakhunter.holders):
        with pytest.raises(ValueError, match="There is no finding or variable 'gone'"):
            ask("gone")
    with pytest.raises(ValueError, match="Say what is meant"):
        leakhunter.frees()


def test_preview_clear_and_undo(session):
    session("import numpy as np\na = np.ones(2_000_000)\nb = np.ones(1_000_000)")
    session("np.ones(1_500_000)")
    preview = leakhunter.preview("a", "b", "Out[3]")
    assert 36 == preview.totals.frees // MB
    assert {"a", "b"} <= session.shell.user_ns.keys()
    receipts = leakhunter.clear("a", "Out[3]")
    assert 28 == receipts.undo_bytes // MB
    assert abs(receipts.measured - receipts.predicted) <= 0.01 * receipts.predicted
    assert "a" not in session.shell.user_ns
    undone = leakhunter.undo()
    assert {"a", "Out[3]"} == {r.name for r in undone.restored}
    (known,) = leakhunter.receipts()
    assert (receipts.id, True) == (known.id, known.undone)
    with pytest.raises(ValueError, match="undone already"):
        leakhunter.undo(receipts.id)


def test_clear_without_undo(session):
    session("import numpy as np\na = np.ones(2_000_000)")
    receipts = leakhunter.clear("a", undo=False)
    assert receipts.undo_until is None
    with pytest.raises(ValueError, match="Nothing of this was saved"):
        leakhunter.undo()


def test_what_cannot_be_named_is_refused(session):
    session("x = 1")
    for word in ("__builtins__", "get_ipython", "Out", "_ih", 3, None):
        for call in (leakhunter.preview, leakhunter.clear):
            with pytest.raises(ValueError, match="nothing was cleared"):
                call(word)
    for receipt in ("r99", 7):
        with pytest.raises(
            ValueError, match=r"Nothing has been cleared|no such receipt"
        ):
            leakhunter.undo(receipt)


def test_a_refusal_keeps_nothing_of_the_user_s_alive(session, monkeypatch):
    """IPython keeps the last exception with its frames."""
    import gc
    import weakref

    from leakhunter.act import keep
    from leakhunter.act.undo.room import Room

    session("import numpy as np, leakhunter\na = np.ones(2_000_000)")
    ref = weakref.ref(session.shell.user_ns["a"])
    full = Room(None, 0, "Nothing is saved: the disk is full.")
    some = Room(None, 10**12, None)
    seen = []
    monkeypatch.setattr(
        keep, "room", lambda *_: seen.append(1) or (full if len(seen) > 1 else some)
    )
    session("leakhunter.clear('a')")
    assert ref() is not None
    session("del a")
    gc.collect()
    assert ref() is None
