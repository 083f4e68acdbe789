"""All the notebooks of one command: run, told, judged and written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import nbformat

from leakhunter.act.refusal import Refusal
from leakhunter.doors.cli.baseline import Changes, compare, read_baseline, run_before
from leakhunter.doors.cli.model import Document, NotebookRun
from leakhunter.doors.cli.notebook import Notebook, read
from leakhunter.doors.cli.options import Options
from leakhunter.doors.cli.page import page
from leakhunter.doors.cli.run import Session
from leakhunter.doors.cli.specs import chosen
from leakhunter.doors.cli.tasks import Stopper
from leakhunter.doors.cli.text import comparison_text, result_text, run_text
from leakhunter.doors.cli.verdict import USAGE, exit_code, failures
from leakhunter.doors.text.layout import wrapped
from leakhunter.model import SCHEMA
from leakhunter.version import VERSION


def job(options: Options) -> int:
    """Run the notebooks; returns the exit code.

    Raises
    ------
    Refusal
        One sentence, when something that was named is not there.
    """
    baseline = read_baseline(options.baseline) if options.baseline else None
    books = [read(path) for path in options.notebooks]
    kernels = [chosen(book, options.kernel) for book in books]
    stopper = Stopper()
    told: list[tuple[NotebookRun, list[str]]] = []
    try:
        asyncio.run(_run(books, kernels, options, baseline, stopper, told))
    except Refusal:
        # what ran before it is not lost
        _write(options, told, USAGE)
        raise
    code = exit_code(*_apart(told), asked=stopper.asked)
    _write(options, told, code)
    return code


def _apart(
    told: Sequence[tuple[NotebookRun, list[str]]],
) -> tuple[list[NotebookRun], list[list[str]]]:
    return [run for run, _ in told], [why for _, why in told]


async def _run(  # noqa: PLR0913, PLR0917 - what was asked for, and where the answer goes
    books: Sequence[Notebook],
    kernels: Sequence[str],
    options: Options,
    baseline: Document | None,
    stopper: Stopper,
    told: list[tuple[NotebookRun, list[str]]],
) -> None:
    """Run one notebook after the other; appends each with the reasons why it is not fine."""
    stopper.listen()
    for book, name in zip(books, kernels, strict=True):
        if stopper.asked:
            break
        cwd = options.cwd or book.path.absolute().parent
        session = Session(book, name, cwd, options.timeout, lambda: stopper.asked)
        run = await session.run()
        told.append((run, _tell(run, options, baseline)))
        _save(book, options)


def _tell(run: NotebookRun, options: Options, baseline: Document | None) -> list[str]:
    """Print all about a run; returns why it is not fine."""
    changes, told = _against(run, options, baseline)
    reasons = failures(run, options, changes)
    parts = [run_text(run, options.min_size), *told, result_text(run, reasons)]
    print("\n\n".join(parts), end="\n\n", flush=True)  # noqa: T201 - that is what it is for
    return reasons


def _against(
    run: NotebookRun, options: Options, baseline: Document | None
) -> tuple[Changes | None, list[str]]:
    """What is different from the baseline, and the words for it."""
    if baseline is None or options.baseline is None:
        return None, []
    name = options.baseline.name
    before = run_before(baseline, run.notebook)
    if before is None:
        return None, [wrapped(f"{name} has no run of {run.notebook}: all is new.")]
    changes = compare(before, run, options.min_size)
    if changes is None:
        which = name if before.report is None else "this run"
        return None, [wrapped(f"Not compared with {name}: {which} has no report.")]
    return changes, [comparison_text(name, changes)]


def _save(book: Notebook, options: Options) -> None:
    """Write the executed notebook, also one that stopped."""
    path = options.saved(book.path)
    if path is not None:
        _put(path, nbformat.writes(book.node))


def _write(
    options: Options, told: Sequence[tuple[NotebookRun, list[str]]], code: int
) -> None:
    """Write what was asked for."""
    runs, reasons = _apart(told)
    if options.json is not None:
        document = Document(
            schema=SCHEMA,
            version=VERSION,
            exit_code=code,
            failures={
                r.notebook: list(why) for r, why in zip(runs, reasons, strict=True)
            },
            notebooks=list(runs),
        )
        _put(options.json, msgspec.json.format(msgspec.json.encode(document)).decode())
    if options.html is not None:
        _put(options.html, page(runs, reasons, options.min_size))


def _put(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}."
        raise Refusal(msg) from None
