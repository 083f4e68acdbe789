"""Holders beyond the user's names: each is found under its own label, and looking leaves no trace."""

from __future__ import annotations

import _signal
import asyncio
import contextlib
import functools
import gc
import importlib
import io
import linecache
import logging
import logging.handlers
import multiprocessing.util
import signal
import sys
import threading
import types
import weakref
from concurrent import futures

import pytest

from leakhunter.heap import roots
from leakhunter.heap.roots import BY_PLACE, ROOTS, root_slots, value_at
from leakhunter.heap.slots import GONE, Slot
from leakhunter.heap.trial import trial
from leakhunter.heap.walk.boundary import Boundary
from leakhunter.heap.walk.capture import Capture

PLENTY = 10_000_000


def everything(shell):
    """All slots of all roots, and none that could not be looked at."""
    blind = set()
    found = list(root_slots(shell, blind))
    assert set() == blind
    return found


def holders(shell, wanted):
    """Labels of the root slots that reach an object."""
    capture = Capture(Boundary(shell), PLENTY)
    for _ in capture.run(root_slots(shell, set())):
        pass
    graph = capture.graph
    node = list(graph.ids).index(id(wanted)) if id(wanted) in graph.ids else None
    return sorted(
        slot.label
        for slot, start in graph.slots.items()
        if node in graph.reach([start])
    )


def labels(shell, place):
    return [slot.label for slot, _ in everything(shell) if slot.place == place]


class Planted(bytearray):
    """Something big whose holders are asked for."""

    def __init__(self):
        super().__init__(100_000)


@pytest.fixture
def planted():
    return Planted()


@pytest.fixture
def module_in(tmp_path, monkeypatch):
    """Writes a module into a folder and imports it."""
    made = []

    def make(source, name="helpers", folder="."):
        where = tmp_path / folder
        where.mkdir(parents=True, exist_ok=True)
        (where / f"{name}.py").write_text(source)
        monkeypatch.syspath_prepend(str(where))
        importlib.invalidate_caches()
        made.append(name)
        return importlib.import_module(name)

    yield make
    for name in made:
        sys.modules.pop(name, None)


# -- each kind ------------------------------------------------------------------


def test_figures_are_held_by_pyplot_until_they_are_closed(shell, planted):
    pytest.importorskip("matplotlib", reason="no matplotlib here")
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    plt.figure(7).payload = planted

    assert ["Gcf.figs[7]"] == holders(shell, planted)
    plt.close(7)
    assert [] == holders(shell, planted)


def test_widgets_are_held_by_their_registry_and_by_their_comm(shell, planted):
    widgets = pytest.importorskip("ipywidgets", reason="no ipywidgets here")

    class Mine(widgets.Text):
        @property
        def model(self):
            raise AssertionError

    widget = Mine()
    widget.payload = planted
    model = widget.model_id

    assert [
        f"Widget.widgets['{model}']",
        f"comm_manager.comms['{model}']",
    ] == holders(shell, planted)
    widget.close()
    assert [] == holders(shell, planted)


def test_targets_of_comms_hold_their_closures(shell, planted):
    comm = pytest.importorskip("comm", reason="no comm here")
    manager = comm.get_comm_manager()
    manager.register_target("mine", lambda *_: planted)

    assert ["comm_manager.targets['mine']"] == holders(shell, planted)
    manager.targets.pop("mine")


def test_channels_of_panel_hold_what_they_call(shell, planted):
    comms = pytest.importorskip("pyviz_comms", reason="no pyviz_comms here")
    own = comms.CommManager.get_client_comm(id="mine", on_msg=lambda _: planted)

    assert ["pyviz_comms.CommManager._comms['mine']"] == holders(shell, planted)
    del comms.CommManager._comms[own.id]


def test_the_current_document_holds_its_models(shell, planted):
    plotting = pytest.importorskip("bokeh.plotting", reason="no bokeh here")
    from bokeh.io import curdoc

    figure = plotting.figure()
    figure.tags = [planted]
    curdoc().add_root(figure)

    assert ["bokeh.io.curdoc()"] == holders(shell, planted)
    curdoc().clear()


def test_panel_holds_what_was_shown_and_cached(shell, planted):
    pn = pytest.importorskip("panel", reason="no panel here")
    pn.state._views["view1"] = (planted, None, None, None)
    other = Planted()
    pn.state.cache["data"] = other

    assert ["pn.state._views['view1']"] == holders(shell, planted)
    assert ["pn.state.cache['data']"] == holders(shell, other)
    pn.state._views.clear()
    pn.state.cache.clear()


def test_holoviews_holds_callbacks_of_plots(shell, planted):
    pytest.importorskip("holoviews", reason="no holoviews here")
    from holoviews.plotting.bokeh.callbacks import Callback

    Callback._callbacks["x"] = planted

    assert ["Callback._callbacks"] == holders(shell, planted)
    Callback._callbacks.clear()


def test_handlers_hold_records_and_texts(shell, planted):
    logger = logging.getLogger("train")
    logger.propagate = False
    buffered = logging.handlers.MemoryHandler(1000)
    logger.addHandler(buffered)
    logger.warning("%s", 0, extra={"seen": planted})
    text = io.StringIO()
    logger.addHandler(logging.StreamHandler(text))

    assert ["logging.getLogger('train').handlers[0].buffer"] == holders(shell, planted)
    assert ["logging.getLogger('train').handlers[1].stream"] == holders(shell, text)
    logger.handlers.clear()
    logger.propagate = True


def test_a_shared_handler_counts_once_and_closures_in_filters_count(shell, planted):
    class Keeping(logging.Handler):
        def __init__(self):
            super().__init__()
            self.kept = [planted]

    handler, other = Keeping(), Planted()
    handler.addFilter(lambda record: other and record)
    first, second = logging.getLogger("first"), logging.getLogger("second")
    first.addHandler(handler)
    second.addHandler(handler)

    assert ["logging.getLogger('first').handlers[0].kept"] == holders(shell, planted)
    assert ["logging.getLogger('first').handlers[0].filters[0]"] == holders(
        shell, other
    )
    first.handlers.clear()
    second.handlers.clear()


def test_a_stream_of_the_system_and_a_file_are_nothing(shell, tmp_path):
    logger = logging.getLogger("plain")
    logger.addHandler(logging.StreamHandler(sys.__stderr__))
    logger.addHandler(logging.FileHandler(tmp_path / "log"))
    logger.addHandler(logging.NullHandler())

    assert [] == [at for at in labels(shell, "log") if "plain" in at]
    logger.handlers[1].close()
    logger.handlers.clear()


MODULE = """
from __future__ import annotations
import enum, functools, logging, threading, typing
from pathlib import Path
LOG, HERE, T = logging.getLogger("helpers"), Path("."), typing.TypeVar("T")
class Color(enum.Enum): RED, BLUE = 1, [2]
TABLE = [bytearray(100_000)]
SMALL, NAMES = 3, ("a", "b")
LOCAL = threading.local()
LOCAL.x = bytearray(100_000)
class Model:
    cache = {"x": bytearray(100_000)}
    size = 3
    @functools.lru_cache
    def compute(self): return bytearray(100_000)
    def plain(self, x=3, *, y="a"): ...
def plain(x: int = 3): ...
def keeping(x={"a": bytearray(100_000)}): return x
def closure(data=None):
    data = bytearray(100_000)
    return lambda: data
KEPT = closure()
MODEL = Model()
MODEL.compute()
"""


def test_globals_of_the_users_modules_are_listed_and_only_what_holds_something(
    shell, module_in
):
    helpers = module_in(MODULE)
    found = [at for at in labels(shell, "module") if at.startswith("helpers.")]

    assert [
        "helpers.TABLE",
        "helpers.LOCAL",
        "helpers.Model.cache",
        "helpers.Model.compute",
        "helpers.keeping",
        "helpers.KEPT",
        "helpers.MODEL",
    ] == found
    assert ["helpers.TABLE"] == holders(shell, helpers.TABLE[0])
    assert ["helpers.LOCAL"] == holders(shell, helpers.LOCAL.x)
    assert ["helpers.Model.cache"] == holders(shell, helpers.Model.cache["x"])
    assert ["helpers.Model.compute"] == holders(shell, helpers.MODEL.compute())
    assert ["helpers.KEPT"] == holders(shell, helpers.KEPT())
    assert ["helpers.keeping"] == holders(shell, helpers.keeping()["a"])


def test_two_modules_that_share_a_value_both_hold_it(shell, module_in):
    helpers = module_in("TABLE = [bytearray(100_000)]")
    module_in("from helpers import TABLE", "other")

    assert ["helpers.TABLE", "other.TABLE"] == holders(shell, helpers.TABLE[0])


def test_globals_of_a_script_stay_after_run(shell, tmp_path):
    script = tmp_path / "train.py"
    script.write_text("data = [bytearray(100_000)]\n")
    shell.run_line_magic("run", str(script))

    assert ["%run train.py: data"] == holders(shell, shell.user_ns["data"][0])


LIBRARY = """
import functools, threading
class Thing: ...
LONG = {n: Thing() for n in range(2000)}
SHORT_LISTS = {n: [n] for n in range(2000)}
TABLE = dict.fromkeys(range(2000), len)
HUGE = set(range(10_000))
TEXTS = ["x" * 1000] * 2000
CACHE = {"frame": bytearray(2_000_000)}
SHORT = {"a": 1}
WORDS = tuple(range(2000))
STATE = threading.local()
STATE.x = bytearray(2_000_000)
@functools.lru_cache
def load(n): return bytearray(n)
@functools.lru_cache
def small(n): return n
load(2_000_000)
small(1)
THING = Thing()
"""


def test_of_a_librarys_globals_only_what_can_be_big_is_listed(shell, module_in):
    module_in(LIBRARY, "somelib", "site-packages")
    module_in("from somelib import LONG", "somelib2", "site-packages")
    found = [at for at in labels(shell, "library") if at.startswith("somelib")]

    assert [
        f"somelib.{x}" for x in ("LONG", "HUGE", "TEXTS", "CACHE", "STATE", "load")
    ] == found
    assert [] == [at for at in labels(shell, "module") if at.startswith("somelib")]
    assert "somelib" == BY_PLACE["library"].owner("somelib.LONG")


def test_a_big_array_in_a_library_is_listed_and_a_small_one_is_not(shell, module_in):
    pytest.importorskip("numpy", reason="no numpy here")
    source = "import numpy as np\nBIG = np.ones(200_000)\nSMALL = np.ones(9)"
    module_in(source, "somelib", "site-packages")

    found = [at for at in labels(shell, "library") if at.startswith("somelib")]
    assert ["somelib.BIG"] == found


@contextlib.contextmanager
def waiting(make):
    """A thread that waits for the end of the test."""
    begun, end = threading.Event(), threading.Event()
    thread = make(begun, end)
    thread.start()
    begun.wait()
    try:
        yield thread
    finally:
        end.set()
        thread.join()


def load_and_wait(begun, end, made):
    data = Planted()
    made.append(weakref.ref(data))
    begun.set()
    end.wait()


def test_locals_of_a_thread_are_listed_and_none_is_kept(shell):
    made = []
    make = functools.partial(threading.Thread, target=load_and_wait, name="loader")
    with waiting(lambda *events: make(args=(*events, made))):
        data = made[0]()
        count = sys.getrefcount(data)

        assert ["thread loader: local data of load_and_wait()"] == holders(shell, data)
        assert count == sys.getrefcount(data)
        del data
    gc.collect()
    assert made[0]() is None


def test_arguments_and_attributes_of_a_thread_are_listed(shell, planted):
    class Loader(threading.Thread):
        def run(self):
            self.begun.set()
            self.end.wait()

        @property
        def name(self):
            raise AssertionError

    def make(begun, end):
        thread = Loader.__new__(Loader)
        threading.Thread.__init__(thread, args=([planted],), daemon=True)
        thread.begun, thread.end, thread.kept = begun, end, [other]
        return thread

    other = Planted()
    with waiting(make) as thread:
        name = f"{thread._name} (Loader)"

        assert [f"thread {name}: args"] == holders(shell, planted)
        assert [f"thread {name}: kept"] == holders(shell, other)


def test_work_that_waits_for_a_pool_of_threads_is_held_by_its_queue(shell, planted):
    begun, end = threading.Event(), threading.Event()
    with futures.ThreadPoolExecutor(1, thread_name_prefix="pool") as pool:
        pool.submit(lambda: (begun.set(), end.wait()))
        begun.wait()
        pool.submit(cleanup, [planted])
        found = holders(shell, planted)
        end.set()

    assert "thread pool_0: local work_queue of _worker()" in found


def keep_locals(begun, end, made):
    mine = locals()
    made.append(mine)
    later = Planted()
    begun.set()
    end.wait()
    del later


def test_a_function_that_keeps_its_own_locals_finds_them_as_they_were(shell):
    made = []
    make = functools.partial(threading.Thread, target=keep_locals)
    with waiting(lambda *events: make(args=(*events, made))):
        before = dict(made[0])
        everything(shell)

        assert before == made[0]


def run_code(begun, end, made):
    exec("x = 5")
    begun.set()
    end.wait()
    with contextlib.suppress(NameError):
        made.append(eval("x"))


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="exec has its own names there")
def test_names_that_exec_made_in_a_thread_stay(shell):
    made = []
    make = functools.partial(threading.Thread, target=run_code)
    with waiting(lambda *events: make(args=(*events, made))):
        everything(shell)

    assert [5] == made


def test_tasks_hold_the_locals_of_their_coroutine(shell):
    made = []

    async def train(end):
        data = Planted()
        made.append(weakref.ref(data))
        await end

    loop = asyncio.new_event_loop()
    end = loop.create_future()
    task = loop.create_task(train(end), name="training")
    finished = loop.create_task(asyncio.sleep(0), name="finished")
    loop.run_until_complete(finished)

    if sys.version_info < (3, 14):
        at = "asyncio task training: train()"
        assert [at] == holders(shell, made[0]())
        assert [at] == [label for label in labels(shell, "task") if "train" in label]
    end.set_result(None)
    loop.run_until_complete(task)
    assert [] == labels(shell, "task")
    loop.close()


def test_tasks_of_a_loop_that_runs_are_found(shell):
    async def cell():
        end = asyncio.get_running_loop().create_future()

        async def train():
            await end

        task = asyncio.create_task(train(), name="training")
        await asyncio.sleep(0)
        found = labels(shell, "task")
        end.set_result(None)
        await task
        return found

    assert "asyncio task training: train()" in asyncio.run(cell())


class Owner:
    pass


def cleanup(*things):
    pass


def test_a_finalizer_holds_its_arguments(shell, planted):
    owner = Owner()
    finalizer = weakref.finalize(owner, cleanup, [planted])
    number = weakref.finalize._registry[finalizer].index

    assert [f"weakref.finalize {number}: cleanup()"] == holders(shell, planted)
    finalizer.detach()
    assert [] == holders(shell, planted)


def test_a_long_source_text_is_listed_and_a_short_one_is_not(shell):
    lines = ["x = 1\n"] * 200_000
    linecache.cache["/home/me/long.py"] = (1_200_000, None, lines, "/home/me/long.py")
    linecache.cache["/home/me/short.py"] = (6, None, ["x = 1\n"], "/home/me/short.py")

    assert "linecache.cache['…/home/me/long.py']" in labels(shell, "source")
    assert not any("short.py" in label for label in labels(shell, "source"))
    for name in ("long", "short"):
        del linecache.cache[f"/home/me/{name}.py"]


def test_signal_handlers_and_callbacks_of_gc_hold_their_closures(shell):
    one, two = Planted(), Planted()
    before = signal.signal(signal.SIGUSR1, lambda *_: one)
    gc.callbacks.append(lambda *_: two)

    assert ["signal.getsignal(SIGUSR1)"] == holders(shell, one)
    assert [f"gc.callbacks[{len(gc.callbacks) - 1}]"] == holders(shell, two)
    signal.signal(signal.SIGUSR1, before)
    gc.callbacks.pop()


def test_a_builtin_method_holds_its_object_and_garbage_is_listed(shell):
    seen, lost = [Planted()], [Planted()]
    shell.events.callbacks["shell_initialized"].append(seen.append)
    gc.garbage.append(lost)
    found = [holders(shell, x) for x in (seen[0], lost[0])]
    at = f"gc.garbage[{len(gc.garbage) - 1}]"
    gc.garbage.pop()

    assert [["ip.events.callbacks['shell_initialized'][0]"], [at]] == found


def test_hooks_of_sys_and_replaced_streams_are_listed(shell, planted, monkeypatch):
    class Tee:
        def __init__(self):
            self.lines = [planted]

        def write(self, text):
            raise AssertionError

        flush = write

    other = Planted()
    monkeypatch.setattr(sys, "excepthook", lambda *_: other)
    monkeypatch.setattr(sys, "stdout", Tee())
    text = io.StringIO()
    monkeypatch.setattr(sys, "stderr", text)
    found = [holders(shell, x) for x in (planted, other, text)]
    monkeypatch.undo()

    assert [["sys.stdout"], ["sys.excepthook"], ["sys.stderr"]] == found


def test_ipythons_callbacks_transformers_printers_and_magics_are_listed(shell):
    def keeping():
        data = Planted()
        return data, lambda *_, **__: data

    one, callback = keeping()
    two, transformer = keeping()
    three, printer = keeping()
    four, magic = keeping()
    five, handler = keeping()
    shell.events.register("post_run_cell", callback)
    shell.input_transformers_post.append(transformer)
    shell.display_formatter.formatters["text/html"].for_type(Owner, printer)
    shell.register_magic_function(magic, magic_name="mine")
    shell.set_custom_exc((ZeroDivisionError,), handler)
    index = shell.events.callbacks["post_run_cell"].index(callback)

    assert [f"ip.events.callbacks['post_run_cell'][{index}]"] == holders(shell, one)
    assert ["ip.input_transformers_post[0]"] == holders(shell, two)
    at = "ip.display_formatter.formatters['text/html'].type_printers[Owner]"
    assert [at] == holders(shell, three)
    assert ["ip.magics_manager.magics['line']['mine']"] == holders(shell, four)
    assert ["ip.CustomTB"] == holders(shell, five)


def test_finalizers_of_multiprocessing_hold_their_arguments(shell, planted):
    finalizer = multiprocessing.util.Finalize(
        None, cleanup, args=(planted,), exitpriority=0
    )
    number = len(multiprocessing.util._finalizer_registry) - 1

    at = f"multiprocessing finalizer {number}: cleanup() args"
    assert [at] == holders(shell, planted)
    finalizer.cancel()


def test_the_executor_of_joblib_holds_its_initializer(shell, planted):
    joblib = pytest.importorskip("joblib", reason="no joblib here")
    from joblib.externals.loky import get_reusable_executor

    executor = get_reusable_executor(
        1, initializer=cleanup, initargs=(planted,), reuse=False
    )
    at = "joblib.externals.loky.reusable_executor._executor"
    assert at in holders(shell, planted)
    executor.shutdown(kill_workers=True)
    del joblib


def test_workers_of_dask_in_this_process_hold_results(shell):
    distributed = pytest.importorskip("distributed", reason="no distributed here")

    with distributed.Client(
        processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None
    ) as client:
        future = client.submit(Planted)
        distributed.wait(future)
        (worker,) = client.cluster.workers.values()
        data = dict(worker.data)[future.key]

        assert "distributed.worker 0: data" in holders(shell, data)
        assert "distributed.scheduler 0: tasks" in labels(shell, "dask")


# -- harmless --------------------------------------------------------------------


class Recording:
    """Its every method is user code: none may run."""

    seen: list[str] = []  # noqa: RUF012 - one list is meant

    def __getattribute__(self, name):
        Recording.seen.append(f"getattr {name}")
        raise RuntimeError(name)

    def __getattr__(self, name):
        Recording.seen.append(f"getattr {name}")
        raise RuntimeError(name)

    def __eq__(self, other):
        Recording.seen.append("eq")
        return False

    def __hash__(self):
        Recording.seen.append("hash")
        return 1

    def __bool__(self):
        Recording.seen.append("bool")
        return True

    def __len__(self):
        Recording.seen.append("len")
        return 1

    def __repr__(self):
        Recording.seen.append("repr")
        return ""

    def __iter__(self):
        Recording.seen.append("iter")
        return iter(())

    def __call__(self, *args, **kwargs):
        Recording.seen.append("call")


@pytest.fixture
def recorded():
    Recording.seen.clear()
    return Recording.seen


def test_what_replaced_a_module_is_not_asked(shell, recorded, monkeypatch):
    monkeypatch.setitem(sys.modules, "replaced", Recording())
    monkeypatch.setitem(sys.modules, "matplotlib._pylab_helpers", Recording())
    blind = set()
    list(root_slots(shell, blind))

    assert [] == recorded
    assert {"matplotlib"} == blind


def test_a_lazy_module_is_not_loaded(shell, monkeypatch):
    class Lazy(types.ModuleType):
        def __getattribute__(self, name):
            raise AssertionError(name)

    monkeypatch.setitem(sys.modules, "lazy", Lazy("lazy"))

    assert [] == [s for s, _ in everything(shell) if "lazy" in s.label]


def test_no_method_of_an_object_in_a_root_runs(shell, recorded, module_in):
    helpers = module_in("")
    helpers.thing = Recording()
    helpers.things = [Recording()]
    logger = logging.getLogger("hostile")
    logger.handlers.append(Recording())
    logger.filters.append(Recording())
    shell.events.callbacks["post_run_cell"].append(Recording())
    before = _signal.signal(signal.SIGUSR1, Recording())
    gc.disable()  # a collection would call the callback
    gc.callbacks.append(Recording())
    recorded.clear()
    found = [s.label for s, _ in everything(shell)]
    seen = [*recorded]
    gc.callbacks.pop()
    gc.enable()
    shell.events.callbacks["post_run_cell"].pop()
    logger.handlers.clear()
    logger.filters.clear()
    _signal.signal(signal.SIGUSR1, before)

    assert [] == seen
    assert {"helpers.thing", "helpers.things", "signal.getsignal(SIGUSR1)"} < {*found}
    assert "logging.getLogger('hostile').handlers[0]" in found


def test_no_metaclass_is_asked_whether_classes_are_equal(shell, module_in):
    seen = []

    class Meta(type):
        def __eq__(cls, other):
            seen.append("eq")
            return cls is other

        def __hash__(cls):
            seen.append("hash")
            return 1

        def __getattribute__(cls, name):
            seen.append(name)
            return super().__getattribute__(name)

    helpers = module_in("")
    mine = Meta("Mine", (logging.Handler,), {"__module__": "helpers", "table": [1]})
    helpers.Mine = mine
    helpers.thing = mine()
    logger = logging.getLogger("hostile")
    logger.handlers.append(helpers.thing)
    seen.clear()
    everything(shell)
    logger.handlers.clear()

    assert [] == seen


def test_a_handlers_properties_do_not_run(shell):
    class Hostile(logging.Handler):
        @property
        def buffer(self):
            raise AssertionError

        def __getattr__(self, name):
            raise AssertionError(name)

    class Hiding(logging.Handler):
        def __init__(self):
            pass

        @property
        def __dict__(self):
            raise AssertionError

    logger = logging.getLogger("hostile")
    logger.handlers += [Hostile(), Hiding()]
    found = [at for at in labels(shell, "log") if "hostile" in at]
    logger.handlers.clear()

    assert [] == found


def test_looking_makes_and_imports_nothing(shell):
    for name in ("bokeh.io.state", "comm", "panel.io.state", "ipywidgets"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    everything(shell)
    gc.collect()
    state = sys.modules.get("bokeh.io.state")
    before = (
        dict(sys.modules),
        getattr(state, "_STATE", None),
        getattr(sys.modules.get("comm"), "_comm_manager", None),
        getattr(asyncio.get_event_loop_policy()._local, "_loop", None),
        len(linecache.cache),
        len(logging.root.manager.loggerDict),
        threading.active_count(),
    )
    everything(shell)

    assert before == (
        dict(sys.modules),
        getattr(state, "_STATE", None),
        getattr(sys.modules.get("comm"), "_comm_manager", None),
        getattr(asyncio.get_event_loop_policy()._local, "_loop", None),
        len(linecache.cache),
        len(logging.root.manager.loggerDict),
        threading.active_count(),
    )


def test_looking_keeps_no_reference(shell, planted, module_in):
    helpers = module_in("")
    helpers.TABLE = [planted]
    before = sys.getrefcount(planted), sys.getrefcount(helpers.TABLE)
    everything(shell)

    assert before == (sys.getrefcount(planted), sys.getrefcount(helpers.TABLE))


# -- the list -----------------------------------------------------------------------


def test_every_key_is_plain_and_stands_for_one_place(shell, module_in):
    module_in(MODULE)
    found = [slot for slot, _ in everything(shell)]

    assert len(found) == len({*found})
    assert {str, int} >= {type(slot.key) for slot in found}


def test_a_slot_stands_for_exactly_one_reference(shell, module_in):
    module_in("TABLE = [bytearray(100_000)]")
    logger = logging.getLogger("counted")
    logger.addHandler(logging.handlers.MemoryHandler(1000))
    logger.handlers[0].buffer.append(Planted())
    owner = Owner()
    finalizer = weakref.finalize(owner, cleanup, Planted())
    number = weakref.finalize._registry[finalizer].index
    shell.events.register("post_run_cell", functools.partial(cleanup, Planted()))
    slots = [
        slot
        for slot, value in everything(shell)
        if (type(value) is functools.partial and slot.place == "ipython")
        or slot.label
        in (
            "helpers.TABLE",
            "logging.getLogger('counted').handlers[0].buffer",
            f"weakref.finalize {number}: cleanup()",
        )
    ]
    capture = Capture(Boundary(shell), PLENTY)
    for _ in capture.run(root_slots(shell, set())):
        pass
    graph = capture.graph
    results = [trial(graph, [slot]) for slot in slots]
    both = trial(graph, slots)
    finalizer.detach()
    logger.handlers.clear()

    assert ["finalizer", "ipython", "log", "module"] == sorted(s.place for s in slots)
    assert all(r.consistent and 100_000 < r.bytes < 110_000 for r in results)
    assert both.consistent
    assert sum(r.bytes for r in results) == both.bytes


def test_two_threads_of_one_name_have_two_keys(shell):
    made = []
    make = functools.partial(threading.Thread, target=load_and_wait, name="loader")
    with (
        waiting(lambda *events: make(args=(*events, made))),
        waiting(lambda *events: make(args=(*events, made))),
    ):
        found = [at for at in labels(shell, "thread") if "local data" in at]

    at = "thread loader: local data of load_and_wait()"
    assert [at, f"{at} (2)"] == found


def test_a_slot_says_what_it_holds_now(shell, module_in):
    helpers = module_in("TABLE = [bytearray(100_000)]")
    slot = Slot("module", "helpers.TABLE")

    assert helpers.TABLE is value_at(shell, slot)
    del helpers.TABLE
    assert GONE is value_at(shell, slot)
    assert GONE is value_at(shell, Slot("name", "x"))


def test_a_library_that_cannot_be_looked_into_is_named_and_hides_no_other(
    shell, module_in, monkeypatch
):
    module_in("TABLE = [bytearray(100_000)]")
    monkeypatch.setattr(roots.logs, "_loggers", lambda: 1 / 0)
    blind = set()
    found = [slot.label for slot, _ in root_slots(shell, blind)]

    assert {"logging"} == blind
    assert "helpers.TABLE" in found
    assert GONE is value_at(shell, Slot("log", "x"))


def test_each_root_says_what_a_root_must():
    for root in ROOTS:
        assert {type(root.PLACE), type(root.LIBRARY), type(root.LABEL)} == {str}
        assert root.MODULE is None or type(root.MODULE) is str
        assert 1 == root.LABEL.count("{}")
    assert len(ROOTS) == len(BY_PLACE)


LIST = """
from leakhunter.heap.roots import root_slots as _roots
_blind = set()
_found = sorted({s.place for s, _ in _roots(get_ipython(), _blind)}), len(list(_roots(get_ipython(), _blind))), sorted(_blind)
"""


def test_a_plain_kernel_has_nothing_but_tables_of_libraries(kernel):
    kernel.run(LIST)
    places, count, blind = kernel.value("_found")

    assert [] == blind
    assert {"library"} >= {*places}
    assert 3 >= count
