"""What is different from a run before: findings by fingerprint, cells by id.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.detect.expected import GROWN
from leakhunter.doors.cli.model import Document, NotebookRun
from leakhunter.model import SCHEMA, CellRun, Finding

NOISE = 1024**2
"""Bytes by which a finding of the same data differs from run to run, with room."""


class Grown(NamedTuple):
    """A finding that was there already, and is larger now."""

    finding: Finding
    was: int


class CellChange(NamedTuple):
    """A cell that does something else to memory than before.

    Attributes
    ----------
    run
        What it did now.
    rise, rise_was
        By how much memory rose while it ran: what cells before it hold does
        not change it.
    held, held_was
        What it made and is alive at the end.
    """

    run: CellRun
    rise: int | None
    rise_was: int | None
    held: int
    held_was: int


class Changes(NamedTuple):
    """What is different.

    Attributes
    ----------
    known
        Fingerprints of findings that were there before, and have not grown.
    """

    new: list[Finding]
    gone: list[Finding]
    grown: list[Grown]
    cells: list[CellChange]
    known: frozenset[str]


def read_baseline(path: Path) -> Document:
    """Read what ``--json`` wrote.

    Raises
    ------
    Refusal
        One sentence, when it is something else.
    """
    try:
        document = msgspec.json.decode(path.read_bytes(), type=Document)
    except FileNotFoundError:
        msg = f"There is no baseline {path}."
        raise Refusal(msg) from None
    except OSError as error:
        msg = f"The baseline {path} cannot be read: {error.strerror}."
        raise Refusal(msg) from None
    except msgspec.DecodeError:
        msg = f"{path} is no baseline: give a file that --json wrote."
        raise Refusal(msg) from None
    if document.schema != SCHEMA:
        msg = f"The baseline {path} is from another version ({document.version}): write a new one with --json."
        raise Refusal(msg)
    return document


def run_before(document: Document, notebook: str) -> NotebookRun | None:
    """The run of the same notebook: by its path, else by its name where that is the only one."""
    same = [r for r in document.notebooks if r.notebook == notebook]
    name = PurePath(notebook).name
    alike = [r for r in document.notebooks if PurePath(r.notebook).name == name]
    found = same or alike
    return found[0] if len(found) == 1 else None


def compare(before: NotebookRun, now: NotebookRun, least: int) -> Changes | None:
    """What changed beyond noise; ``None`` where one of both has no report.

    Parameters
    ----------
    before, now
        Two runs of one notebook.
    least
        Bytes from which on something is worth a word.
    """
    if before.report is None or now.report is None:
        return None
    was = {f.fingerprint: f for f in _open(before.report.findings)}
    found = {f.fingerprint: f for f in _open(now.report.findings)}
    new = [f for k, f in found.items() if k not in was and f.frees >= least]
    gone = [f for k, f in was.items() if k not in found and f.frees >= least]
    grown = [
        Grown(f, was[k].frees)
        for k, f in found.items()
        if k in was and f.frees >= least and _more(f.frees, was[k].frees, NOISE)
    ]
    known = was.keys() - {one.finding.fingerprint for one in grown}
    return Changes(
        new, gone, grown, _cells(before.runs, now.runs, least), frozenset(known)
    )


def _open(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.group in ("safe", "check")]


def _more(now: int, was: int, noise: int) -> bool:
    """Is it more by a tenth, and by more than noise?"""
    return now > GROWN * was and now - was > noise


def _differ(now: int | None, was: int | None, noise: int) -> bool:
    if now is None or was is None:
        return False
    return _more(now, was, noise) or _more(was, now, noise)


def _rise(run: CellRun) -> int | None:
    return None if run.peak is None else max(run.peak - run.rss_before, 0)


def _cells(
    before: Sequence[CellRun], now: Sequence[CellRun], least: int
) -> list[CellChange]:
    """Cells of both runs that did something else; memory that the system counts is noisy."""
    was = {r.cell_id: r for r in before if r.cell_id}
    found = []
    for run in now:
        old = was.get(run.cell_id or "")
        if old is None:
            continue
        change = CellChange(run, _rise(run), _rise(old), run.held, old.held)
        if _differ(change.rise, change.rise_was, least) or _differ(
            change.held, change.held_was, least
        ):
            found.append(change)
    return found
