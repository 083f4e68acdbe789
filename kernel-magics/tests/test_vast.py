"""What is deep, long or many: every door answers, in memory that does not grow with it."""

from __future__ import annotations

import tracemalloc

import pytest

import leakhunter
from leakhunter.heap import core
from leakhunter.heap.walk.picture import OBJECTS_ASKED, OBJECTS_IDLE
from leakhunter.record.limits import Limit

DEEP = {
    "lists": "deep = []\nfor _ in range(100_000): deep = [deep]",
    "dictionaries": "deep = {}\nfor _ in range(50_000): deep = {'k': deep}",
    "instances": (
        "class Link: pass\ndeep = None\n"
        "for _ in range(50_000):\n link = Link()\n link.next = deep\n deep = link"
    ),
    "arrays": (
        "import numpy as np\ndeep = np.zeros(1, object)\n"
        "for _ in range(500):\n one = np.zeros(1, object)\n one[0] = deep\n deep = one\ndel one"
    ),
    "errors": (
        "deep = ValueError('first')\n"
        "for i in range(5000):\n one = ValueError(i)\n one.__context__ = deep\n deep = one\ndel one, i"
    ),
    "partials": "import functools\ndeep = print\nfor _ in range(5000): deep = functools.partial(map, deep)",
}


@pytest.mark.parametrize("what", DEEP)
def test_depth_is_no_matter(what, answers):
    if "numpy" in DEEP[what]:
        pytest.importorskip("numpy", reason="no numpy here")
    answers.run("plain = bytearray(20_000_000)")
    answers.run(DEEP[what])
    answers.run("x = 1")
    for door in ("", "why deep", "clear deep"):
        assert answers.ask(door).strip(), door
    assert 50_000 < leakhunter.frees("deep").bytes
    answers.run("del deep")


LONG = {
    "a list": "many = [None] * 2_000_000",
    "a tuple": "many = (1,) * 2_000_000",
    "an array of objects": "import numpy as np\nmany = np.full(3_000_000, None, object)",
    "a dictionary": "many = dict.fromkeys(range(700_000))",
    "a set": "many = set(range(700_000))",
}


LOOKED_AT = 600_000


@pytest.mark.parametrize("what", LONG)
def test_what_is_long_is_not_listed(what, answers, monkeypatch):
    """Looking takes no memory that grows with it, and says that there is more."""
    hunter = answers.session.hunter
    monkeypatch.setattr(hunter, "affordable", lambda _: LOOKED_AT)
    if "numpy" in LONG[what]:
        pytest.importorskip("numpy", reason="no numpy here")
    answers.run("plain = bytearray(20_000_000)")
    answers.run(LONG[what])
    answers.run("x = 1")
    answers.ask("")
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        report = hunter.check().report
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert 10_000_000 > peak
    assert report.objects <= LOOKED_AT
    assert "plain" in {name for found in report.findings for name in found.names}
    freed = leakhunter.frees("many")
    assert not freed.exact
    assert 15_000_000 < freed.bytes
    answers.run("del many")


MANY = {
    "texts": (
        "many = ['a text of its own %d' % i for i in range(1_000_000)]",
        80_000_000,
    ),
    "records": ("many = [{'id': str(i)} for i in range(250_000)]", 60_000_000),
}


@pytest.mark.skipif(core.NATIVE is None, reason="takes seconds without the native core")
@pytest.mark.parametrize("what", MANY)
def test_a_million_objects_are_counted(what, answers):
    source, least = MANY[what]
    answers.run(source)
    freed = leakhunter.frees("many")
    assert freed.exact
    assert freed.bytes > least
    answers.run("del many")


def test_a_check_leaves_free_memory_free(answers, monkeypatch):
    hunter = answers.session.hunter
    assert hunter.affordable(1000) == 1000
    used = Limit(10_000_000_000, "cgroup", 9_700_000_000)
    monkeypatch.setattr(hunter.limits, "read", lambda _: used)
    assert hunter.affordable(OBJECTS_ASKED) == 300_000
    monkeypatch.setattr(hunter.limits, "read", lambda _: used._replace(used=used.bytes))
    assert hunter.affordable(OBJECTS_ASKED) == OBJECTS_IDLE
