"""What a program may call."""

from __future__ import annotations

import pytest

import leakhunter


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
