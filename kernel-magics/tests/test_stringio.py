"""What a text in memory holds, and what it shares with those that wrote it."""

from __future__ import annotations

import sys
import tracemalloc

import pytest
from heaps import freed, promise, session_of

MB = 1_000_000
WRITE = "import io\na = io.StringIO()\nb = []\nfor i in range(60):\n    t = f'{i:0100000}'\n    a.write(t)\n    b.append(t)\ndel t"


@pytest.mark.parametrize(
    ("source", "clear"),
    [
        ("import io\na = io.StringIO()\nfor i in range(60):\n    a.write(f'{i:0100000}')", "a"),
        ("import io\na = io.StringIO()\nfor i in range(260_000):\n    a.write(f'line {i}')", "a"),
        (WRITE, "a"),
        (WRITE, "a b"),
    ],
    ids=["long texts", "many texts", "shared", "both"],
)  # fmt: skip
def test_no_more_is_promised_than_comes_back(source, clear):
    told = promise(session_of(source), *clear.split())
    tracemalloc.start()
    try:
        got = freed(session_of(source), *clear.split())
    finally:
        tracemalloc.stop()
    assert told.consistent
    assert told.bytes <= got + 2000
    if sys.version_info < (3, 12):
        assert got - 2000 <= told.bytes


def test_a_text_that_was_read_is_its_own():
    told = promise(session_of("import io\na = io.StringIO('x' * 1_000_000)"), "a")
    assert told.bytes >= MB
