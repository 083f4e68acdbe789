"""``%%leakcheck trace --native``: a cell under memray."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import pytest
from test_trace import MB, about, answer, by_line, hooks_as_before

assert hooks_as_before

needs_memray = pytest.mark.skipif(
    find_spec("memray") is None, reason="no memray here: python -m pip install memray"
)

CELL = (
    "import mmap\nwhere = mmap.mmap(-1, 30_000_000)\nkept = bytearray(5_000_000)\n"
    "passing = len(bytearray(9_000_000))"
)


def test_without_memray_a_sentence_says_what_is_needed(session, monkeypatch):
    monkeypatch.setattr("leakhunter.trace.native.find_spec", lambda _name: None)
    assert "needs memray" in session("%%leakcheck trace --native\nran = 1")
    assert "ran" not in session.shell.user_ns


@needs_memray
def test_native_memory_by_line(session):
    trace = answer(session, "trace --native --json", CELL)
    assert {
        "cell 2, line 3": about(30 * MB),
        "cell 2, line 4": about(5 * MB),
    } == by_line(trace)
    assert trace["native"]
    assert "native" in {spot["library"] for spot in trace["spots"]}
    text = session(f"%%leakcheck trace --native\n{CELL}")
    assert "native code" in text
    assert max(map(len, text.splitlines())) <= 79


@needs_memray
@pytest.mark.parametrize("end", ["raise ValueError", "raise KeyboardInterrupt"])
def test_everything_is_off_after(session, end, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    session(f"%%leakcheck trace --native\nkept = bytearray(5_000_000)\n{end}")
    assert sys.getprofile() is None
    assert [] == list(tmp_path.glob("leakhunter-*"))
    assert {"cell 2, line 2": about(5 * MB)} == by_line(
        answer(session, "trace top --json")
    )


@needs_memray
def test_a_profiler_is_left_alone_and_named(session):
    def follow(*_):
        return None

    sys.setprofile(follow)
    try:
        text = session("%%leakcheck trace --native\nran = 1")
        assert sys.getprofile() is follow
    finally:
        sys.setprofile(None)
    assert "left alone" in text.replace("\n", " ")
    assert "ran" not in session.shell.user_ns
