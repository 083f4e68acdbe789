"""Weigh what a browser loads, and when: the front end as it is released.

A page without a notebook must stay light, plotly must be a chunk of its own
that only a chart loads.  The limits count bytes after gzip, as a server
sends them; style sheets travel inside scripts and are also given apart: what
is loaded at the start counts with them, the rest as the scripts it is.
"""

from __future__ import annotations

import argparse
import gzip
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("lib", "style", "schema", "package.json", "webpack.config.js")

AT_START = 17_920
"""Bytes that a page without a notebook may load; the lightest comparable extension loads 32 KiB."""

WITHOUT_CHARTS = 60_600
"""Bytes of scripts with the panel open; charts, and views that few open, come when they are."""

EVERY_VIEW = 84_130
"""Bytes of scripts when each view was opened, still without charts."""

PLOTLY = 200_000
"""Bytes that only a file with plotly's core can have."""

STYLE = re.compile(r"""(\.is\("\w+",)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)""")
"""A style sheet inside a script: its id and its text, which rspack puts on the page."""


@dataclass(frozen=True)
class Chunk:
    """One file; sizes in bytes after gzip, ``scripts`` without its style sheets."""

    name: str
    when: str
    total: int
    scripts: int


def build(folder: Path) -> Path:
    """Build the release into a folder, and return where its files are."""
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / part)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    command = [shutil.which("jupyter-builder") or "jupyter-builder", "build", "."]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "kernel-magics" / "leakhunter" / "labextension" / "static"


def size(text: str) -> int:
    """Bytes after gzip."""
    return len(gzip.compress(text.encode(), 9))


def chunks(static: Path) -> list[Chunk]:
    """All files, by when they are loaded."""
    files = {path.name.split(".", 1)[0]: path for path in static.glob("*.js")}
    entry = files["remoteEntry"].read_text()
    exposed = set(re.findall(r'"\./\w+":\(\)=>\w+\.e\((\d+)\)', entry))
    at_start = exposed | {"remoteEntry", "style"}
    found = []
    for name, path in files.items():
        text = path.read_text()
        if name in at_start:
            when = "start"
        elif name in ("plot", "plotly", "drawing") or "Plotly" in text:
            when = "chart"
        else:
            when = WHEN.get(name, "asked for")
        found.append(Chunk(name, when, size(text), size(STYLE.sub(r'\1""', text))))
    return sorted(found, key=lambda one: (ORDER.index(one.when), -one.total))


WHEN = {"notebook": "notebook", "panel": "panel"}
ORDER = ("start", "notebook", "panel", "chart", "asked for")


def faults(found: list[Chunk]) -> list[str]:
    """What is over a limit or in the wrong chunk, one sentence each."""
    start = sum(one.total for one in found if one.when == "start")
    rest = sum(one.scripts for one in found if one.when in ("start", *WHEN.values()))
    every = sum(one.scripts for one in found if one.when != "chart")
    names = {one.name for one in found}
    said = []
    if start > AT_START:
        said.append(f"At the start {start:,} bytes are loaded, more than {AT_START:,}.")
    if rest > WITHOUT_CHARTS:
        said.append(
            f"An open panel is {rest:,} bytes of scripts, more than {WITHOUT_CHARTS:,}."
        )
    if every > EVERY_VIEW:
        said.append(
            f"All views are {every:,} bytes of scripts, more than {EVERY_VIEW:,}."
        )
    said += [
        f"There is no chunk {name!r}."
        for name in ("notebook", "panel", "plot", "drawing")
        if name not in names
    ]
    if any(one.total > PLOTLY for one in found if one.when != "chart"):
        said.append("Plotly is not in a chunk of its own.")
    return said


def main() -> int:
    """Print the table; 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--into",
        type=Path,
        help="keep the extension in this folder, ready to be served",
    )
    into = parser.parse_args().into
    with tempfile.TemporaryDirectory() as folder:
        static = build(Path(folder))
        found = chunks(static)
        if into is not None:
            shutil.rmtree(into, ignore_errors=True)
            shutil.copytree(static.parent, into)
    print(f"{'loaded':10}{'file':14}{'gzip':>9}{'scripts':>9}")
    for one in found:
        print(f"{one.when:10}{one.name:14}{one.total:9,}{one.scripts:9,}")
    for when in ORDER:
        these = [one for one in found if one.when == when]
        total, scripts = sum(c.total for c in these), sum(c.scripts for c in these)
        print(f"{when:10}{'':14}{total:9,}{scripts:9,}")
    said = faults(found)
    print("\n".join(said), file=sys.stderr)
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
