"""Run the kernel side's tests with the versions that the README claims.

    python build_tools/matrix.py            # every row whose Python is found
    python build_tools/matrix.py 3.10       # one row

Each row has its own environment under ``.venv-matrix``.  A Python that is not
on this machine (on the PATH or under pyenv) is named and left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv-matrix"
COMMON = [
    "jupyter_client",
    "matplotlib",
    "msgspec",
    "nbclient",
    "nbformat",
    "numpy",
    "packaging",
    "pandas",
    "psutil",
    "pyarrow",
    "pytest",
]


class Row(NamedTuple):
    """One combination of versions."""

    python: str
    ipython: str
    ipykernel: str
    pandas: str


ROWS = [
    Row("3.10", "8.12.3", "6.29.5", "2.3.3"),
    Row("3.11", "8.37.0", "6.29.5", "2.3.3"),
    Row("3.12", "9.9.0", "7.1.0", "3.0.0"),
    Row("3.13", "9.18.1", "7.4.0", "3.0.6"),
]


def interpreter(version: str) -> str | None:
    """Path of a Python of this version."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = sorted(pyenv.glob(f"{version}.*/bin/python")) if pyenv.is_dir() else []
    return str(found[-1]) if found else shutil.which(f"python{version}")


def run(row: Row) -> bool | None:
    """Install and test one row; ``None`` when its Python is missing."""
    python = interpreter(row.python)
    if python is None:
        return None
    folder = FOLDER / row.python
    own = folder / "bin" / "python"
    if not own.exists():
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
    exact = [
        f"ipython=={row.ipython}",
        f"ipykernel=={row.ipykernel}",
        f"pandas=={row.pandas}",
    ]
    install = [str(own), "-m", "pip", "install", "--quiet", *COMMON, *exact]
    subprocess.run(install, check=True)
    subprocess.run([str(own), str(ROOT / "build_tools" / "native.py")], check=True)
    paths = [ROOT / "kernel-magics", ROOT / "kernel-magics" / "tests"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    tests = [str(own), str(ROOT / "build_tools" / "kernel_tests.py")]
    return subprocess.run(tests, env=env, check=False).returncode == 0


def main() -> int:
    """Command line."""
    wanted = sys.argv[1:]
    failed = False
    for row in ROWS:
        if wanted and row.python not in wanted:
            continue
        result = run(row)
        said = {True: "passed", False: "FAILED", None: "left out: no such Python here"}[
            result
        ]
        name = f"Python {row.python}, IPython {row.ipython}, ipykernel {row.ipykernel}"
        print(f"{name}, pandas {row.pandas}: {said}", flush=True)
        failed = failed or result is False
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
