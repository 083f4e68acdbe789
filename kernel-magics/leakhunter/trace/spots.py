"""Lines of code as a person would name them: cells as cells, libraries by their package.

IPython compiles each cell under a file name made of its text; two cells with
equal text share one.  ``%%time`` compiles its body under a name of its own.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.inputtransformer2 import TransformerManager

from leakhunter.detect.words import listed
from leakhunter.model import CellRef
from leakhunter.trace.model import Spot
from leakhunter.trace.sources import Function, Sources, cached

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.record.recorder import Recorder

TIMED = ("<timed exec>", "<timed eval>")
"""Where ``%%time`` compiles the body of a cell."""

NOTEBOOK = "notebook"

_OURS = str(Path(__file__).resolve().parents[1])
_STDLIB = sysconfig.get_paths()["stdlib"]
_LONG = 60
_NATIVE = "<native>"


def native_file(function: str) -> str:
    """A file name that stands for a function of native code."""
    return _NATIVE + function


def ours(file: str) -> bool:
    """Is this a file of ours, or of tracemalloc?"""
    return file.startswith(_OURS) or file.endswith("/tracemalloc.py")


@dataclass
class CellCode:
    """The code of a cell: what it is called, and where its lines are in the text that the user sees.

    ``nested`` is code that a cell gave to ``run_cell``.
    """

    name: str
    ref: CellRef
    lines: list[str]
    offset: int = 0
    nested: bool = False


class Spots:
    """Names lines of code of one session.

    Parameters
    ----------
    shell, recorder
        Know which cell has which code.
    functions
        What is known of files of libraries; kept for the next.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        recorder: Recorder,
        functions: dict[str, list[Function]],
    ) -> None:
        self._shell = shell
        self._recorder = recorder
        self._cells: dict[str, CellCode | None] = {}
        self._sources = Sources(functions)
        self._texts: dict[str, str] = {}
        self._manager = TransformerManager()
        self.timed: CellCode | None = None

    def body(
        self, file: str, source: str, ran: tuple[str, CellRef] | None = None
    ) -> CellCode:
        """Learn the code of a cell's body that a magic of ours runs.

        Parameters
        ----------
        file
            The name that the code has.
        source
            The body as IPython hands it to the magic.
        ran
            The whole cell and which it is, where it is not the one that runs now.
        """
        running = self._recorder.running
        count = self._shell.displayhook.prompt_count
        if ran is not None:
            whole, ref = ran
        elif running is not None:
            whole = running.source
            ref = CellRef(
                cell_id=running.cell_id, execution_count=running.execution_count
            )
        else:
            whole, ref = source, CellRef(cell_id=None, execution_count=count)
        lines = whole.splitlines()
        above = _line_after(lines, "%%leakcheck")
        if not above:
            lines = source.splitlines()
        name = f"cell {ref.execution_count or count}"
        code = CellCode(name, ref, lines, above + _blank(source))
        self._cells[file] = self.timed = code
        return code

    # ------------------------------------------------------------------ cells

    def cell(self, file: str) -> CellCode | None:
        """The cell whose code has this file name."""
        if file not in self._cells:
            self._cells[file] = self._look_up(file)
        return self._cells[file]

    def is_cell(self, file: str) -> bool:
        """Is this the code of a cell, or the body of ``%%time``?"""
        return file in TIMED or self.cell(file) is not None

    def _look_up(self, file: str) -> CellCode | None:
        count = self._shell.compile._filename_map.get(file)  # noqa: SLF001 - the only map from code to cell
        if count is None:
            return None
        text = "".join(cached(file))
        ran = [(e.source, e.record) for e in self._recorder.runs()]
        now = self._recorder.running
        found = {
            (cell_id or number): (number, cell_id, source)
            for source, number, cell_id in (
                *((s, r.execution_count, r.cell_id) for s, r in ran),
                *([(now.source, now.execution_count, now.cell_id)] if now else []),
            )
            if number is not None and self._transformed(source) == text
        }
        if not found:
            ref = CellRef(cell_id=None, execution_count=count)
            return CellCode(f"cell {count}", ref, text.splitlines(), nested=True)
        counts = [number for number, _, _ in found.values()]
        number, cell_id, source = list(found.values())[-1]
        # the file name is made of the text: which of several cells ran it cannot be told
        name = f"cell{'s' * (len(counts) > 1)} {listed([str(n) for n in counts])}"
        ref = CellRef(cell_id=cell_id, execution_count=number)
        return CellCode(name, ref, source.splitlines(), _blank(source))

    def _transformed(self, source: str) -> str:
        """What IPython compiles for a cell."""
        if source not in self._texts:
            try:
                self._texts[source] = self._manager.transform_cell(source)
            except SyntaxError:
                self._texts[source] = source
        return self._texts[source]

    # ------------------------------------------------------------------ lines

    def spot(self, file: str, line: int, outer: CellCode | None = None) -> Spot:
        """A line by name.

        Parameters
        ----------
        file, line
            As tracemalloc and code objects tell them.
        outer
            The cell that was entered before, for the body of ``%%time`` and
            code that it ran.
        """
        code = self.cell(file)
        if file in TIMED:
            found = outer or self.timed
            code = None if found is None else _timed_part(found)
        elif code is not None and code.nested and outer is not None:
            name = f"{outer.name}, in code that it ran"
            code = replace(code, name=name, ref=outer.ref)
        if code is not None:
            number = line + code.offset
            where = f"{code.name}, line {number}"
            return Spot(
                where=where,
                line=number,
                function=self.function(file, line),
                library=NOTEBOOK,
                source=_text(code.lines, number),
                cell=code.ref,
            )
        if file in TIMED:
            return Spot(f"a cell with %%time, line {line}", line, library=NOTEBOOK)
        if file.startswith(_NATIVE):
            name = _printable(file[len(_NATIVE) :])[:_LONG]
            return Spot(f"{name}, native code", 0, function=name, library="native")
        short, library = _short(file)
        return Spot(
            where=f"{short}:{line}",
            line=line,
            function=self.function(file, line),
            library=library,
            source=_text(self._sources.lines(file), line),
        )

    def text(self, file: str, line: int) -> str:
        """A line as it is written, with its indentation."""
        code = self.cell(file)
        lines = self._sources.lines(file) if code is None else code.lines
        number = line if code is None else line + code.offset
        return (
            _printable(lines[number - 1].rstrip()) if 0 < number <= len(lines) else ""
        )

    def function(self, file: str, line: int) -> str:
        """Name of the function that a line is in; empty outside of any, and where it cannot be told."""
        return self._sources.function(file, line, keep=not self.is_cell(file))


def _blank(source: str) -> int:
    """Blank lines at the beginning: IPython takes them off before it compiles."""
    count = 0
    for line in source.splitlines():
        if line.strip():
            break
        count += 1
    return count


def _line_after(lines: list[str], magic: str) -> int:
    """Lines up to that of a cell magic, itself included; 0 without it."""
    return next((n for n, t in enumerate(lines, 1) if t.lstrip().startswith(magic)), 0)


def _timed_part(code: CellCode) -> CellCode:
    """The body below ``%%time`` in a cell."""
    above = _line_after(code.lines, "%%time")
    offset = above + _blank("\n".join(code.lines[above:]))
    return replace(code, offset=offset) if above else code


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else " " for c in line.expandtabs(4))


def _text(lines: Sequence[str], number: int) -> str:
    """A line of code, shortened at its end."""
    if not 0 < number <= len(lines):
        return ""
    line = _printable(lines[number - 1].strip())
    return line if len(line) <= _LONG else line[: _LONG - 1] + "…"


def _short(file: str) -> tuple[str, str]:
    """A file as it is imported, and its library."""
    if file.startswith("<frozen "):
        return file[8:-1], "python"
    for mark in ("/site-packages/", "/dist-packages/"):
        if mark in file:
            inner = file.rpartition(mark)[2]
            return inner, inner.partition("/")[0].removesuffix(".py")
    if file.startswith((_STDLIB, sys.base_prefix + "/lib/")):
        return file[len(_STDLIB) :].lstrip("/"), "python"
    parts = file.replace("\\", "/").split("/")
    return "/".join(parts[-2:]), parts[-1].removesuffix(".py")
