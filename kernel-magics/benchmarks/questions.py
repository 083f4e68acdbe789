"""A full check and the question who holds something, among a million objects; the memory that it takes.

Each tool has a process of its own with the same objects, and they answer in
turns: what one leaves behind slows no other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import HERE, PYTHON, Table, load, spread

ASKED = {
    "**full check**: types, sizes, holders, findings": "check",
    "**who else holds one array**, asked of that picture": "holders",
    "**what clearing one frame would free**, asked of that picture": "frees",
    "guppy3 `heap()`: types and sizes": "guppy",
    "guppy3 `domisize` of one frame": "domisize",
    "Pympler `asizeof` of all variables": "asizeof",
    "Pympler `muppy` and `summary`": "summary",
    "objgraph `typestats()`: counts": "typestats",
    "objgraph `find_backref_chain` of one array": "backrefs",
    "`gc.get_referrers` of one array": "referrers",
}
MODULES = {"guppy": "guppy", "domisize": "guppy", "asizeof": "pympler", "summary": "pympler", "typestats": "objgraph", "backrefs": "objgraph"}  # fmt: skip
OF_US = {"check", "holders", "frees"}
SLOW = {"summary"}
"""Asked once."""

MANY_OBJECTS = 5_000_000


class Side:
    """Answers the questions; lives in a process of its own."""

    def __init__(self, objects: int) -> None:
        import numpy as np  # noqa: PLC0415 - a worker's alone
        import pandas as pd  # noqa: PLC0415
        from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415

        self._shell = shell = InteractiveShell.instance()
        shell.history_manager.enabled = False
        shell.run_line_magic("load_ext", "leakhunter")
        names = shell.user_ns
        names["rows"] = {i: [i + 1000, i + 2000] for i in range(objects)}
        names["arrays"] = [np.ones(100_000) for _ in range(200)]
        names["frames"] = [pd.DataFrame({c: np.ones(1000) for c in "abcde"}) for _ in range(50)]  # fmt: skip
        names["frame"] = pd.DataFrame({c: np.ones(1_000_000) for c in "abcde"})
        names["one"] = names["arrays"][7]
        names["deep"] = {"model": {"history": [names["one"]]}}
        self._picture: Any = None

    def _hunter(self) -> Any:
        import leakhunter  # noqa: PLC0415

        return leakhunter._watch.hunter  # type: ignore[union-attr] # noqa: SLF001 - a benchmark looks inside

    def check(self) -> str:
        """All of it, as often as somebody asks."""
        report = self._hunter().check(10 * MANY_OBJECTS).report
        return f"{report.objects:,} objects" + ("" if report.complete else ", not all")

    def before(self, question: str) -> None:
        """Look, where that is not what is asked; the last picture goes first, and unmeasured."""
        self._picture = None
        if question in ("holders", "frees"):
            self._picture = self._hunter().check(10 * MANY_OBJECTS)

    def holders(self) -> str:
        """Of an array in a list and in a nested dictionary."""
        from leakhunter.heap.holders import holders_of_slots  # noqa: PLC0415

        found = self._hunter().meant(self._picture, "one")
        slots = {slot for one in found for slot in one.slots}
        return " and ".join(holders_of_slots(self._picture.case.graph, slots))

    def frees(self) -> str:
        """Of one frame."""
        hunter = self._hunter()
        told = hunter.frees(self._picture, hunter.meant(self._picture, "frame"))
        return f"{told.bytes / 1e6:.2f} MB"

    def guppy(self) -> str:
        """By class, without references."""
        from guppy import hpy  # noqa: PLC0415

        return f"{hpy().heap().size / 1e6:.0f} MB"

    def domisize(self) -> str:
        """What one frame retains."""
        from guppy import hpy  # noqa: PLC0415

        return f"{hpy().iso(self._shell.user_ns['frame']).domisize / 1e6:.2f} MB"

    def asizeof(self) -> str:
        """One sum."""
        from pympler.asizeof import asizeof  # noqa: PLC0415

        names = ("rows", "arrays", "frames", "frame")
        return f"{asizeof(*(self._shell.user_ns[n] for n in names)) / 1e6:.0f} MB"

    def summary(self) -> str:
        """By class."""
        from pympler import muppy, summary  # noqa: PLC0415

        return f"{len(summary.summarize(muppy.get_objects()))} classes"

    def typestats(self) -> str:
        """Counts only."""
        import objgraph  # noqa: PLC0415

        return f"{len(objgraph.typestats())} classes"

    def backrefs(self) -> str:
        """One chain."""
        import objgraph  # noqa: PLC0415

        chain = objgraph.find_backref_chain(self._shell.user_ns["arrays"][7], objgraph.is_proper_module)  # fmt: skip
        return f"{len(chain)} steps"

    def referrers(self) -> str:
        """One step."""
        import gc  # noqa: PLC0415

        return f"{len(gc.get_referrers(self._shell.user_ns['arrays'][7]))} referrers"


def serve(objects: int) -> None:
    """Be one side: a question a line, an answer in JSON with CPU seconds and memory."""
    import time  # noqa: PLC0415

    from leakhunter.record.meter import Meter  # noqa: PLC0415

    side, meter = Side(objects), Meter()
    print("ready", flush=True)
    for line in sys.stdin:
        ask: Callable[[], str] = getattr(side, line.strip())
        begun = time.process_time()
        side.before(line.strip())
        checked = time.process_time() - begun
        before = meter.rss()
        meter.arm()
        begun = time.process_time()
        told = ask()
        took = time.process_time() - begun
        status = meter.status()
        answer = {"cpu": took, "peak": (status.peak or before) - before, "kept": status.rss - before}  # fmt: skip
        print(json.dumps({**answer, "told": told, "check": checked}), flush=True)


class Worker:
    """The other end of a side."""

    def __init__(self, objects: int) -> None:
        self._process = subprocess.Popen(
            [PYTHON, str(Path(__file__)), str(objects)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._line()

    def ask(self, question: str) -> dict[str, Any]:
        """An answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def tables(*, long: bool) -> Iterator[Table]:
    """All that this part measures."""
    yield _table(1_000_000, 3, ASKED)
    # other tools take minutes for so many
    ours = {told: q for told, q in ASKED.items() if q in OF_US}
    yield _table(MANY_OBJECTS, 2 if long else 1, ASKED if long else ours)


def _table(objects: int, many: int, asked: Mapping[str, str]) -> Table:
    table = Table(
        f"Questions about {objects:,} lists in a dictionary, 200 arrays and 51 frames",
        ["question", "CPU s", "to a full check", "extra memory while it ran, MB", "kept, MB", "answer"],
        notes=[f"Median (least..greatest) of {many}; kept: after the first answer. The check that a question is compared with was made just before it."],
    )  # fmt: skip
    ours = Worker(objects)
    try:
        for told, question in asked.items():
            module = MODULES.get(question)
            if module is not None and not _installed(module):
                table.rows.append([told, "not installed", *[""] * 4])
                continue
            worker = ours if module is None else Worker(objects)
            times = 1 if question in SLOW else many
            check = 0 if question in OF_US else ours.ask("check")["cpu"]
            found = [worker.ask(question) for _ in range(times)]
            if worker is not ours:
                worker.close()
            check = check or found[-1]["check"]
            table.rows.append(
                [
                    told,
                    spread((one["cpu"] for one in found), 3),
                    "" if question == "check" else spread(one["cpu"] / check for one in found),
                    spread((one["peak"] / 1e6 for one in found), 0),
                    f"{found[0]['kept'] / 1e6:.0f}",
                    found[0]["told"],
                ]
            )  # fmt: skip
    finally:
        ours.close()
    table.notes.append(f"Measured at {load()}.")
    return table


def _installed(module: str) -> bool:
    ask = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([PYTHON, "-c", ask], check=False).returncode == 0


if __name__ == "__main__":
    serve(int(sys.argv[1]))
