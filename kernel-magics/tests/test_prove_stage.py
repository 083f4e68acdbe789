"""After a growth test the session is as before, however the test ended."""

from __future__ import annotations

import gc
import os
import random
import signal
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest

from leakhunter.act.collect import collected
from leakhunter.model import CellRef
from leakhunter.prove import containers, keep, trial
from leakhunter.prove.series import Series

np = pytest.importorskip("numpy", reason="no numpy here")
plt = pytest.importorskip("matplotlib.pyplot", reason="no matplotlib here")

SETUP = """
import os, random, sys, collections
import numpy as np
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
rng = np.random.default_rng(5)
own = random.Random(5)
runs, seen, by, q = [], {'a'}, collections.defaultdict(list), collections.deque([1])
by['old'].append(1)
class Model:
    rows = [1]
    def __init__(self): self.parts = {'w': [0]}
model = Model()
kept = 'first'
figure = plt.figure(figsize=(1, 1))
"""

CELL = """
{first}
runs.append(len(runs))
seen.add(len(runs)); by[len(runs)].append(1); by['old'].append(2); q.append(2)
model.parts['w'].append(1); model.rows.append(2); model.parts[len(runs)] = 3
kept = [random.random(), np.random.rand(), rng.random(), own.random()]
new = 1
plt.close('all'); plt.figure(figsize=(1, 1))
os.environ['LEAKHUNTER_TEST'] = 'x'
os.chdir('/')
__import__('warnings').simplefilter('always', BytesWarning)
sys.path.append('/nowhere')
print('x'); print('y', file=sys.stderr); display(kept)
{last}
kept
"""

FIRST_FAILS = "if len(runs) == {}: raise {}"


@pytest.fixture
def prepared(session):
    """A session with an output, a last error, figures and random numbers."""
    plt.close("all")
    session(SETUP)
    session("1 / 0")
    session("'an output'")
    yield session
    plt.close("all")


@pytest.fixture
def interruptible():
    """SIGINT is heard: a shell that starts tests in the background may have them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def state(session):
    """Everything that a test may not change."""
    shell = session.shell
    hook = shell.displayhook
    space = shell.user_ns
    return {
        "names": {n: id(v) for n, v in space.items()},
        "order": list(space),
        "hidden": {n: id(v) for n, v in shell.user_ns_hidden.items()},
        "out": dict(shell.user_ns["Out"]),
        "underscores": [id(getattr(hook, n)) for n in ("_", "__", "___")],
        "count": shell.execution_count,
        "result": id(shell.last_execution_result),
        "succeeded": shell.last_execution_succeeded,
        "last": [id(getattr(sys, n, None)) for n in keep.SYS_NAMES],
        "traceback": id(shell.InteractiveTB.tb),
        "stored": {
            k: len(v) for k, v in getattr(shell.history_manager, "outputs", {}).items()
        },
        "history": len(shell.history_manager.input_hist_raw),
        "random": random.getstate(),
        "numpy": str(np.random.get_state()),
        "generators": [
            str(space["rng"].bit_generator.state),
            space["own"].getstate(),
        ],
        "figures": [(n, id(plt._pylab_helpers.Gcf.figs[n])) for n in plt.get_fignums()],
        "containers": repr(
            [space[n] for n in ("runs", "by", "q")]
            + [sorted(map(str, space["seen"]))]
            + [space["model"].parts, space["Model"].rows]
        ),
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "path": list(sys.path),
        "warnings": list(warnings.filters),
        "shell": sorted(vars(shell)),
        "streams": (id(sys.stdout), id(sys.stderr), id(shell.display_pub)),
        "runs": len(session.hunter.recorder.runs()),
    }


def prove(session, source, **options):
    prover = session.hunter.prover
    plan = prover.plan(source, CellRef(cell_id=None, execution_count=1), 60)
    return prover.prove(source, plan, **options)


def test_when_it_has_finished(prepared, capsys):
    before = state(prepared)
    proof = prove(prepared, CELL.format(first="", last=""))
    after = state(prepared)
    assert before == after
    assert ("leak", "finished", 32, []) == (
        proof.verdict, proof.ended, proof.runs, proof.kept,
    )  # fmt: skip
    assert "" == capsys.readouterr().out
    assert proof.printed >= 32 * 4


@pytest.mark.parametrize(
    ("where", "run", "error"),
    [
        ("first", 0, "KeyError('mine')"),
        ("last", 1, "KeyError('mine')"),
        ("first", 5, "SystemExit(1)"),
    ],
)
def test_when_a_run_raises(prepared, where, run, error):
    at = run if where == "first" else run + 1
    fails = {"first": "", "last": "", where: FIRST_FAILS.format(at, error)}
    before = state(prepared)
    proof = prove(prepared, CELL.format(**fails))
    assert before == state(prepared)
    assert ("cannot-tell", "error", run) == (proof.verdict, proof.ended, proof.runs)
    number = {0: "first", 1: "second", 5: "sixth"}[run]
    assert f"The {number} run raised {error.split('(')[0]}." == proof.sentence


@pytest.mark.parametrize(("run", "verdict"), [(0, "cannot-tell"), (12, "suspect")])
def test_when_it_is_interrupted_in_a_run(prepared, run, verdict):
    cell = CELL.format(first="", last=FIRST_FAILS.format(run + 1, "KeyboardInterrupt"))
    before = state(prepared)
    proof = prove(prepared, cell)
    assert before == state(prepared)
    assert (verdict, "stopped", run) == (proof.verdict, proof.ended, proof.runs)


@pytest.mark.parametrize("reading", [1, 3])
def test_when_it_is_interrupted_while_counting(prepared, monkeypatch, reading):
    prove(prepared, "x = 1")
    taken = []

    def take(self):
        taken.append(1)
        if len(taken) == reading:
            raise KeyboardInterrupt
        return whole(self)

    whole = Series.take
    monkeypatch.setattr(Series, "take", take)
    before = state(prepared)
    proof = prove(prepared, CELL.format(first="", last=""))
    assert before == state(prepared)
    assert "stopped" == proof.ended
    assert [2] * (reading - 2) == proof.batches


@pytest.mark.usefixtures("interruptible")
def test_when_it_is_interrupted_while_the_collector_calls_back(prepared):
    """What a callback of the collector raises is dropped; ipykernel 6 has one."""

    def called(phase, _info):
        if phase == "start" and sys._getframe(1).f_code is collected.__code__:
            signal.raise_signal(signal.SIGINT)

    before = state(prepared)
    gc.callbacks.append(called)
    try:
        proof = prove(prepared, CELL.format(first="", last=""))
    finally:
        gc.callbacks.remove(called)
    assert before == state(prepared)
    assert ("cannot-tell", "stopped") == (proof.verdict, proof.ended)


def test_when_the_remembering_is_interrupted(prepared, monkeypatch):
    def remember(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(trial, "Kept", remember)
    before = state(prepared)
    proof = prove(prepared, CELL.format(first="", last=""))
    assert before == state(prepared)
    assert ("cannot-tell", 0) == (proof.verdict, proof.runs)


@pytest.mark.usefixtures("interruptible")
def test_when_it_is_interrupted_while_all_is_put_back(prepared, monkeypatch):
    def put_back(self):
        os.kill(os.getpid(), signal.SIGINT)
        return whole(self)

    whole = containers.Containers.put_back
    monkeypatch.setattr(containers.Containers, "put_back", put_back)
    before = state(prepared)
    handler = signal.getsignal(signal.SIGINT)
    proof = prove(prepared, CELL.format(first="", last=""))
    assert before == state(prepared)
    assert signal.getsignal(signal.SIGINT) is handler
    assert "finished" == proof.ended


def test_when_counting_fails(prepared, monkeypatch):
    def take(self):
        raise RuntimeError

    prove(prepared, "x = 1")
    monkeypatch.setattr(Series, "take", take)
    before = state(prepared)
    with pytest.raises(RuntimeError):
        prove(prepared, CELL.format(first="", last=""))
    assert before == state(prepared)


def test_when_the_time_is_up(prepared, monkeypatch):
    clock = [0.0]

    def now():
        clock[0] += 1.0
        return clock[0]

    monkeypatch.setattr(trial.time, "perf_counter", now)
    before = state(prepared)
    proof = prove(prepared, CELL.format(first="", last=""))
    assert before == state(prepared)
    assert "time" == proof.ended
    assert proof.runs < 32


def test_when_memory_is_full(prepared):
    prover = prepared.hunter.prover
    cell = CELL.format(first="", last="")
    plan = prover.plan(cell, CellRef(cell_id=None, execution_count=1))
    import msgspec

    before = state(prepared)
    proof = prover.prove(cell, msgspec.structs.replace(plan, stop_bytes=1))
    assert before == state(prepared)
    assert ("cannot-tell", "memory", 1) == (proof.verdict, proof.ended, proof.runs)
    assert "Memory was too full after 1 run." == proof.sentence


def test_what_was_taken_out_is_told(prepared):
    proof = prove(prepared, "runs.append(1); by.clear(); q.popleft(); q.append(3)")
    assert ["by", "q"] == [s.split("`")[1] for s in proof.kept]
    assert [] == prepared.shell.user_ns["runs"]


def test_a_list_put_in_the_place_of_another_is_none_of_ours(prepared):
    prepared("model.parts['w'] = []")
    prove(prepared, "model.parts['w'] = [1, 2]")
    assert prepared.shell.user_ns["model"].parts["w"] in ([], [1, 2])


def test_hostile_items_are_never_asked(session):
    session(
        "asked = []\n"
        "class Hostile:\n"
        "    def __eq__(self, o): asked.append('eq'); return True\n"
        "    def __hash__(self): asked.append('hash'); return 1\n"
        "    def __len__(self): asked.append('len'); return 1\n"
        "    def __bool__(self): asked.append('bool'); return True\n"
        "    def __repr__(self): asked.append('repr'); return ''\n"
        "    def __getattr__(self, n): asked.append(n); return 1\n"
        "rows, d, s = [Hostile()], {Hostile(): Hostile()}, {Hostile()}\n"
        "asked.clear()"
    )
    proof = prove(session, "rows.append(rows[0])")
    assert "leak" == proof.verdict
    assert [] == session.shell.user_ns["asked"]
    assert 1 == len(session.shell.user_ns["rows"])


def test_an_evicted_object_is_not_kept_alive(session):
    session(
        "import weakref\nclass N: pass\n"
        "d = {i: N() for i in range(100)}\nn = 100\nold = weakref.ref(d[0])"
    )
    proof = prove(session, "n += 1\nd[n] = N()\ndel d[next(iter(d))]")
    assert "clean" == proof.verdict
    assert session.shell.user_ns["old"]() is None


def test_what_a_library_keeps_in_step_is_told_and_not_cut(session):
    session("import queue\nq = queue.Queue()\nq.put(0)")
    proof = prove(session, "q.put(1)")
    q = session.shell.user_ns["q"]
    assert "leak" == proof.verdict
    assert (33, 33) == (q.qsize(), q.unfinished_tasks)
    (told,) = proof.kept
    assert "`q.queue` was changed" in told


def test_the_event_loop_of_a_kernel_is_not_cut(kernel):
    kernel.run("import asyncio\nloop = asyncio.get_event_loop()\nran, kept = [], []")
    kernel.run("loop.call_soon(ran.append, 1); kept.append(1)")
    before = kernel.value("len(ran)")
    kernel.magic("prove [2]")
    assert kernel.value("len(ran)") >= before + 32
    assert 1 == kernel.value("len(kept)")


def test_tasks_that_wait_for_the_loop_cannot_be_told(kernel):
    kernel.run("import asyncio\nasync def work(): pass")
    kernel.run("task = asyncio.create_task(work())")
    proof = kernel.magic("prove [2]")
    assert "cannot-tell" == proof["verdict"]
    assert "The cell leaves tasks to the event loop." == proof["sentence"]


def test_threads_that_end_are_waited_for(session):
    session("import threading, time\nclass Data: pass")
    source = (
        "def work(data): time.sleep(0.05)\n"
        "threading.Thread(target=work, args=(Data(),)).start()"
    )
    proof = prove(session, source)
    assert "clean" == proof.verdict


def test_a_test_inside_of_a_test_does_not_run(session):
    session("n = 0")
    session("n += 1\n%leakcheck prove [3]")
    assert 1 == session.shell.user_ns["n"]
    proof = prove(
        session, "n += 1\nget_ipython().run_line_magic('leakcheck', 'prove [2]')"
    )
    assert "clean" == proof.verdict
    assert 1 == session.shell.user_ns["n"]


def test_a_last_value_is_said_to_be_left_out(session):
    session("x = [1]\nx")
    proof = session.hunter.prover
    plan = proof.plan("x = [1]\nx", CellRef(cell_id=None, execution_count=2))
    assert "adds its last value to `Out`" in proof.prove("x = [1]\nx", plan).detail
    assert "Out" not in prove(session, "x = [1]").detail


def test_a_holder_is_named_where_no_place_leads(session):
    session("import ctypes\nclass Job: pass")
    proof = prove(session, "ctypes.pythonapi.Py_IncRef(ctypes.py_object(Job()))")
    assert "Objects of `Job` grow by 1 on every run." == proof.sentence
    assert proof.detail.endswith("Held by native code.")


def test_entries_of_a_registry_are_counted_together(session):
    session("import atexit\nclass Job:\n    def end(self): pass")
    proof = prove(session, "atexit.register(Job().end)")
    assert "`atexit` grows by 1 item (method) on every run." == proof.sentence


def test_a_cell_that_awaits_without_asyncio_is_refused(session):
    from leakhunter.act.refusal import Refusal

    session("import asyncio")
    session.shell.loop_runner = lambda work: work.close()
    with pytest.raises(Refusal, match="not asyncio's"):
        prove(session, "await asyncio.sleep(0)")


def test_a_cell_that_awaits_where_no_loop_runs(session):
    session("import asyncio\nkept = []")
    proof = prove(session, "await asyncio.sleep(0)\nkept.append(object())")
    assert "leak" == proof.verdict


def test_the_collector_is_left_alone(session):
    import gc

    gc.disable()
    try:
        prove(session, "x = 1")
        assert not gc.isenabled()
    finally:
        gc.enable()


SLOW = "import time\nkept.append(object()); time.sleep(0.05)"


def test_interrupting_a_kernel_stops_the_test_and_keeps_the_kernel(kernel):
    kernel.run("kept = ['mine']")
    kernel.run(SLOW)
    before = kernel.value("[sorted(n for n in globals() if n[:1] != '_'), len(kept)]")
    message = kernel.send("%leakcheck prove [2] --json", silent=True)
    timer = threading.Timer(1.5, kernel.manager.interrupt_kernel)
    timer.start()
    begun = time.monotonic()
    text, error = kernel.wait(message)
    timer.join()
    assert error is None
    assert '"ended":"stopped"' in text
    assert time.monotonic() - begun < 30
    assert before == kernel.value(
        "[sorted(n for n in globals() if n[:1] != '_'), len(kept)]"
    )
    assert "2\n" == kernel.run("print(1 + 1)")


def test_an_error_of_a_run_is_not_shown(kernel):
    kernel.run("it = iter([1, 2, 3])")
    kernel.run("next(it)")
    kernel.messages.clear()
    text, error = kernel.wait(kernel.send("%leakcheck prove [2] --yes --json"))
    assert error is None
    assert "The third run raised StopIteration." in text
    assert [] == [m for m in kernel.messages if m["msg_type"] == "error"]
    assert kernel.value("not hasattr(__import__('sys'), 'last_value')")


def test_inline_figures_are_shown_as_if_nothing_had_run(kernel):
    pytest.importorskip("matplotlib", reason="no matplotlib here")
    kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
    kernel.run("plt.plot([1]);")
    kernel.messages.clear()
    kernel.run("plt.plot([1, 2])\n%leakcheck prove [2] --yes\nn = plt.get_fignums()")
    shown = [
        m["content"]["data"] for m in kernel.messages if m["msg_type"] == "display_data"
    ]
    pictures = [data for data in shown if "image/png" in data]
    assert 1 == len(pictures)
    assert [1] == kernel.value("n")
    # matplotlib 3.10 keeps the sizes of some thousand texts
    assert any(data["text/plain"].startswith(("CLEAN", "PLATEAU")) for data in shown)
