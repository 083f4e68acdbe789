"""``%%leakcheck lines`` and ``%leakcheck memit``: memory by line, against known truth."""

from __future__ import annotations

import sys
import tracemalloc

import pytest
from IPython.utils.capture import capture_output
from test_trace import MB, about, answer, hooks_as_before

np = pytest.importorskip("numpy", reason="no numpy here")

assert hooks_as_before


def by_line(profile, section=0):
    """Lines that ran, by number."""
    lines = profile["sections"][section]["lines"]
    return {line["line"]: line for line in lines if line["runs"]}


CELL = """
import numpy as np
kept = np.ones(1_000_000)
text = bytes(3_000_000)
rows = [None] * 500_000
passing = len(bytearray(9_000_000))
for i in range(4):
    part = bytearray(2_000_000)
    both = bytes(part)
    del both
del text
"""


def test_changes_and_peaks_by_line(session):
    lines = by_line(answer(session, "lines --json", CELL))
    changes = {
        n: row["change"] for n, row in lines.items() if abs(row["change"]) > MB / 2
    }
    assert {
        4: about(8 * MB),
        5: about(3 * MB),
        6: about(4 * MB),
        9: about(2 * MB),
        10: about(8 * MB),
        11: about(-8 * MB),
        12: about(-3 * MB),
    } == changes
    assert about(9 * MB) == lines[7]["peak"]
    assert about(2 * MB) == lines[10]["peak"]
    assert [4, 4, 4, 5] == [lines[n]["runs"] for n in (9, 10, 11, 8)]


def test_a_line_of_pandas(session):
    pd = pytest.importorskip("pandas", reason="no pandas here")
    frame = pd.DataFrame({"a": np.arange(500_000), "b": 1.0})
    session.shell.user_ns["frame"] = frame
    frame.sort_values("a", ascending=False)
    lines = by_line(
        answer(session, "lines --json", "x = 1\ncopy = frame.copy()\ndel copy")
    )
    assert about(8 * MB) == lines[3]["change"]
    assert about(-8 * MB) == lines[4]["change"]


def test_native_memory_is_counted_about(session):
    cell = (
        "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.malloc.restype = ctypes.c_void_p\n"
        "where = libc.malloc(64_000_000)\nctypes.memset(where, 1, 64_000_000);\nx = 1\n"
        "libc.free(ctypes.c_void_p(where));"
    )
    lines = by_line(answer(session, "lines --json", cell))
    assert abs(lines[6]["change"]) < MB
    assert pytest.approx(64 * MB, rel=0.1) == lines[6]["native"]
    assert pytest.approx(64 * MB, rel=0.1) == lines[6]["resident_rise"]
    assert pytest.approx(-64 * MB, rel=0.1) == lines[8]["native"]


FUNCTIONS = """
def make(n):
    mine = bytearray(n)
    other = bytearray(2 * n)
    return mine

class Maker:
    @classmethod
    def build(cls):
        return bytearray(1_000_000)
"""


def test_functions_of_the_notebook(session):
    session(FUNCTIONS)
    profile = answer(
        session,
        "lines -f make -f Maker.build --json",
        "held = [make(1_000_000) for _ in range(3)]\nheld.append(Maker.build())",
    )
    assert ["cell 3", "make, cell 2", "Maker.build, cell 2"] == [
        s["title"] for s in profile["sections"]
    ]
    own = by_line(profile, 1)
    assert {3: about(3 * MB), 4: about(6 * MB), 5: 0} == {
        n: pytest.approx(line["change"], abs=3000) if n == 5 else line["change"]
        for n, line in own.items()
    }
    assert about(1 * MB) == by_line(profile, 2)[10]["change"]
    cell = by_line(profile)
    assert about(3 * MB) == cell[2]["change"]
    assert about(3 * MB + 2 * MB) == cell[2]["peak"]


def test_a_function_that_the_cell_defines(session):
    profile = answer(
        session,
        "lines -f late --json",
        "def late():\n    return bytearray(2_000_000)\nx = late()",
    )
    assert about(2 * MB) == by_line(profile, 1)[3]["change"]


def test_a_function_of_a_statement_as_mprun_has_it(session):
    session(FUNCTIONS)
    text = session("%leakcheck lines -f make make(2_000_000)")
    assert "Memory by line of make, cell 2" in text
    assert "Out[" not in text
    assert "    other = bytearray(2 * n)" in text
    assert "lines of cell" not in text


def test_recursion_generators_and_exceptions(session):
    cell = (
        "def down(n):\n    mine = bytearray(1_000_000)\n    return [mine, *down(n - 1)] if n else [mine]\n"
        "def steps():\n    for _ in range(3):\n        yield bytearray(1_000_000)\n"
        "def fails():\n    lost = bytearray(1_000_000)\n    raise ValueError\n"
        "deep = down(4)\nparts = list(steps())\ntry:\n    fails()\nexcept ValueError:\n    pass"
    )
    profile = answer(session, "lines -f down -f steps -f fails --json", cell)
    main, down, steps, fails = (by_line(profile, n) for n in range(4))
    assert about(5 * MB) == main[11]["change"]
    assert about(3 * MB) == main[12]["change"]
    assert (5, about(5 * MB)) == (down[3]["runs"], down[3]["change"])
    assert (3, about(3 * MB)) == (steps[7]["runs"], steps[7]["change"])
    assert about(1 * MB) == fails[9]["change"]


def test_the_text(session):
    text = session(
        "%%leakcheck lines\n\nkept = bytearray(5_000_000)\nfor i in range(3): pass"
    )
    rows = [line.split() for line in text.splitlines()]
    assert ["3", "1"] == next(
        r for r in rows if r[-3:] == ["kept", "=", "bytearray(5_000_000)"]
    )[:2]
    assert "+4.77" in text
    assert "reading" in text
    assert max(map(len, text.splitlines())) <= 79


def test_the_heat_strip_is_escaped_and_has_no_script(session):
    with capture_output() as out:
        session.shell.run_cell(
            "%%leakcheck lines\nx = '<script>alert(1)</script>' * 100_000",
            store_history=True,
        )
    (shown,) = [o.data["text/html"] for o in out.outputs if "text/html" in o.data]
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "prefers-color-scheme:dark" in shown
    assert "width:80px" in shown


def test_what_ran_before_a_failure_is_shown(session):
    text = session("%%leakcheck lines\nkept = bytearray(5_000_000)\n1 / 0\nlater = 1")
    assert "ZeroDivisionError" in text
    assert "The code failed" in text
    assert "+4.77" in text


def test_children_of_mprun_are_told_to_be_counted_elsewhere(session):
    text = session("%%leakcheck lines -c\nkept = bytearray(5_000_000)")
    assert "+4.77" in text
    assert "memit -c counts it" in text


def test_the_text_can_go_to_a_file_once(session, tmp_path):
    target = tmp_path / "lines.txt"
    session(f"%%leakcheck lines -T {target}\nkept = bytearray(5_000_000)")
    assert "kept = bytearray" in target.read_text()
    before = target.read_text()
    text = session(f"%%leakcheck lines -T {target}\nran = 1")
    assert "exists" in text
    assert "ran" not in session.shell.user_ns
    assert before == target.read_text()


@pytest.mark.parametrize(
    "end", ["raise ValueError", "raise KeyboardInterrupt", "raise SystemExit"]
)
@pytest.mark.filterwarnings("ignore:To exit")
def test_everything_is_off_after(session, end):
    session("def f():\n    yield 1\n    yield 2\n")
    session(f"%%leakcheck lines -f f\nkept = f()\nnext(kept)\n{end}")
    assert not tracemalloc.is_tracing()
    assert session.shell.user_ns["kept"].gi_frame.f_trace is None


def test_a_tracer_is_left_alone_and_named(session):
    if hasattr(sys, "monitoring"):
        pytest.skip("this Python has a hook for each tool")

    def follow(*_):
        return None

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        text = session("%%leakcheck lines\nran = 1")
        assert sys.gettrace() is follow
    finally:
        sys.settrace(before)
    assert "left alone" in text
    assert "ran" not in session.shell.user_ns


def test_the_debugger_of_a_kernel_is_left_alone_and_named(kernel):
    if hasattr(sys, "monitoring"):
        pytest.skip("this Python has a hook for each tool")
    for command in ("initialize", "attach"):
        request = {"clientID": "test", "adapterID": "", "pathFormat": "path"}
        content = {
            "type": "request",
            "seq": 1,
            "command": command,
            "arguments": request,
        }
        if not kernel._control(content).get("success"):
            pytest.skip("no debugger here")
    kernel.run("import sys\nbefore = type(sys.gettrace())")
    kernel.run("%%leakcheck lines\nran = 1")
    shown = [
        m["content"]["data"]["text/plain"]
        for m in kernel.messages
        if m["msg_type"] == "display_data"
    ]
    assert "The debugger follows" in shown[-1]
    assert [True, False] == kernel.value(
        "[type(sys.gettrace()) is before, 'ran' in globals()]"
    )


def test_an_interrupt_of_a_kernel_shows_what_ran(kernel):
    kernel.run("import sys, time, tracemalloc")
    sent = kernel.send(
        "%%leakcheck lines\nkept = bytearray(5_000_000)\nprint('on', flush=True)\n"
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
    shown = [
        m["content"]["data"]["text/plain"]
        for m in kernel.messages
        if m["msg_type"] == "display_data"
    ]
    assert "+4.77" in shown[-1]


def test_the_record_of_the_cell_keeps_its_peak(session):
    if not session.hunter.meter.exact:
        pytest.skip("no exact peaks here")
    session(
        "%%leakcheck lines\nlen(np.ones(8_000_000))\nx = 1".replace(
            "np", "__import__('numpy')"
        )
    )
    record = session.hunter.recorder.runs()[-1].record
    assert record.peak - record.rss_before >= 60 * MB


def test_memit(session):
    found = answer(session, "memit --json bytearray(40_000_000).count(1)")
    assert 3 == len(found["runs"])
    for run in found["runs"]:
        assert pytest.approx(40 * MB, rel=0.05) == run["increment"]
        assert run["kept"] < 3 * MB


def test_memit_prints_what_memit_prints(session):
    text = session("%leakcheck memit -r2 d = {'a': bytearray(30_000_000)}")
    assert text.startswith("peak memory: ")
    assert ", increment: 28." in text
    assert "(2 runs: " in text.replace("\n", " ")
    assert {"a"} == set(session.shell.user_ns["d"])


def test_memit_of_a_cell_runs_its_line_once_before(session):
    session("count = 0")
    found = answer(
        session, "memit -r 4 --json setup = bytearray(30_000_000)", "count += 1"
    )
    assert 4 == session.shell.user_ns["count"]
    assert found["increment"] < 5 * MB


def test_memit_counts_children(session):
    code = "import sys, time; held = bytearray(60_000_000); print(1, flush=True); time.sleep(0.5)"
    session.shell.user_ns["command"] = [sys.executable, "-c", code]
    found = answer(
        session,
        "memit -c -r 1 --json __import__('subprocess').run(command, capture_output=True)",
    )
    assert not found["exact"]
    assert found["increment"] > 60 * MB


REFUSED = {
    "memit": "Use %leakcheck memit",
    "memit -q x": "There is no option -q",
    "memit -r none x": "Say a number",
    "lines x = 1": "Use %%leakcheck lines",
    "lines -f nothing x = 1": "There is no Python function 'nothing'",
    "lines -f len len('')": "There is no Python function 'len'",
}


@pytest.mark.parametrize("line", REFUSED)
def test_wrong_use_is_told_in_a_sentence(session, line):
    assert REFUSED[line] in session(f"%leakcheck {line}").replace("\n", " ")
    assert "x" not in session.shell.user_ns


def test_a_line_that_runs_very_often_is_read_at_where_much_changes(session):
    cell = (
        "kept = []\nfor i in range(40_000):\n    x = i\n    if i % 10_000 == 9_999:\n"
        "        kept.append(bytearray(2_000_000))\n"
        "def f(n):\n    return bytearray(n)\n"
        "for i in range(4):\n    kept.append(f(1_000_000))\nlast = bytearray(3_000_000)"
    )
    profile = answer(session, "lines -f f --json", cell)
    lines, function = by_line(profile), by_line(profile, 1)
    assert profile["sampled"]
    assert [40_001, 40_000, 40_000, 4] == [lines[n]["runs"] for n in (3, 4, 5, 6)]
    assert about(8 * MB) == lines[6]["change"]
    assert about(4 * MB) == function[8]["change"]
    assert (4, about(4 * MB)) == (lines[10]["runs"], lines[10]["change"])
    assert about(3 * MB) == lines[11]["change"]
    assert profile["readings"] < 25_000
