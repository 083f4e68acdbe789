"""What objects refer to: one module of some versions of CPython must not be asked."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

import leakhunter
from leakhunter.heap.referents import referents, right, sparing

AWAITED = """
import asyncio
async def wait():
    await asyncio.gather(*[asyncio.sleep(0, i) for i in range(20)])
asyncio.run(wait())
"""


@pytest.mark.parametrize(
    ("version", "asks_all"),
    [
        ((3, 11, 7), True),
        ((3, 12, 0), False),
        ((3, 12, 5), False),
        ((3, 12, 6), True),
        ((3, 13, 0), True),
    ],
)
def test_only_versions_with_the_fault_spare_the_module(version, asks_all):
    assert asks_all == (right(version) is gc.get_referents)


def test_what_is_spared_refers_to_nothing():
    spared, other, value = [["a"]], [], ["b"]
    other.append(value)
    assert [value] == sparing(spared)(spared, other)
    assert [] == sparing(spared)(spared)
    assert [value] == referents(other)


def test_the_package_asks_in_this_way_only():
    root = Path(leakhunter.__file__).parent
    direct = [
        file.relative_to(root).as_posix()
        for file in root.rglob("*.py")
        if "get_referents(" in file.read_text(encoding="utf-8")
    ]
    assert ["heap/referents.py"] == direct


def test_checks_end_after_something_was_awaited(session):
    session(AWAITED)
    for _ in range(3):
        leakhunter.check()
    assert leakhunter.whole_heap(3).rows
    assert session("print(1)").strip() == "1"
