"""Objects that lie, break, or watch who looks: everything answers, and none of their code runs.

What they define is recorded when it is called from this package, with the line
that called it; Python and IPython call it for reasons of their own.
"""

from __future__ import annotations

import sys
import threading
import tracemalloc
import types
from typing import ClassVar

import pytest
from hostile import HOSTILE, KINDS, LIBRARIES, PLACES
from IPython.core.error import StdinNotImplementedError
from IPython.utils.capture import capture_output

import leakhunter
from leakhunter.heap import core
from leakhunter.heap.walk.picture import OBJECTS_ASKED, OBJECTS_IDLE
from leakhunter.record.limits import Limit

DOORS = [
    "",
    "vars",
    "cells",
    "sheet",
    "--json",
    "1",
    "why kept",
    "why thing_0",
    "refs thing_0",
    "refs a_holder",
    "frees made kept",
    "heap --top 200",
    "heap a_holder",
    "gc",
    "gc --type list --min-size 1MB",
    "clear kept",
]


class Answers:
    """Runs cells that must not fail, and asks at each door."""

    def __init__(self, session, monkeypatch):
        self.session = session
        self.shell = session.shell
        monkeypatch.setattr("builtins.input", self._no_input)

    @staticmethod
    def _no_input(_prompt=""):
        raise StdinNotImplementedError

    def run(self, source):
        with capture_output() as out:
            result = self.shell.run_cell(source, store_history=True)
        assert result.success, (source, result.error_in_exec, result.error_before_exec)
        shown = [o.data.get("text/plain", "") for o in out.outputs]
        return "\n".join([out.stdout, *shown])

    def ask(self, line):
        before = sys.__dict__.get("last_value")
        told = self.run(f"%leakcheck {line}")
        assert "Traceback" not in told
        assert before is sys.__dict__.get("last_value")
        return told

    def value(self, name):
        return self.shell.user_ns[name]


@pytest.fixture
def answers(session, monkeypatch):
    answers = Answers(session, monkeypatch)
    yield answers
    for act in answers.shell.user_ns.get("undo", ()):
        act()
    for thread in answers.shell.user_ns.get("threads", ()):
        threading.Thread.join(thread)


def hold(answers, source):
    """Put what a source makes into every place, and ask at every door."""
    for library in ("numpy", "pandas"):
        if f"import {library}" in source:
            pytest.importorskip(library, reason=f"no {library} here")
    answers.run(HOSTILE)
    answers.run(source)
    answers.run(PLACES)
    for i in range(3):
        answers.run(f"x = {i}")
    for door in DOORS:
        assert answers.ask(door).strip(), door
    assert [] == sorted(set(answers.value("calls")))
    return answers.session.hunter.last


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_theirs_runs(kind, answers):
    report = hold(answers, KINDS[kind])
    assert [] == [c.text for c in report.checks if "could not look" in c.text]
    assert report.objects <= OBJECTS_ASKED + 1000
    assert "plain" in {name for found in report.findings for name in found.names}
    for one in answers.shell.user_ns.get("mocks", ()):
        assert [] == one.mock_calls


@pytest.mark.parametrize("kind", LIBRARIES)
def test_nothing_of_theirs_runs_inside_a_library(kind, answers):
    hold(answers, LIBRARIES[kind])


def test_who_looks_is_seen(answers):
    """The recorder of this test works: code of ours that asks is noted."""
    answers.run(HOSTILE)
    source = "len(one), one == one, bool(one), hash(one), one.a_name"
    ours = compile(source, "/leakhunter/x.py", "eval")
    with pytest.raises(AttributeError):
        eval(ours, {"one": answers.value("Shy")()})
    found = [call.split(" at ")[0] for call in answers.value("calls")]
    assert ["__len__", "__eq__", "__bool__", "hash", *["attribute a_name"] * 2] == found


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


SHOWN = """
class Shown(*bases):
    pass
for name, method in SPECIAL.items():
    if name not in ('__class__', '__dict__', '__getattribute__', '__getattr__', '__name__', '__module__', '__doc__', '__del__'):
        type.__setattr__(Shown, name, method)
"""


@pytest.mark.parametrize("base", ["object", "list", "dict", "str", "Exception"])
def test_what_was_shown_is_in_the_history(base, answers):
    answers.run(HOSTILE)
    answers.run(f"bases = ({base},)")
    answers.run(SHOWN)
    answers.run("shown = keep(Shown(), data())")
    for _ in range(3):
        answers.run("shown")
    answers.run("del shown")
    answers.run("calls.clear()")
    for door in ("", "vars", "--json", "1", "clear 1"):
        assert answers.ask(door).strip(), door
    assert [] == sorted(set(answers.value("calls")))
    places = {p for f in answers.session.hunter.last.findings for p in f.path}
    assert "Out[6]" in places


def test_a_failed_cell_of_hostile_locals(answers):
    answers.run(HOSTILE)
    answers.run(
        "def fail(*things):\n    held = {id(t): t for t in things}\n    raise Odd(held)"
    )
    answers.run(
        "Odd = shy(Exception, leave=('__repr__', '__str__', '__getattribute__', '__class__', '__dict__'))"
    )
    with capture_output():
        answers.shell.run_cell("fail(keep(Shy(), data()), ShyList)", store_history=True)
        answers.shell.run_cell(
            "fail(keep(Shy(), data()), keep(shy(list)(), data()))", store_history=True
        )
    answers.run("calls.clear()")
    for door in ("", "1", "--json", "clear 1"):
        assert answers.ask(door).strip(), door
    assert [] == sorted(set(answers.value("calls")))


def test_asked_while_things_run(answers):
    """From inside a generator, a coroutine, a comparison and a finalizer of the user's."""
    answers.run(
        "import gc\n"
        "def ask():\n    get_ipython().run_line_magic('leakcheck', '')\n    asked.append(1)\n"
        "asked = []\n"
        "def running(x):\n    mine = [x, bytearray(3_000_000)]\n    ask()\n    yield mine\n"
        "class Compared:\n    def __eq__(self, other):\n        ask()\n        return True\n    __hash__ = None\n"
        "class Finalized:\n    def __del__(self):\n        ask()\n"
        "async def work(x):\n    mine = [x]\n    ask()\n    return mine\n"
        "deep = running(bytearray(3_000_000))"
    )
    answers.run("next(deep)")
    answers.run("[Compared()] == [Compared()]")
    answers.run("one = Finalized(); del one")
    answers.run("loop = Finalized(); loop.me = loop; del loop; gc.collect()")
    answers.run("await work(bytearray(3_000_000))")
    assert 5 == len(answers.value("asked"))


def test_what_ends_noisily_is_not_ended(answers):
    """Nothing of the user's is finalized because somebody looks."""
    answers.run(
        "import gc, weakref\n"
        "ended = []\n"
        "class Loud:\n    def __del__(self):\n        ended.append('del')\n"
        "gc.disable()\n"
        "loud = Loud(); loud.me = loud\n"
        "weakref.finalize(loud, ended.append, 'finalizer')\n"
        "watch = weakref.ref(loud, lambda _: ended.append('callback'))\n"
        "del loud"
    )
    for door in ("", "vars", "gc --garbage", "--json"):
        answers.ask(door)
    answers.run("before = list(ended)\ngc.enable()\ngc.collect()")
    assert [] == answers.value("before")
    assert ["callback", "del", "finalizer"] == sorted(answers.value("ended"))


LIBRARIES_LOOKED_INTO = [
    "numpy", "pandas", "pyarrow", "polars", "PIL", "torch", "duckdb", "sklearn", "lightgbm", "xgboost", "matplotlib",
    "ipywidgets", "bokeh", "panel", "holoviews", "dask", "distributed", "joblib", "jax", "cupy", "cymem", "comm",
]  # fmt: skip


def _raise(name):
    raise RuntimeError(name)


def raising(name):
    module = types.ModuleType(name)
    module.__getattr__ = _raise
    return module


class Replaced:
    """Something of the user's in the place of a module."""

    asked: ClassVar = []

    def __getattr__(self, name):
        self.asked.append(name)
        raise KeyError(name)


BROKEN = {
    "empty": types.ModuleType,
    "raising": raising,
    "replaced": lambda _name: Replaced(),
    "forbidden": lambda _name: None,
}


@pytest.fixture
def broken(monkeypatch):
    """Puts something else in the place of a library, its submodules gone."""

    def put(library, what):
        for one in [m for m in sys.modules if m.startswith(library + ".")]:
            monkeypatch.delitem(sys.modules, one)
        monkeypatch.setitem(sys.modules, library, what)

    return put


def look_with_broken(answers, how, broken, monkeypatch):
    answers.run("plain = bytearray(20_000_000)\nheld = [bytearray(10), {'k': plain}]")
    answers.run(
        "1.5"
    )  # IPython itself looks into numpy before it first shows something
    for library in LIBRARIES_LOOKED_INTO:
        broken(library, BROKEN[how](library))
        report = leakhunter.check()
        monkeypatch.undo()
        lines = [c.text for c in report.checks if "could not look" in c.text]
        assert len(lines) <= 1, (library, lines)
        assert "plain" in {n for f in report.findings for n in f.names}, library


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_library_costs_one_line(how, answers, broken, monkeypatch):
    look_with_broken(answers, how, broken, monkeypatch)


def test_what_takes_a_library_s_place_is_not_asked(answers, broken, monkeypatch):
    Replaced.asked.clear()
    look_with_broken(answers, "replaced", broken, monkeypatch)
    assert set() == set(Replaced.asked)


@pytest.mark.parametrize("how", BROKEN)
def test_all_libraries_may_be_broken(how, answers, broken):
    answers.run("plain = bytearray(20_000_000)\nheld = [bytearray(10), {'k': plain}]")
    answers.run("1.5")
    for library in LIBRARIES_LOOKED_INTO:
        broken(library, BROKEN[how](library))
    for door in ("", "sheet", "gc", "why held", "--json", "clear held"):
        assert answers.ask(door).strip(), door
    assert 20_000_000 <= leakhunter.frees("plain", "held").bytes
