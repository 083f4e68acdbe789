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
    for call in (leakhunter.check, leakhunter.clear):
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
