"""The values of this door: a run of a notebook, and the document of ``--json``."""

from __future__ import annotations

from typing import Literal, TypeAlias

from leakhunter.cells import roll_up
from leakhunter.model import CellMemory, CellRef, CellRun, Report, Value

End: TypeAlias = Literal["failed", "timeout", "killed", "interrupted"]
"""Why a notebook did not come to its end: by an error of its own, by our clock,
because its kernel ended, because the user stopped us."""


class Stop(Value, frozen=True, kw_only=True):
    """Where a notebook stopped; ``message`` is a sentence."""

    how: End
    cell: CellRef | None
    source_line: str
    message: str


class NotebookRun(Value, frozen=True, kw_only=True):
    """One notebook, run from top to bottom, or up to where it stopped.

    ``report`` is ``None`` where the kernel could not be asked any more;
    ``highest`` is the most memory that was seen from outside.
    """

    notebook: str
    kernel: str
    at: float
    seconds: float
    stopped: Stop | None
    runs: list[CellRun]
    report: Report | None
    highest: int | None = None

    @property
    def cells(self) -> list[CellMemory]:
        """Memory by cell, as far as it is known."""
        return roll_up(self.runs) if self.report is None else self.report.cells


class Document(Value, frozen=True, kw_only=True):
    """What ``--json`` writes and ``--baseline`` reads."""

    schema: int
    version: str
    exit_code: int
    failures: dict[str, list[str]]
    notebooks: list[NotebookRun]
