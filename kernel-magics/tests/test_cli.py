"""``jupyter leakcheck`` as a user and a CI job run it: real notebooks in real kernels."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

import leakhunter
from leakhunter.doors.cli.main import main

nbformat = pytest.importorskip("nbformat", reason="no nbformat here")
for library in ("nbclient", "numpy"):
    pytest.importorskip(library, reason=f"no {library} here")

PACKAGE = Path(leakhunter.__file__).parents[1]
ROOT = PACKAGE.parent


@pytest.fixture
def leakcheck(tmp_path, monkeypatch, capsys):
    """Runs notebooks made of cells; returns the exit code and what was printed."""
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    folder = tmp_path / "work"
    folder.mkdir()

    def run(cells, *options, metadata=None):
        path = write(folder / "a.ipynb", cells, metadata)
        before = path.read_bytes()
        code = main([str(path), *options])
        assert before == path.read_bytes()
        assert ["a.ipynb"] == [f.name for f in folder.iterdir()]
        assert [] == list(scratch.iterdir())
        told = capsys.readouterr()
        assert max(map(len, told.out.splitlines()), default=0) <= 79 + len(str(path))
        return code, told.out, told.err

    return run


def write(path, cells, metadata=None):
    nodes = [
        nbformat.v4.new_code_cell(source, id=f"c{k}") for k, source in enumerate(cells)
    ]
    book = nbformat.v4.new_notebook(cells=nodes, metadata=metadata or {})
    nbformat.write(book, path)
    return path


def kernelspec(tmp_path, name, **spec):
    folder = tmp_path / "jupyter" / "kernels" / name
    folder.mkdir(parents=True)
    whole = {"display_name": name, "language": "python", **spec}
    (folder / "kernel.json").write_text(json.dumps(whole))


def ended(pid):
    """Is a process gone, or will be in a moment?"""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if (
            not psutil.pid_exists(pid)
            or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        ):
            return True
        time.sleep(0.05)
    return False


LEAKY = [
    "import numpy as np",
    "x = np.ones(4_000_000)\nx",
    "del x; old = np.ones(3_000_000)",
    "last = np.ones(2_000_000)",
]


def test_a_leak_fails_until_it_is_known_or_expected(leakcheck, tmp_path):
    before, page = tmp_path / "before.json", tmp_path / "page.html"
    code, out, _ = leakcheck(LEAKY, "--json", str(before), "--html", str(page))
    assert 1 == code
    assert out.startswith(str(tmp_path / "work" / "a.ipynb") + ": 4 cells in ")
    assert re.search(
        r"^\[1\] import numpy as np +\S+ +[\d.]+ +0 +1$", out, re.MULTILINE
    )
    assert "Fix:  display(x)" in out
    assert "%leakcheck" not in out
    assert out.rstrip().endswith("1 finding fails (--fail-on leak): Out[2] (30.5 MiB).")
    assert "Out[2]" in page.read_text()
    assert "%leakcheck" not in page.read_text()

    document = json.loads(before.read_text())
    assert 1 == document["exit_code"]
    (run,) = document["notebooks"]
    assert ["c0", "c1", "c2", "c3"] == [r["cell_id"] for r in run["runs"]]
    groups = {f["title"]: f["group"] for f in run["report"]["findings"]}
    # one later cell is enough at the end, and what the last one made is the result
    assert {"old": "safe", "Out[2]": "safe"} == groups

    code, out, _ = leakcheck(LEAKY, "--baseline", str(before))
    assert 0 == code
    assert "Against before.json: no difference beyond noise." in out

    marks = [
        {"fingerprint": f["fingerprint"], "kind": f["kind"], "bytes": f["frees"]}
        | {"reason": "shown on purpose", "at": 1.0}
        for f in run["report"]["findings"]
    ]
    metadata = {"leakhunter": {"expected": [{"not": "ours"}, *marks]}}
    code, out, _ = leakcheck(LEAKY, "--fail-on", "suspect", metadata=metadata)
    assert 0 == code
    assert "Expected: 2" in out


def test_an_error_is_told_with_the_report_up_to_there(leakcheck, tmp_path):
    saved = tmp_path / "saved.ipynb"
    code, out, _ = leakcheck(
        [
            "import numpy as np\nx = np.ones(3_000_000); y = np.ones(2_000_000)",
            "print('here'); x.sum()",
            "y = 1 / 0",
            "print(x)",
        ],
        "--save",
        str(saved),
        "--fail-on",
        "suspect",
    )
    assert 3 == code
    assert "In [3] (y = 1 / 0): ZeroDivisionError: division by zero" in out
    assert "[3] y = 1 / 0 (failed)" in out
    # a cell that is still to be run reads it
    assert "Leftover x" not in out
    outputs = [c.outputs for c in nbformat.read(saved, as_version=4).cells]
    assert "here\n" == outputs[1][0].text
    assert "ZeroDivisionError" == outputs[2][0].ename
    assert [] == outputs[3]


def test_a_killed_kernel_is_told_and_nothing_stays(leakcheck, tmp_path):
    pids = tmp_path / "pids"
    code, out, _ = leakcheck(
        [
            "import os, signal, subprocess, time",
            f"""child = subprocess.Popen(['sleep', '300'])
open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')""",
            """big = bytearray(60_000_000)
time.sleep(1)
os.kill(os.getpid(), signal.SIGKILL)""",
            "print(big)",
        ]
    )
    assert 3 == code
    assert "In [3] (big = bytearray(60_000_000)):" in out
    assert "(SIGKILL)" in out
    assert "[1] import os, signal" in out
    seen = re.search(r"before,\s+it\s+had\s+(\d+) MiB", out)
    assert int(seen[1]) > 60
    assert all(ended(int(pid)) for pid in pids.read_text().split())


def test_a_cell_that_takes_too_long_is_interrupted(leakcheck):
    code, out, _ = leakcheck(
        ["import time", "time.sleep(300)", "1"], "--timeout", "1", "--max-peak", "1MB"
    )
    assert 3 == code
    assert "In [2] (time.sleep(300)): It took more than 1 second." in out
    assert "over --max-peak 1.00 MiB" in out
    assert "Where it is" in out


def test_ctrl_c_ends_the_kernel_and_tells_what_was_measured(tmp_path):
    pid = tmp_path / "pid"
    cells = [
        "import os, time",
        f"open({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(300)",
    ]
    path = write(tmp_path / "a.ipynb", cells)
    process = subprocess.Popen(
        [sys.executable, "-m", "leakhunter.doors.cli", str(path)],
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while time.monotonic() < end and not (pid.exists() and pid.read_text()):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (130, "") == (process.returncode, err)
    assert "[1] import os, time" in out
    assert "In [2] (open(" in out
    assert ended(int(pid.read_text()))


def refused(answer, said):
    code, out, err = answer
    assert (2, "") == (code, out)
    assert said in err
    assert 1 == err.count("\n")


def test_a_kernel_that_is_not_python_is_refused(leakcheck, tmp_path):
    kernelspec(tmp_path, "ir", argv=["false"], language="R")
    named = {"kernelspec": {"name": "ir", "display_name": "R"}}
    refused(leakcheck(["1"], metadata=named), "is for R; Leak Hunter watches Python")
    spoken = {"language_info": {"name": "julia"}}
    refused(leakcheck(["1"], metadata=spoken), "is written in julia")
    refused(leakcheck(["1"], "--kernel", "nope"), "there is no kernel 'nope' here")


def test_a_kernel_that_does_not_start_says_why(leakcheck, tmp_path):
    argv = [sys.executable, "-c", "raise SystemExit('no such module')"]
    kernelspec(tmp_path, "broken", argv=argv)
    refused(
        leakcheck(["1"], "--kernel", "broken"),
        "The kernel 'broken' did not start: no such module.",
    )


def test_a_kernel_without_the_package_is_told_how_to_get_it(leakcheck, tmp_path):
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "leakhunter.py").write_text("raise ImportError")
    kernelspec(
        tmp_path,
        "bare",
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        env={"PYTHONPATH": str(tmp_path / "bare")},
    )
    refused(leakcheck(["1"], "--kernel", "bare"), "pip install jupyterlab-leakhunter")


def test_what_ran_before_a_refused_notebook_is_written(leakcheck, tmp_path):
    argv = [sys.executable, "-c", "raise SystemExit('no such module')"]
    kernelspec(tmp_path, "broken", argv=argv)
    named = {"kernelspec": {"name": "broken", "display_name": "broken"}}
    second = write(tmp_path / "b.ipynb", ["1"], named)
    found = tmp_path / "found.json"
    code, out, err = leakcheck(["x = 1"], str(second), "--json", str(found))
    assert (2, 1) == (code, err.count("\n"))
    assert "1 cell in" in out
    (run,) = json.loads(found.read_text())["notebooks"]
    assert run["notebook"].endswith("a.ipynb")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "There is no file"),
        ("plain words", "is not a notebook"),
        ('{"cells": []}', "is not a notebook"),
        (
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}',
            "is not a valid notebook",
        ),
    ],
)
def test_a_file_that_is_no_notebook_is_refused(text, said, tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    if text is not None:
        path.write_text(text)
    code = main([str(path)])
    refused((code, *capsys.readouterr()), said)


def test_a_missing_nbclient_is_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbclient", None)
    for name in ("job", "run"):
        module = f"leakhunter.doors.cli.{name}"
        monkeypatch.delitem(sys.modules, module, raising=False)
    code = main([str(write(tmp_path / "a.ipynb", ["1"]))])
    refused((code, *capsys.readouterr()), "pip install nbclient")


def test_the_kernel_side_is_switched_on_as_the_front_end_does():
    from leakhunter.doors.cli.kernel import ACTIVATE, STATUS

    source = (ROOT / "src" / "kernel" / "activation.ts").read_text()
    assert f"const CODE = `{ACTIVATE}`;" in source
    assert STATUS in source


def test_jupyter_finds_it():
    declared = (ROOT / "pyproject.toml").read_text()
    assert 'jupyter-leakcheck = "leakhunter.doors.cli.main:main"' in declared
