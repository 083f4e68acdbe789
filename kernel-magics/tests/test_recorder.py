"""One record a run, through a real shell: pairing of events, names, peaks, and silence about itself."""

from __future__ import annotations

import sys
import threading

import pytest

from leakhunter.record.meter import Meter
from leakhunter.record.recorder import Recorder
from leakhunter.record.run import first_line, is_auto, with_names

MB = 1_000_000
linux = pytest.mark.skipif(not Meter().exact, reason="this system keeps no exact peak")


@pytest.fixture
def heard():
    return []


@pytest.fixture
def recorder(shell, heard):
    meter = Meter()
    recorder = Recorder(shell, meter)
    recorder.listen(
        lambda _recorded: None,
        lambda run: heard.append(("start", run and run.source)),
        lambda ended: heard.append(("end", ended and ended.source)),
    )
    recorder.start()
    yield recorder
    recorder.stop()
    meter.close()
    assert not recorder.busy
    assert 0 == recorder.faults


@pytest.fixture
def run(shell, recorder):
    def run(source, *, store_history=True, silent=False, cell_id=None):
        shell.run_cell(
            source, store_history=store_history, silent=silent, cell_id=cell_id
        )
        return [e.record for e in recorder.runs()]

    return run


def test_a_run_is_recorded(run):
    (record,) = run("# first\nx = 1\ny = x", cell_id="abc")
    assert (1, "abc", 1, "x = 1", None) == (
        record.run,
        record.cell_id,
        record.execution_count,
        record.source_line,
        record.error,
    )
    assert ["x", "y"] == record.bound
    assert ([], []) == (record.rebound, record.deleted)
    assert record.seconds >= 0
    assert record.rss_before > MB


def test_names_bound_rebound_and_deleted(run):
    run("a = 1.5\nb = [1]\nc = 3.5")
    record = run("a = 2.5\ndel c\nd = 4\nb.append(2)")[-1]
    assert (["d"], ["a"], ["c"]) == (record.bound, record.rebound, record.deleted)


def test_the_same_value_again_is_known_from_the_source(run, recorder):
    """An id may be used again, or never change: only the source tells."""
    run("a = 1\nb = 2")
    run("a = 1\nb")
    ended = recorder.runs()[-1]
    assert [] == ended.record.rebound
    assert (["a"], ["b"]) == (
        with_names(ended, {"a", "b"}).rebound,
        with_names(ended, {"a", "b"}).read,
    )


def test_a_value_at_the_old_address_is_bound_again(run, recorder, shell):
    run("a = [0]")
    for _ in range(20):  # until the allocator uses the place again
        old = id(shell.user_ns["a"])
        run("del a\na = [0]")
        if id(shell.user_ns["a"]) == old:
            break
    ended = recorder.runs()[-1]
    assert ["a"] == with_names(ended, {"a"}).rebound


def test_names_of_ipython_are_not_the_user_s(run):
    record = run("5 + 5")[-1]
    assert [] == record.bound
    record = run("6 + 6")[-1]
    assert ([], []) == (record.bound, record.rebound)


@pytest.mark.parametrize(
    ("name", "auto"),
    [
        ("_", True), ("__", True), ("___", True), ("_3", True), ("_i", True), ("_i12", True),
        ("_ii", True), ("Out", True), ("In", True), ("_oh", True), ("_dh", True),
        ("_x", False), ("____", False), ("_i_", False), ("x", False), ("_3a", False), ("__x__", False),
    ],
)  # fmt: skip
def test_which_names_are_ipython_s(name, auto):
    assert auto == is_auto(name)


def test_an_empty_cell_is_none(run, heard):
    assert [] == run("") == run("   \n")
    assert all(source is None for _, source in heard)


@pytest.mark.parametrize(
    "source", ["%leakcheck", "%load_ext leakhunter", "  %leakcheck 1\n"]
)
def test_a_cell_of_ours_alone_is_none(shell, recorder, source):
    shell.register_magic_function(lambda _line: None, "line", "leakcheck")
    shell.register_magic_function(lambda _line: None, "line", "load_ext")
    shell.run_cell(source, store_history=True)
    assert [] == recorder.runs()


def test_a_cell_that_loads_the_extension_is_not_half_recorded(shell):
    """Its end comes without its beginning."""
    import leakhunter

    shell.run_cell("%load_ext leakhunter\nx = 1", store_history=True)
    recorder = leakhunter._watch.hunter.recorder
    assert ([], False, 0) == (recorder.runs(), recorder.busy, recorder.faults)
    shell.run_cell("y = 1", store_history=True)
    assert ["y = 1"] == [e.record.source_line for e in recorder.runs()]


def test_silent_runs_are_not_recorded(run, heard):
    assert [] == run("x = 1", silent=True)
    assert [] == heard


def test_runs_without_history_are_not_recorded(run, heard):
    assert [] == run("x = 1", store_history=False)
    assert [("start", None), ("end", None)] == heard


def test_a_cell_of_a_notebook_without_history_is(run):
    """Some front ends leave the history alone but name the cell."""
    (record,) = run("x = 1", store_history=False, cell_id="c")
    assert ("c", None) == (record.cell_id, record.execution_count)


def test_execution_counts_are_those_of_the_prompt(run, shell):
    for i in range(3):
        expected = shell.execution_count
        assert expected == run(f"x = {i}")[-1].execution_count
    run("", store_history=True)
    expected = shell.execution_count
    assert expected == run("x = 9")[-1].execution_count


def test_a_cell_that_runs_cells_is_one_run(run, heard):
    records = run(
        "a = 1\nget_ipython().run_cell('b = 2', store_history=False)\n"
        "get_ipython().run_cell('c = 1 / 0')\nd = 4"
    )
    (record,) = records
    assert ["a", "b", "d"] == sorted(record.bound)
    assert record.error is None
    assert 2 == len(heard)


def test_a_captured_cell_is_one_run(run):
    (record,) = run("%%capture out\nx = 1\nprint(x)")
    assert {"x", "out"} <= set(record.bound)


def test_an_error_is_named_and_not_quoted(run):
    record = run("x = 1\nraise KeyError('a secret')")[-1]
    assert ("KeyError", ["x"]) == (record.error, record.bound)
    assert "secret" not in str(record.error)


def test_a_cell_that_does_not_parse(run):
    record = run("x = (")[-1]
    assert record.error in {
        "SyntaxError",
        "IncompleteInputError",
        "_IncompleteInputError",
    }
    assert [] == record.bound


def test_an_interrupt_is_an_error(run):
    assert "KeyboardInterrupt" == run("raise KeyboardInterrupt")[-1].error


def test_a_system_exit_ends_the_run(run, recorder):
    with pytest.warns(UserWarning, match="exit"):
        assert "SystemExit" == run("raise SystemExit")[-1].error
    assert not recorder.busy


def test_an_async_cell_is_recorded(run):
    (record,) = run("import asyncio\nawait asyncio.sleep(0)\nx = 1")
    assert {"asyncio", "x"} == set(record.bound)


def test_a_cell_in_another_thread_is_left_alone(shell, recorder, run):
    run("x = 1")
    thread = threading.Thread(target=shell.run_cell, args=("y = 1",))
    thread.start()
    thread.join()
    assert 1 == len(recorder.runs())
    assert not recorder.busy


def test_while_a_cell_runs_it_is_the_running_one(shell, recorder, run):
    shell.user_ns["recorder"] = recorder
    run(
        "seen = [recorder.running.source, recorder.busy, recorder.last_run]",
        cell_id="c",
    )
    assert [True, 0] == shell.user_ns["seen"][1:]
    assert recorder.running is None
    run("nested = get_ipython().run_cell('inner = recorder.running.run')")
    assert 2 == shell.user_ns["inner"]


def test_a_callback_that_dies_in_the_end_leaves_the_next_run_alone(
    shell, recorder, run
):
    """IPython swallows it; our own run must be closed nevertheless."""
    calls = []

    def broken(_result):
        calls.append(1)
        raise ValueError

    shell.events.register("post_run_cell", broken)
    try:
        assert 1 == len(run("x = 1"))
        assert 2 == len(run("x = 2"))
    finally:
        shell.events.unregister("post_run_cell", broken)
    assert 2 == len(calls)


def test_a_missing_end_does_not_swallow_later_runs(shell, recorder, run):
    """Somebody's event loop may lose a cell: the next end closes what is open."""
    recorder._pre(Info("lost = 1"))
    assert recorder.busy
    run("x = 1")
    recorder._post(None)
    assert not recorder.busy


class Info:
    """An ExecutionInfo whose end never comes."""

    store_history, silent, cell_id = True, False, "lost"

    def __init__(self, raw_cell):
        self.raw_cell = raw_cell


def test_starting_twice_registers_once(shell, recorder):
    recorder.start()
    callbacks = shell.events.callbacks["pre_run_cell"]
    assert 1 == callbacks.count(recorder._pre)


def test_stopping_leaves_the_events(shell, recorder, run):
    run("x = 1")
    recorder.stop()
    recorder.stop()
    assert 1 == len(run("x = 2"))
    for event in ("pre_run_cell", "post_run_cell"):
        assert all(
            getattr(c, "__self__", None) is not recorder
            for c in shell.events.callbacks[event]
        )


def test_a_fault_of_the_meter_does_not_reach_the_cell(
    shell, run, recorder, monkeypatch, capsys
):
    def boom(*_):
        raise OSError

    monkeypatch.setattr(recorder._meter, "status", boom)
    assert [] == run("x = 1")
    assert 1 == shell.user_ns["x"]
    assert ("", "") == capsys.readouterr()
    monkeypatch.undo()
    recorder.faults = 0
    assert 1 == len(run("x = 2"))


TAKE = """
import mmap
def take(mb):
    data = mmap.mmap(-1, mb * 250 * 4096)
    data[::4096] = bytes(mb * 250)
    return data
"""
"""Memory straight from the system: malloc would use again what it holds free."""


@linux
def test_the_peak_is_exact(run, settled):
    run(TAKE)
    small = run("x = 1")[-1]
    assert small.peak - small.rss_before < 2 * MB
    spike = run("take(60).close()")[-1]
    assert spike.peak_exact
    assert 59 <= (spike.peak - spike.rss_before) // MB <= 63
    assert spike.rss_after - spike.rss_before < 5 * MB
    after = run("x = 2")[-1]
    assert after.peak < spike.peak - 40 * MB


def test_the_highest_peak_is_remembered_with_its_cell(run, recorder):
    run(TAKE)
    run("take(60).close()", cell_id="high")
    run("x = 2")
    peak, _, record = recorder.peak
    assert ("high", peak) == (record.cell_id, record.peak)


def test_what_is_kept_shows_in_the_memory(run, settled):
    run(TAKE)
    record = run("big = take(100)")[-1]
    assert 95 <= (record.rss_after - record.rss_before) // MB <= 120
    assert record.anon_after is None or record.anon_after > 40 * MB


def test_no_reference_to_values_is_kept(run, shell):
    run("x = object()")
    before = sys.getrefcount(shell.user_ns["x"])
    run("y = 1")
    after = sys.getrefcount(shell.user_ns["x"])
    assert before == after


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\ny = 2", "x = 1"),
        ("\n\n# about\n  x = 1  ", "x = 1"),
        ("# only this", "# only this"),
        ("", ""),
        ("x" * 100, "x" * 80),
        ("%%time\nx = 1", "%%time"),
    ],
)
def test_first_line(source, line):
    assert line == first_line(source)


def test_old_records_go(run, recorder, monkeypatch):
    monkeypatch.setattr("leakhunter.record.recorder.MAX_RUNS", 3)
    for i in range(5):
        run(f"x = {i}")
    assert [3, 4, 5] == [e.record.run for e in recorder.runs()]
    assert [5] == [r.run for r in recorder.since(4)]


def test_what_is_let_go_of_before_a_cell_is_not_the_cells(recorder, run):
    held = [bytes(range(256)) * 312_500]
    told = []

    def before(recorded):
        told.append(recorded)
        held.clear()

    recorder.listen(before, lambda _run: None, lambda _ended: None)
    (record,) = run("x = 1")
    assert [True] == told
    assert abs(record.rss_after - record.rss_before) < 20_000_000
    run("%leakcheck")
    assert [True, False] == told


def test_a_fault_before_a_cell_does_not_lose_its_record(recorder, run):
    def before(_recorded):
        assert not recorder.busy
        raise RuntimeError

    recorder.listen(before, lambda _run: None, lambda _ended: None)
    (record,) = run("x = 1")
    assert ["x"] == record.bound
    assert not recorder.busy
    assert 1 == recorder.faults
    recorder.faults = 0
