"""Compile the native core, ``leakhunter._native``, for the Python that runs this.

    python build_tools/native.py            # into the package folder, for an editable install

Without a C compiler the package works all the same, in pure Python;
``LEAKHUNTER_NO_NATIVE=1`` asks for that, and ``=0`` has a wheel fail instead.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "kernel-magics" / "native"
PACKAGE = ROOT / "kernel-magics" / "leakhunter"
FLAGS = ["-O2", "-std=c11", "-Wall", "-Wextra", "-fvisibility=hidden", "-pthread"]


class NotBuiltError(Exception):
    """Why there is no native core, in one sentence."""


def compile_core(folder: Path, *more: str) -> Path:
    """Compile into a folder; ``more`` are flags for the compiler.

    Returns
    -------
    Path
        The library.

    Raises
    ------
    NotBuiltError
        Without a compiler, or when it fails.
    """
    if os.environ.get("LEAKHUNTER_NO_NATIVE") == "1":
        raise NotBuiltError("LEAKHUNTER_NO_NATIVE is set")
    link = sysconfig.get_config_var("LDSHARED")
    if sys.implementation.name != "cpython" or not link:
        raise NotBuiltError("this Python tells no way to compile for it")
    # what the compiler is called where Python was built may not exist here
    linker = shlex.split(os.environ.get("CC") or "cc") + shlex.split(link)[1:]
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    target = folder / f"_native{suffix}"
    with tempfile.TemporaryDirectory(dir=folder) as made:
        fresh = Path(made) / target.name
        command = [
            *linker, *FLAGS, *more, "-fPIC", f"-I{sysconfig.get_paths()['include']}",
            *map(str, sorted(SOURCES.glob("*.c"))), "-lm", "-o", str(fresh),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        except OSError as error:
            raise NotBuiltError(f"there is no C compiler ({error.strerror})") from None
        if done.returncode:
            raise NotBuiltError(f"the C compiler failed:\n{done.stderr.strip()}")
        print(done.stderr, end="", file=sys.stderr)
        # a process that uses the old one keeps it
        fresh.replace(target)
    return target


def main() -> None:
    """Build it in place and say what came of it."""
    try:
        print(f"native core: {compile_core(PACKAGE).name}")
    except NotBuiltError as reason:
        print(f"pure Python core: {reason}", file=sys.stderr)


if __name__ == "__main__":
    main()
