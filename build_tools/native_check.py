"""Compile the native core with all warnings as errors, and run its tests under valgrind: no wrong access and no lost memory of ours.

    python build_tools/native_check.py

What valgrind says of Python itself and of libraries is not ours and left out;
what Python hands over to us is in valgrind.supp, with the reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from native import ROOT, NotBuiltError, compile_core

KNOWN = ROOT / "build_tools" / "valgrind.supp"
TESTS = ROOT / "kernel-magics" / "tests"
RUNS = [
    ["test_core.py", "-k", "not million and not environment"],
    ["test_classes.py"],
    ["test_stacks.py"],
    ["test_namespace.py"],
    ["test_census.py"],
    ["test_referring.py"],
    ["test_adapters_ml.py", "-k", "only_connections or closed_connection or using"],
    ["test_nodes.py", "-k", "pictures_are_the_same or atoms or wrong"],
    [
        "test_births.py",
        "-k",
        "not setting and not unloading and not about and not users_own",
    ],
    # not with tracemalloc, which loses its own tables as it ends
    ["test_allocations.py", "-k", "threads or child_process or groups"],
    ["test_whole.py", "-k", "leads or cycle or reached or counted or kept or wrong"],
    ["test_rapid.py", "-k", "forked or stretch or sense"],
]


def ours(log: str) -> list[str]:
    """The errors with a line of the native core in them."""
    found: list[list[str]] = [[]]
    for line in log.splitlines():
        text = line.partition("== ")[2]
        if text.strip():
            found[-1].append(text)
        elif found[-1]:
            found.append([])
    return ["\n".join(lines) for lines in found if "_native" in "\n".join(lines)]


def without_warnings() -> bool:
    """Does it compile without a single warning?"""
    with tempfile.TemporaryDirectory() as folder:
        try:
            compile_core(Path(folder), "-Werror")
        except NotBuiltError as reason:
            print(f"native core, all warnings: FAILED\n{reason}")
            return False
    print("native core, all warnings: passed")
    return True


def main() -> int:
    """Command line."""
    failed = not without_warnings()
    if shutil.which("valgrind") is None:
        print("native core under valgrind: left out, it is not installed")
        return int(failed)
    for arguments in RUNS:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            done = subprocess.run(
                [
                    "valgrind", "--leak-check=full", "--show-leak-kinds=definite",
                    f"--log-file={log}", f"--suppressions={KNOWN}", sys.executable, "-m", "pytest", "-q",
                    "-p", "no:cacheprovider", str(TESTS / arguments[0]), *arguments[1:],
                ],
                env={**os.environ, "PYTHONMALLOC": "malloc"}, cwd=ROOT, check=False,
                capture_output=True, text=True,
            )  # fmt: skip
            errors = ours(log.read_text())
        failed = failed or bool(errors) or done.returncode != 0
        said = "passed" if not errors and not done.returncode else "FAILED"
        print(f"native core under valgrind, {arguments[0]}: {said}")
        print("\n\n".join(errors) or ("" if not done.returncode else done.stdout))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
