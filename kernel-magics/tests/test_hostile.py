"""Objects that lie, break, or watch who looks: everything answers, and none of their code runs.

What they define is recorded when it is called from this package, with the line
that called it; Python and IPython call it for reasons of their own.
"""

from __future__ import annotations

import pytest
from hostile import HOSTILE, KINDS, LIBRARIES, PLACES
from IPython.utils.capture import capture_output

from leakhunter.heap.walk.picture import OBJECTS_ASKED

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
