"""What was typed after ``jupyter leakcheck``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn, TypeAlias, get_args

from leakhunter.act.refusal import Refusal
from leakhunter.model import Settings
from leakhunter.record.limits import parse_size
from leakhunter.version import VERSION

FailOn: TypeAlias = Literal["leak", "leftover", "suspect", "none"]

_CODES = """\
exit codes:
  0  fine
  1  over a budget, or a finding that --fail-on names
  2  it could not be begun: a wrong option, no such file, no such kernel
  3  a notebook did not come to its end
  130  stopped by Ctrl-C, or asked to end
"""


@dataclass(frozen=True)
class Options:
    """What was asked for.

    Attributes
    ----------
    notebooks
        The files, in order.
    kernel
        The kernelspec for all of them; ``None``: the one that each names.
    cwd
        The folder to run in; ``None``: that of each notebook.
    timeout
        Seconds that a cell may take; ``None``: any time.
    max_peak, max_held
        Budgets in bytes for the kernel's memory.
    fail_on
        The mildest verdict that fails.
    min_size
        Bytes from which on a finding has a row, and counts.
    baseline, json, html, save
        Files to read and to write.
    """

    notebooks: list[Path]
    kernel: str | None
    cwd: Path | None
    timeout: int | None
    max_peak: int | None
    max_held: int | None
    fail_on: FailOn
    min_size: int
    baseline: Path | None
    json: Path | None
    html: Path | None
    save: Path | None

    def saved(self, notebook: Path) -> Path | None:
        """Where the executed notebook goes."""
        folder = self.save is not None and self.save.is_dir()
        return self.save / notebook.name if self.save and folder else self.save


class _Parser(argparse.ArgumentParser):
    """Refuses in one sentence."""

    def error(self, message: str) -> NoReturn:
        msg = f"{message.rstrip('.')}; --help tells what can be asked."
        raise Refusal(msg[:1].upper() + msg[1:])


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line.

    Raises
    ------
    Refusal
        One sentence, when it cannot be understood or what it names is not there.
    SystemExit
        After ``--help`` and ``--version``.
    """
    options = Options(**vars(_parser().parse_args(arguments)))
    _check_files(options)
    return options


def _parser() -> argparse.ArgumentParser:
    least = Settings().min_finding // 1024**2
    parser = _Parser(
        prog="jupyter leakcheck",
        description="Run notebooks from top to bottom in fresh kernels; say what each\n"
        "cell did to memory, what holds it now, and whether that is too much.",
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    add(
        "--fail-on",
        choices=get_args(FailOn),
        default="leak",
        metavar="VERDICT",
        help="the mildest verdict that fails: leak (default; no name reaches it), leftover (and variables that no cell reads any more), suspect (and what a name still reaches), none",
    )
    add(
        "--min-size",
        type=_size,
        default=Settings().min_finding,
        metavar="SIZE",
        help=f"smaller findings never fail (default {least}MB)",
    )
    add(
        "--max-peak",
        type=_size,
        metavar="SIZE",
        help="most memory that the kernel may have at any time, as 4GB",
    )
    add(
        "--max-held",
        type=_size,
        metavar="SIZE",
        help="most memory that the kernel may have after the last cell",
    )
    add(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="a file of --json: what it has does not fail, unless it has grown",
    )
    add(
        "--json",
        type=Path,
        metavar="FILE",
        help="write everything for a program, and for --baseline",
    )
    add("--html", type=Path, metavar="FILE", help="write a page")
    add(
        "--save",
        type=Path,
        metavar="FILE",
        help="write the notebook with its outputs; a folder for several",
    )
    add(
        "--kernel",
        metavar="NAME",
        help="the kernel to use in place of the one that the notebook names",
    )
    add(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help="most time that a cell may take",
    )
    add(
        "--cwd",
        type=Path,
        metavar="FOLDER",
        help="where to run (default: the notebook's folder)",
    )
    add("--version", action="version", version=VERSION)
    return parser  # fmt: skip


def _size(text: str) -> int:
    found = parse_size(text)
    if found is None:
        msg = f"'{text}' is no size, write it as 4GB or 512MB"
        raise argparse.ArgumentTypeError(msg)
    return found


def _seconds(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        msg = f"'{text}' is no number of seconds"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _check_files(options: Options) -> None:
    """Nobody should learn after an hour that there is no such folder."""
    if options.cwd is not None and not options.cwd.is_dir():
        msg = f"There is no folder {options.cwd}."
        raise Refusal(msg)
    for path in (options.json, options.html, options.save):
        if path is not None and not path.absolute().parent.is_dir():
            msg = f"There is no folder {path.parent} to write {path.name} to."
            raise Refusal(msg)
    for path in (options.json, options.html):
        if path is not None and path.is_dir():
            msg = f"{path} is a folder, not a file to write to."
            raise Refusal(msg)
    several = len(options.notebooks) > 1
    if several and options.save is not None and not options.save.is_dir():
        msg = f"Several notebooks need a folder: {options.save} is none."
        raise Refusal(msg)
