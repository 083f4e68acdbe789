"""What the parts of ``make bench`` share: kernels to measure in, peers beside us, and tables.

Two sides are measured in turns in one kernel, a pair at a time and each pair
the other way round than the one before, so that both see the same machine; a
ratio or a difference is told as median (least to greatest).  Another kernel is
another machine: only pairs are compared.
"""

from __future__ import annotations

import os
import platform
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
PYTHON = str(PEERS) if PEERS.exists() else sys.executable
"""Where all is measured: with the peers, where ``make .venv-peers/.installed`` made a place for them."""

PACKAGES = (
    "ipykernel", "IPython", "numpy", "pandas", "ipython_memory_usage", "memory_profiler",
    "memray", "scalene", "Pympler", "guppy3", "objgraph",
)  # fmt: skip
ASK_VERSIONS = f"""
from importlib import metadata
found = []
for name in {PACKAGES}:
    try:
        found.append(name + " " + metadata.version(name))
    except metadata.PackageNotFoundError:
        pass
print(", ".join(found))
"""
TIMEOUT = 180


class SlowError(Exception):
    """A cell did not end in time."""


class Kernel:
    """A real kernel; a context manager that leaves nothing behind."""

    def __init__(self, *, watched: bool = True) -> None:
        self._home = tempfile.mkdtemp(prefix="leakhunter-bench-")
        env = {
            **os.environ,
            "IPYTHONDIR": self._home,
            "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]),
        }
        self._manager = KernelManager()
        self._manager.kernel_spec.argv[0] = PYTHON  # type: ignore[union-attr]
        with Path(os.devnull).open("w") as nowhere:
            self._manager.start_kernel(cwd=self._home, env=env, stderr=nowhere)
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=TIMEOUT)
        self._cells = 0
        if watched:
            self.tell("__import__('leakhunter').activate()")

    def __enter__(self) -> Kernel:  # noqa: PYI034 - `Self` is newer than the oldest Python
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        shutil.rmtree(self._home, ignore_errors=True)

    def run(self, code: str) -> float:
        """Run a cell; seconds from the request until the kernel is idle again."""
        self._cells += 1
        begun = time.perf_counter()
        self._execute(code, silent=False)
        return time.perf_counter() - begun

    def say(self, code: str) -> str:
        """Run a cell; what it printed."""
        self._cells += 1
        return self._execute(code, silent=False)

    def tell(self, code: str) -> str:
        """Run code that is no cell; what it printed."""
        return self._execute(code, silent=True)

    def cpu(self) -> float:
        """CPU seconds of the kernel so far."""
        return float(self.tell("import time as _t; print(_t.process_time()); del _t"))

    def has(self, module: str) -> bool:
        """Can this module be imported there?"""
        ask = f"import importlib.util as _u; print(_u.find_spec({module!r}) is not None); del _u"
        return self.tell(ask).strip() == "True"

    def hello(self, *, glances: bool = False) -> None:
        """Present a front end whose panel is hidden, as it is most of the time.

        With ``glances`` it looks at the memory of a running cell all the same,
        for the status bar and to warn near the limit, as it does by default.
        """
        content = {
            "type": "request", "seq": 1, "command": "leakhunter.hello",
            "arguments": {"protocol": 1, "client": "bench", "visible": False, "glances": glances},
        }  # fmt: skip
        self._client.control_channel.send(
            self._client.session.msg("debug_request", content)
        )
        self._client.get_control_msg(timeout=TIMEOUT)

    def _execute(self, code: str, *, silent: bool) -> str:
        content = {
            "code": code, "silent": silent, "store_history": not silent,
            "user_expressions": {}, "allow_stdin": False, "stop_on_error": False,
        }  # fmt: skip
        meta = {} if silent else {"cellId": f"cell-{self._cells}"}
        session = self._client.session
        msg = session.msg("execute_request", content, metadata=meta)
        self._client.shell_channel.send(msg)
        text: list[str] = []
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            try:
                answer = self._client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            if answer["parent_header"].get("msg_id") != msg["header"]["msg_id"]:
                continue
            kind, body = answer["msg_type"], answer["content"]
            if kind == "stream" and body["name"] == "stdout":
                text.append(body["text"])
            elif kind == "error":
                raise RuntimeError(
                    f"{body['ename']}: {body['evalue']} in {code[:60]!r}"
                )
            elif kind == "status" and body["execution_state"] == "idle":
                return "".join(text)
        raise SlowError(code[:60])


@dataclass
class Table:
    """Rows of text under a title; ``notes`` say how they were made."""

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """For a document."""
        lines = [f"## {self.title}", "", *self.notes, ""] if self.notes else [f"## {self.title}", ""]  # fmt: skip
        lines.append("| " + " | ".join(self.head) + " |")
        lines.append("|" + "|".join(" --- " for _ in self.head) + "|")
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines)

    def text(self) -> str:
        """For a terminal."""
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]  # fmt: skip
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (self.head, *self.rows)
        ]  # fmt: skip
        return "\n".join([self.title, *lines, ""])


def spread(values: Iterable[float], digits: int = 2) -> str:
    """Median with the least and the greatest."""
    found = sorted(values)
    if not found:
        return "-"
    middle = statistics.median(found)
    return f"{middle:.{digits}f} ({found[0]:.{digits}f}..{found[-1]:.{digits}f})"


def pairs(
    many: int, off: Callable[[], float], on: Callable[[], float]
) -> list[tuple[float, float]]:
    """Both sides in turns; which goes first changes from pair to pair."""
    found = []
    for number in range(many):
        if number % 2:
            after = on()
            found.append((off(), after))
        else:
            found.append((off(), on()))
    return found


def machine() -> str:
    """What was measured, on what, and how busy that was."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    ask = [PYTHON, "-c", "import platform; print(platform.python_version())" + ASK_VERSIONS]  # fmt: skip
    versions = subprocess.run(ask, check=True, capture_output=True, text=True).stdout
    python, _, packages = versions.partition("\n")
    return (
        f"Python {python}, {packages.strip()}; {os.cpu_count()} cores of {model}, "
        f"{memory:.0f} GiB, Linux {platform.release().split('-')[0]}"
    )


def load() -> str:
    """How many processes wanted a core in the last minute."""
    return f"load {os.getloadavg()[0]:.1f}"


def skipped(name: str, columns: int, why: str) -> list[Any]:
    """A row that says why it is empty."""
    return [name, why, *[""] * (columns - 2)]
