"""What watching costs, beside other tools: paired runs on this machine, as tables.

    python kernel-magics/benchmarks/run.py                     # all parts
    python kernel-magics/benchmarks/run.py peaks cells         # some
    python kernel-magics/benchmarks/run.py --long              # more pairs, and other tools at 5 M objects too
    python kernel-magics/benchmarks/run.py --write BENCHMARKS.md

`make .venv-peers/.installed` installs the other tools where all is measured
then; without it they are left out with a word.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import traceback
from pathlib import Path

from bench import machine

PARTS = ("cells", "slices", "workloads", "peaks", "questions")
INTRODUCTION = """# Benchmarks

Made by `make bench`: what watching a notebook costs, and how right and how fast the answers are, beside the tools that people use today.
The two sides of a row run in turns in one kernel, so a ratio or a difference holds also on a busy machine; seconds do not.
"""


def measure(part: str, found: list[str], *, long: bool) -> bool:
    """Add the tables of a part; false when it failed, which must not lose those of the others."""
    try:
        for table in importlib.import_module(part).tables(long=long):
            print(table.text(), *table.notes, "", sep="\n", flush=True)
            found.append(table.markdown())
    except Exception:  # noqa: BLE001 - whatever it is
        traceback.print_exc()
        return False
    return True


def main() -> None:
    """Command line."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])  # type: ignore[union-attr]
    ask.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    ask.add_argument(
        "--long",
        action="store_true",
        help="more pairs, and other tools at 5 M objects too",
    )
    ask.add_argument("--write", type=Path, help="a Markdown file to write")
    asked = ask.parse_args()
    about = machine()
    print(about, "\n")
    found: list[str] = []
    failed = [
        part
        for part in asked.parts or PARTS
        if not measure(part, found, long=asked.long)
    ]
    if asked.write:
        asked.write.write_text(
            "\n\n".join([f"{INTRODUCTION}\n{about}.", *found]) + "\n"
        )
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
