"""Run the kernel side's tests: each file in a process of its own, all cores at work.

    python build_tools/kernel_tests.py                # every file
    python build_tools/kernel_tests.py -k view_base   # what follows goes to pytest

A check looks at the whole process.  What one file's tests leave behind there
(modules, threads, garbage that nobody can free) would be part of the next
file's answers, and a heap that only grows makes every walk slower.

Where the part in C is built, the files of the engine run on both cores.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "kernel-magics" / "tests"
LIMIT = 900
"""Seconds after which a file counts as hung."""
NOTHING_RAN = 5
"""pytest's exit status where every test was left out."""
BOTH = (
    "find",
    "graph",
    "orphans",
    "trial",
    "uncollectable",
)
"""Files of which the twin in Python runs again what the core in C has passed; ``make verify`` has longer ones."""
COUNT = re.compile(r"(\d+) (passed|failed|error|skipped|xfailed)")


class Ran(NamedTuple):
    """What became of one file, on which core."""

    name: str
    ok: bool
    seconds: float
    output: str

    @property
    def summary(self) -> str:
        """The last line of pytest's report, without its frame."""
        lines = self.output.strip().splitlines() or ["no output"]
        return re.sub(r" in [\d.]+s.*", "", lines[-1].strip("= "))


def run(file: Path, options: list[str], core: str = "") -> Ran:
    """Run the tests of one file; ``core`` is the value of ``LEAKHUNTER_CORE``."""
    start = time.monotonic()
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(
            [*pytest, *options, str(file)],
            check=False,
            cwd=ROOT,
            env={**os.environ, "LEAKHUNTER_CORE": core} if core else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
        )
        status, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        status, output = (
            1,
            (late.stdout or b"") + f"\nstill running after {LIMIT} s".encode(),
        )
    text = output.decode(errors="replace")
    name = f"{file.name} ({core})" if core else file.name
    return Ran(name, status in (0, NOTHING_RAN), time.monotonic() - start, text)


def main(options: list[str]) -> int:
    """Run all files, the long ones first, and say what each did."""
    files = sorted(TESTS.glob("test_*.py"), key=lambda file: -file.stat().st_size)
    failed: list[Ran] = []
    counts: Counter[str] = Counter()
    again = {TESTS / f"test_{name}.py": "python" for name in BOTH}
    if not list((ROOT / "kernel-magics" / "leakhunter").glob("_native.*.so")):
        again = {}
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        jobs = [pool.submit(run, file, options) for file in files]
        jobs += [pool.submit(run, file, options, core) for file, core in again.items()]
        for future in as_completed(jobs):
            ran = future.result()
            print(f"{ran.seconds:6.1f} s  {ran.name}: {ran.summary}", flush=True)
            for number, what in COUNT.findall(ran.summary):
                counts[what] += int(number)
            if not ran.ok:
                failed.append(ran)
    for ran in failed:
        print(f"\n{'=' * 30} {ran.name} {'=' * 30}\n{ran.output}", flush=True)
    said = ", ".join(f"{number} {what}" for what, number in counts.items())
    print(f"\n{len(jobs)} files: {said}")
    for ran in failed:
        print(f"FAILED {ran.name}: {ran.summary}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
