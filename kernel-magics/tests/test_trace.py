"""``%%leakcheck trace``: what a cell still holds, by the line that allocated it."""

from __future__ import annotations

import json
import sys
import tracemalloc

import pytest
from IPython.utils.capture import capture_output

from leakhunter.slices import at_once
from leakhunter.trace.grown import growing

np = pytest.importorskip("numpy", reason="no numpy here")

MB = 1_000_000


def answer(session, line, cell=None):
    """The document that a magic prints."""
    with capture_output() as out:
        shell = session.shell
        source = f"%leakcheck {line}" if cell is None else f"%%leakcheck {line}\n{cell}"
        shell.run_cell(source, silent=cell is None, store_history=cell is not None)
    return json.loads(out.stdout.splitlines()[-1])


def by_line(trace, key="held"):
    """Bytes by line of a cell."""
    spots = trace["spots"]
    return {
        spots[row["spot"]]["where"]: row[key]
        for row in trace["lines"]
        if row[key] and row[key] > MB / 2
    }


def about(truth):
    """Within 2 %."""
    return pytest.approx(truth, rel=0.02)


@pytest.fixture(autouse=True)
def hooks_as_before():
    before = (tracemalloc.is_tracing(), sys.gettrace(), sys.getprofile())
    yield
    assert before == (tracemalloc.is_tracing(), sys.gettrace(), sys.getprofile())


CELL = """
import numpy as np

kept = np.ones(1_000_000)
text = bytes(3_000_000)
rows = [None] * 500_000
def make(n):
    mine = bytearray(n)
    other = bytearray(2 * n)
    return mine
made = [make(1_500_000) for _ in range(4)]
del text
passing = len(bytearray(9_000_000))
"""


def test_lines_hold_what_they_allocated(session):
    trace = answer(session, "trace --json", CELL)
    lines = by_line(trace)
    assert {
        "cell 2, line 5": about(8 * MB),
        "cell 2, line 7": about(4 * MB),
        "cell 2, line 9": about(6 * MB),
    } == lines
    assert trace["held"] == about(18 * MB)
    assert trace["peak"] == about(27 * MB)


def test_lines_count_what_was_freed_again(session):
    if sys.gettrace() is not None:
        pytest.skip("the lines of this process are followed by somebody else")
    lines = by_line(answer(session, "trace --json", CELL), "allocated")
    assert about(8 * MB) == lines["cell 2, line 5"]
    assert about(3 * MB) == lines["cell 2, line 6"]
    assert about(12 * MB) == lines["cell 2, line 10"]
    assert about(9 * MB) == lines["cell 2, line 14"]


def test_a_line_says_where_inside_of_a_library_it_allocated(session):
    pd = pytest.importorskip("pandas", reason="no pandas here")
    session.shell.user_ns["pd"] = pd
    pd.concat(
        [pd.DataFrame({"a": range(400_000)})] * 2, ignore_index=True
    )  # what is imported late
    cell = "frame = pd.DataFrame({'a': range(400_000)})\nframe2 = pd.concat([frame, frame], ignore_index=True)"
    trace = answer(session, "trace --json", cell)
    lines = by_line(trace)
    assert about(3.2 * MB) == lines["cell 2, line 2"]
    assert about(6.4 * MB) == lines["cell 2, line 3"]
    inside = [trace["spots"][r["inside"]] for r in trace["lines"][:2]]
    assert {"pandas", "numpy"} >= {spot["library"] for spot in inside}


def test_functions_count_their_own_and_all_that_they_called(session):
    cell = (
        "def inner():\n    return bytearray(2_000_000)\n"
        "def outer():\n    return [inner(), bytearray(1_000_000)]\nheld = outer()"
    )
    trace = answer(session, "trace --json", cell)
    rows = {r["name"]: (r["own"], r["total"]) for r in trace["functions"]}
    assert (about(2 * MB), about(2 * MB)) == rows["inner"]
    assert (about(1 * MB), about(3 * MB)) == rows["outer"]
    assert about(3 * MB) == rows["cell 2"][1]


def test_the_text_names_cell_line_and_source(session):
    text = session("%%leakcheck trace\n\nkept = bytearray(5_000_000)")
    assert "cell 2, line 3: kept = bytearray(5_000_000)" in text
    assert "not seen by Python" in text or "took no new memory" in text
    assert max(map(len, text.splitlines())) <= 79


def test_the_cell_is_the_users(session):
    assert (
        "Out[2]: 3" in session("%%leakcheck trace\nx = 1\nx + 2").split("Trace of")[0]
    )
    assert "Out[3]" not in session("%%leakcheck trace\nx + 2;")
    assert "NameError" in session("%%leakcheck trace\nx = 5\nunknown")
    assert 5 == session.shell.user_ns["x"]
    result = session.shell.run_cell("%%leakcheck trace\nunknown", store_history=True)
    assert isinstance(result.error_in_exec, NameError)


def test_the_traceback_shows_none_of_our_calls(session):
    text = session("%%leakcheck trace\ndef f():\n    raise KeyError('x')\nf()")
    assert "KeyError" in text
    assert "_hop" not in text
    assert "body.py" not in text


def test_a_body_below_time(session):
    trace = answer(
        session, "trace --json", "%%time\n\ny = 1\nkept = bytearray(3_000_000)"
    )
    assert {"cell 2, line 5": about(3 * MB)} == by_line(trace)


AWAITS = "import asyncio\nawait asyncio.sleep(0)\nkept = bytearray(3_000_000)"


def test_a_cell_that_awaits_runs_in_a_terminal_as_ever(session):
    shell = session.shell
    loop = shell.run_cell("import asyncio\nawait asyncio.sleep(0)\nasyncio.get_running_loop()").result  # fmt: skip
    trace = answer(session, "trace --json", f"{AWAITS}\nloop = asyncio.get_running_loop()")  # fmt: skip
    assert {"cell 2, line 4": about(3 * MB)} == by_line(trace)
    # its tasks and connections are of use to the next cell
    assert loop is shell.user_ns["loop"]
    shell.run_line_magic("autoawait", "False")
    try:
        assert "SyntaxError" in session(f"%%leakcheck trace\n{AWAITS}")
    finally:
        shell.run_line_magic("autoawait", "asyncio")


def test_a_cell_that_awaits_does_not_run_inside_of_a_loop(kernel):
    kernel.load()
    kernel.run(f"%%leakcheck trace\n{AWAITS}")
    shown = [m["content"]["data"] for m in kernel.messages if m["msg_type"] == "display_data"]  # fmt: skip
    assert "top cannot be run from a magic" in shown[-1]["text/plain"].replace(
        "\n", " "
    )
    assert not kernel.value("'kept' in dir()")


@pytest.fixture
def tracing(session):
    session("%leakcheck trace start")
    yield session
    session("%leakcheck trace stop")


def test_from_start_to_stop_cells_are_named(tracing):
    session = tracing
    session("\n\none = bytearray(1_000_000)", cell_id="a")
    session("%%time\ntwo = 2\ntwo = bytearray(2_000_000)", cell_id="b")
    session("get_ipython().run_cell('three = bytearray(3_000_000)');", cell_id="c")
    session("%%capture\nfour = bytearray(4_000_000)", cell_id="d")
    trace = answer(session, "trace top --json")
    assert {
        "cell 3, line 3": about(1 * MB),
        "cell 4, line 3": about(2 * MB),
        "cell 5, in code that it ran, line 1": about(3 * MB),
        "cell 6, in code that it ran, line 1": about(4 * MB),
    } == by_line(trace)
    assert ["cell 3", "cell 4", "cell 5", "cell 6"] == [
        c["name"] for c in trace["cells"]
    ]
    assert [about(n * MB) for n in (1, 2, 3, 4)] == [
        c["change"] for c in trace["cells"]
    ]


def test_equal_text_in_two_cells_is_told(kernel_maker):
    kernel = kernel_maker()
    kernel.load()
    kernel.run("%leakcheck trace start")
    kernel.run("same = bytearray(2_000_000)", cell_id="a")
    kernel.run("keep = same")
    kernel.run("same = bytearray(2_000_000)", cell_id="b")
    trace = json.loads(kernel.run("%leakcheck trace stop --json", silent=True))
    assert {"cells 2 and 4, line 1": about(4 * MB)} == by_line(trace)
    assert [2 * MB, 2 * MB] == [
        about(c["change"]) for c in trace["cells"] if c["change"] > MB
    ]


def test_the_peak_of_each_cell(tracing):
    tracing("len(bytearray(7_000_000));")
    tracing("1")
    cells = answer(tracing, "trace top --json")["cells"]
    assert about(7 * MB) == cells[0]["peak"]
    assert cells[1]["peak"] < MB


def test_blocks_of_calls_deeper_than_the_trace_keeps_are_told_apart(session):
    cell = (
        "def down(n):\n    return down(n - 1) if n else bytearray(2_000_000)\n"
        "held = down(9)"
    )
    trace = answer(session, "trace --depth 4 --json", cell)
    (stack,) = [row for row in trace["stacks"] if row["held"] > MB]
    assert "deeper calls than the trace keeps" not in {
        trace["spots"][frame]["where"] for frame in stack["frames"]
    }
    assert about(2 * MB) == trace["held"]


def test_tracing_of_the_users_stays_on(session):
    tracemalloc.start(3)
    try:
        before = bytearray(3_000_000)
        trace = answer(session, "trace --json", "kept = bytearray(2_000_000)")
        assert tracemalloc.is_tracing()
        assert about(2 * MB) == trace["held"]
        assert 3 == trace["depth"]
        assert "left on" in trace["notes"][0]
        del before
    finally:
        tracemalloc.stop()


def test_a_debugger_is_left_alone_and_named(session):
    def follow(*_):
        return None

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        trace = answer(session, "trace --json", "kept = bytearray(2_000_000)")
        assert sys.gettrace() is follow or hasattr(sys, "monitoring")
    finally:
        sys.settrace(before)
    assert about(2 * MB) == trace["held"]
    if not hasattr(sys, "monitoring"):
        assert "test_trace" in trace["notes"][0]


ENDS = {
    "an exception": ("raise ValueError('x')", "ValueError"),
    "an interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "an exit": ("raise SystemExit", "SystemExit"),
    "a syntax error": ("x = = 1", "SyntaxError"),
}


@pytest.mark.filterwarnings("ignore:To exit")
@pytest.mark.parametrize("end", ENDS)
def test_everything_is_off_after(session, end):
    body, told = ENDS[end]
    names = set(session.shell.user_ns)
    with capture_output() as out:
        session.shell.run_cell(f"%%leakcheck trace\n{body}", store_history=True)
    shown = out.stdout + out.stderr + "".join(str(o.data) for o in out.outputs)
    assert told in shown
    assert not tracemalloc.is_tracing()
    assert {n for n in set(session.shell.user_ns) - names if not n.startswith("_")} <= {
        "asyncio"
    }


def test_unloading_ends_a_trace(session):
    session("%leakcheck trace start")
    assert tracemalloc.is_tracing()
    session("%unload_ext leakhunter")
    assert not tracemalloc.is_tracing()
    callbacks = session.shell.events.callbacks
    ours = [
        c for e in callbacks.values() for c in e if "leakhunter" in str(c.__module__)
    ]
    assert [] == ours


def test_an_interrupt_of_a_kernel_ends_the_trace_of_a_cell(kernel):
    kernel.run("import sys, time, tracemalloc")
    sent = kernel.send(
        "%%leakcheck trace\nkept = bytearray(2_000_000)\nprint('on', flush=True)\n"
        "while True: time.sleep(0.01)"
    )
    while not any(m["msg_type"] == "stream" for m in kernel.messages):
        kernel._iopub()
    kernel.manager.interrupt_kernel()
    _, error = kernel.wait(sent)
    assert error.startswith("KeyboardInterrupt")
    assert [False, True] == kernel.value(
        "[tracemalloc.is_tracing(), sys.gettrace() is None]"
    )
    trace = json.loads(kernel.run("%leakcheck trace top --json", silent=True))
    assert about(2 * MB) == trace["held"]


REFUSED = {
    "trace stop": "No trace is running",
    "trace top": "Nothing was traced",
    "trace sideways": "Use %%leakcheck trace",
    "trace start --depth none": "how many calls",
}


@pytest.mark.parametrize("line", REFUSED)
def test_wrong_use_is_told_in_a_sentence(session, line):
    assert REFUSED[line] in session(f"%leakcheck {line}").replace("\n", " ")


def test_one_trace_at_a_time(tracing):
    assert "A trace is running" in tracing("%leakcheck trace start")
    assert "A trace is running" in tracing("%%leakcheck trace\nran = 1")
    assert "ran" not in tracing.shell.user_ns


def test_lines_are_counted_past_blank_lines_at_the_end(session):
    trace = answer(session, "trace --json", "\nkept = bytearray(2_000_000)\n\n\n")
    assert {"cell 2, line 3": about(2 * MB)} == by_line(trace)


def test_the_lines_of_what_grows(session):
    session("import numpy as np\nheld, once = [], {}\nheld.append(np.ones(1))")
    cell = (
        "held.append(np.ones(250_000))\n"
        "once.setdefault('table', np.ones(500_000))\n"
        "passing = np.ones(125_000)"
    )
    session(cell)
    once = session.shell.user_ns["once"]
    once.clear()
    hunter = session.hunter
    found = at_once(
        growing(
            lambda: session.shell.run_cell(cell, silent=True),
            hunter.tracer.names(),
            hunter.meter,
            "What grows",
        )
    )
    assert not tracemalloc.is_tracing()
    rows = {found.spots[r.spot].where: r.held for r in found.lines if r.held > MB / 2}
    assert {"cell 3, line 1": about(2 * MB)} == rows


def test_a_failing_run_leaves_tracing_off(session):
    def fails():
        raise KeyboardInterrupt

    hunter = session.hunter
    with pytest.raises(KeyboardInterrupt):
        at_once(growing(fails, hunter.tracer.names(), hunter.meter, "What grows"))
    assert not tracemalloc.is_tracing()
