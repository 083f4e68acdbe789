"""What handlers, finalizers and callbacks hold: who is accused, and what clearing leaves standing."""

from __future__ import annotations

import asyncio
import atexit
import gc
import io
import logging
import logging.handlers
import sys
import weakref
from types import SimpleNamespace

import pytest

from leakhunter.act.release import comms
from leakhunter.heap.adapters import stringio
from leakhunter.heap.roots import exits, timers
from leakhunter.heap.slots import Slot

np = pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000


@pytest.fixture
def hold(session):
    """A session; runs cells and returns the findings about registries; nothing stays registered."""
    known = {id(c.function) for c in exits.callbacks()}
    session("import numpy as np, logging, logging.handlers, io, weakref, gc, sys")

    def run(*cells: str):
        for cell in cells:
            session(cell)
        return [f for f in session.findings() if f.kind == "registry"]

    run.session = session
    run.names = session.shell.user_ns
    yield run
    for callback in exits.callbacks():
        if id(callback.function) not in known:
            atexit.unregister(callback.function)


@pytest.fixture
def logger():
    """Makes a logger of the test's own, without the handlers that pytest adds to each."""
    own = logging.getLogger("shop")
    own.setLevel("INFO")
    own.propagate = False

    def make(*handlers: logging.Handler) -> logging.Logger:
        own.handlers[:] = handlers
        return own

    yield make
    own.handlers.clear()


def told(finding) -> tuple[str, str, str]:
    return finding.verdict, finding.group, finding.remedy.action


# -- logging ---------------------------------------------------------------------


def test_records_that_wait_in_a_memory_handler(hold, logger):
    logger(logging.handlers.MemoryHandler(10_000))
    (finding,) = hold(
        "for k in range(4):\n    w = np.full(1_000_000, k, float)\n"
        "    logging.getLogger('shop').info('weights %s', w)\ndel w"
    )
    assert ("leak", "check", "clear") == told(finding)
    assert ["logging.getLogger('shop').handlers[0].buffer"] == finding.names
    assert (
        "A handler of logger `shop` keeps 4 records with their arguments."
        == finding.reason
    )
    assert 32 == finding.frees // MB
    hold.session(f"%leakcheck clear {finding.id} --yes")
    (handler,) = logging.getLogger("shop").handlers
    assert [] == handler.buffer
    assert [] == hold()


def test_records_that_have_a_target_are_handed_on(hold, logger):
    stream = io.StringIO()
    target = logging.StreamHandler(stream)
    own = logger(logging.handlers.MemoryHandler(10_000, target=target))
    (finding,) = hold("logging.getLogger('shop').info('%s', np.ones(2_000_000))")
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert "[1. 1. 1. ... 1. 1. 1.]\n" == stream.getvalue()
    assert [] == own.handlers[0].buffer


def test_a_stream_in_memory_keeps_its_place(hold, logger):
    stream = io.StringIO()
    own = logger(logging.StreamHandler(stream))
    (finding,) = hold(
        "for _ in range(100):\n    logging.getLogger('shop').info('z' * 100_000)"
    )
    assert ("leak", "check", "clear") == told(finding)
    assert 10 == finding.frees // MB
    hold.session(f"%leakcheck clear {finding.id} --yes")
    own.info("still here")
    assert "still here\n" == stream.getvalue()


def test_a_stream_that_a_variable_names_may_be_wanted(hold, logger):
    logger()
    (finding,) = hold(
        "text = io.StringIO()\nlogging.getLogger('shop').addHandler(logging.StreamHandler(text))\n"
        "logging.getLogger('shop').info('z' * 5_000_000)"
    )
    assert ("suspect", "check", "clear") == told(finding)
    assert (
        "A variable of yours leads to it: cannot tell whether it is wanted."
        in finding.facts
    )


def test_the_list_of_a_handler_of_the_users(hold, logger):
    logger()
    cell = (
        "class Keep(logging.Handler):\n    def __init__(self):\n        super().__init__()\n        self.seen = []\n"
        "    def emit(self, record):\n        self.seen.append(record)\n"
        "logging.getLogger('shop').addHandler(Keep())\n"
        "logging.getLogger('shop').info('%s', np.ones(1_000_000))"
    )
    (finding,) = hold(cell)
    assert ("leak", "check", "clear") == told(finding)
    assert ["logging.getLogger('shop').handlers[0].seen"] == finding.names
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == hold()
    assert [] == logging.getLogger("shop").handlers[0].seen


def test_a_dictionary_of_a_handler_is_not_touched(hold, logger):
    handler = logging.NullHandler()
    handler.last = {"data": np.ones(1_000_000)}
    logger(handler)
    (finding,) = hold()
    assert ("leak", "check", "advice") == told(finding)
    assert finding.fix.endswith(
        "logging.getLogger('shop').removeHandler(logging.getLogger('shop').handlers[0])"
    )


@pytest.mark.parametrize(
    "handler",
    [logging.StreamHandler(sys.__stderr__), logging.handlers.MemoryHandler(10)],
    ids=["a stream of the system", "an empty buffer"],
)
def test_handlers_that_keep_nothing_are_not_told(hold, logger, handler):
    logger(handler)
    assert [] == hold("kept = np.ones(5_000_000)")


def test_a_filter_is_called_one(hold, logger):
    filtering = logging.Filter()
    filtering.seen = [np.ones(1_000_000)]
    logger().addFilter(filtering)
    (finding,) = hold()
    assert "A filter of logger `shop` keeps `seen`." == finding.reason
    logging.getLogger("shop").removeFilter(filtering)


# -- weakref.finalize ------------------------------------------------------------


MODEL = "class Model:\n    pass\ndef bye(*held):\n    pass\n"


def test_a_finalizer_that_holds_what_it_waits_for(hold):
    (finding,) = hold(
        MODEL + "m = Model()\nm.data = np.ones(2_000_000)\n"
        "weakref.finalize(m, bye, m).atexit = False\ndel m"
    )
    assert ("leak", "check", "clear") == told(finding)
    assert "neither ever goes" in finding.reason
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == hold()


def test_a_finalizer_whose_object_lives(hold):
    (finding,) = hold(
        MODEL + "m = Model()\nfinal = weakref.finalize(m, bye, np.ones(2_000_000))"
    )
    assert "until the object that it waits for is gone" in finding.reason
    assert ["`bye()` will not run."] == finding.breaks
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert not hold.names["final"].alive


def test_a_finalizer_with_data_in_use_is_not_told(hold):
    cell = MODEL + "m, big = Model(), np.ones(2_000_000)\n"
    assert [] == hold(cell + "final = weakref.finalize(m, bye, big)")
    hold.names["final"].detach()


# -- callbacks -------------------------------------------------------------------


def test_a_callback_of_an_event(hold):
    (finding,) = hold(
        "def make():\n    table = np.ones(2_000_000)\n    def see(*_):\n        table.sum()\n    return see\n"
        "get_ipython().events.register('post_execute', make())"
    )
    assert ("leak", "check", "clear") == told(finding)
    assert "IPython calls a function on `post_execute`" in finding.reason
    before = len(hold.session.shell.events.callbacks["post_execute"])
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert before - 1 == len(hold.session.shell.events.callbacks["post_execute"])


def test_a_callback_that_a_leftover_names_may_be_wanted(hold):
    (finding,) = hold(
        "def make():\n    table = np.ones(2_000_000)\n    return lambda *_: table.sum()\n"
        "see = make()\nget_ipython().events.register('post_execute', see)",
        "1 + 1;",
    )
    assert ("suspect", "check") == told(finding)[:2]
    assert "see" in finding.names
    hold.session(f"%leakcheck clear {finding.id} --yes")


def test_a_callback_of_the_collector(hold):
    (finding,) = hold(
        "def make():\n    table = np.ones(2_000_000)\n    return lambda *_: table.size\n"
        "gc.callbacks.append(make())"
    )
    before = len(gc.callbacks)
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert before - 1 == len(gc.callbacks)


def test_a_hook_is_left_to_the_user(hold, monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    (finding,) = hold(
        "def make():\n    table = np.ones(2_000_000)\n    return lambda *_: table.size\n"
        "sys.unraisablehook = make()"
    )
    assert ("leak", "check", "advice") == told(finding)
    assert "import sys\nsys.unraisablehook = sys.__unraisablehook__" == finding.fix


def test_a_stream_in_place_of_what_is_printed_to(hold, monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    sys.stdout.write("x" * 5_000_000)
    (finding,) = hold()
    assert ("leak", "check", "clear") == told(finding)
    assert ["sys.stdout"] == finding.names
    hold.session.shell.run_line_magic("leakcheck", f"clear {finding.id} --yes")
    assert "xx" not in sys.stdout.getvalue()


def test_what_the_collector_keeps_is_one_finding(hold):
    gc.garbage.extend(np.ones(200_000) for _ in range(10))
    try:
        (finding,) = hold()
        assert 16 == finding.frees // MB
        hold.session(f"%leakcheck clear {finding.id} --yes")
        assert [] == gc.garbage
    finally:
        gc.garbage.clear()


def test_clearing_takes_out_the_one_that_was_shown(hold):
    """By identity: an equal callback of another kind stays."""

    class Equal:
        def __init__(self):
            self.data = np.ones(2_000_000)

        def __eq__(self, other):
            raise AssertionError

        __hash__ = None

        def __call__(self, *_):
            pass

    callbacks = hold.session.shell.events.callbacks["pre_execute"]
    callbacks.append(Equal())
    callbacks.append(Equal())
    first, second = hold()
    hold.session(f"%leakcheck clear {second.id} --yes")
    (left,) = hold()
    assert first.names == left.names
    hold.session(f"%leakcheck clear {left.id} --yes")


# -- the pieces ------------------------------------------------------------------


def test_the_size_of_a_text_in_memory():
    stream = io.StringIO()
    for _ in range(50):
        stream.write("x" * 10_000)
    assert 500_000 == stringio.text_size(stream)
    stream.read()
    assert 2_000_000 <= stringio.text_size(stream) <= 2_500_000


def test_a_closed_text_has_no_size():
    stream = io.StringIO("x" * 5000)
    stream.close()
    assert 0 <= stringio.text_size(stream) <= 20_000


# -- atexit ----------------------------------------------------------------------


seen = pytest.mark.skipif(
    not exits.callbacks(), reason="callbacks of atexit cannot be seen here"
)


@pytest.fixture
def at_exit():
    """Registers with ``atexit``; nothing of it stays."""
    registered = []

    def register(function, *args, **kwargs):
        registered.append(function)
        atexit.register(function, *args, **kwargs)

    yield register
    for function in registered:
        atexit.unregister(function)


@seen
def test_callbacks_of_atexit_are_all_seen(at_exit):
    def bye(*_, **__):
        pass

    at_exit(bye, 1, two=2)
    assert (bye, (1,), {"two": 2}) == exits.callbacks()[-1]
    before = sys.getrefcount(bye)
    exits.callbacks()
    assert before == sys.getrefcount(bye)
    atexit.unregister(bye)
    assert bye not in [c.function for c in exits.callbacks()]


@seen
def test_arguments_that_atexit_keeps(hold):
    (finding,) = hold(
        "import atexit\ndef bye(*_): pass\nbig = np.ones(1_000_000)\natexit.register(bye, big, 1)\ndel big"
    )
    assert ("leak", "check", "clear") == told(finding)
    assert 8 == finding.frees // MB
    assert "import atexit\natexit.unregister(bye)" == finding.fix
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == hold()


@seen
@pytest.mark.parametrize(
    "register",
    [
        "atexit.register(lambda: table.sum())",
        "atexit.register(functools.partial(len, table))",
        "atexit.register(print, data=table)",
    ],
    ids=["closure", "partial", "keyword"],
)
def test_other_ways_to_register(hold, register):
    (finding,) = hold(
        f"import atexit, functools\ndef make():\n    table = np.ones(1_000_000)\n    {register}\nmake()"
    )
    assert 8 == finding.frees // MB
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == hold()


@seen
def test_a_callback_that_is_registered_twice_is_one_finding(hold):
    (finding,) = hold(
        "import atexit\ndef bye(*_): pass\nfor _ in range(2): atexit.register(bye, np.ones(1_000_000))"
    )
    assert 16 == finding.frees // MB
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == hold()


@seen
def test_a_callback_with_data_in_use_is_not_told(hold):
    cell = "import atexit\ndef bye(*_): pass\nbig = np.ones(1_000_000)\natexit.register(bye, big)"
    assert [] == hold(cell)
    hold.session("atexit.unregister(bye)")


def test_nothing_of_it_is_held_by_looking(hold, logger):
    own = logger(logging.handlers.MemoryHandler(10_000))
    data = np.ones(1_000_000)
    seen = weakref.ref(data)
    own.info("%s", data)
    del data
    hold()
    own.handlers[0].buffer.clear()
    assert seen() is None


@pytest.fixture
def loop():
    """An event loop that counts as running."""
    made = asyncio.new_event_loop()
    asyncio._set_running_loop(made)
    yield made
    asyncio._set_running_loop(None)
    made.close()


LATER = "def done(x): pass"


def test_a_call_that_the_event_loop_makes_later(hold, loop):
    hold(LATER)
    loop.call_later(3600, hold.names["done"], np.ones(1_000_000))
    loop.call_later(3600, print, "nothing much")
    [finding] = hold("x = 1")
    assert ("leak", "clear") == (finding.verdict, finding.remedy.action)
    assert "The event loop keeps `done()` and its arguments" in finding.reason
    assert 8 * MB <= finding.frees < 8.1 * MB
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert [True, False] == [h.cancelled() for h in timers.handles()]
    assert [] == hold()


def test_a_call_with_a_closure_is_cancelled_whole(hold, loop):
    hold("def make():\n    data = np.ones(1_000_000)\n    return lambda: data.sum()")
    loop.call_later(3600, hold.names["make"]())
    [finding] = hold("x = 1")
    assert "loop.call_later <lambda>()" in finding.path
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == hold()


def test_a_loop_that_writes_down_who_asked_is_left_alone(hold, loop):
    hold(LATER)
    loop.set_debug(True)
    loop.call_later(3600, hold.names["done"], np.ones(1_000_000))
    [finding] = hold("x = 1")
    hold.session(f"%leakcheck clear {finding.id} --yes")
    assert [False] == [h.cancelled() for h in timers.handles()]


def test_only_the_target_of_the_picture_is_taken_out(shell):
    comm = pytest.importorskip("comm", reason="no comm here")
    targets = comm.get_comm_manager().targets
    seen, other = (lambda *_: 1), (lambda *_: 2)
    slot = Slot(comms.PLACE, "targets['mine']")
    picture = SimpleNamespace(ids=[id(seen)], slots={slot: 0})

    targets["mine"] = other
    comms.release(shell, slot, picture)
    assert other is targets["mine"]
    targets["mine"] = seen
    comms.release(shell, slot, picture)
    assert "mine" not in targets
