"""``%leakcheck prove 1`` and ``%%leakcheck repeat``: does a cell leak?  It runs again, and what stays is counted."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import msgspec
from IPython.core.error import StdinNotImplementedError

from leakhunter.act.refusal import Refusal
from leakhunter.doors.commands.gc import number
from leakhunter.doors.proved import proof_html
from leakhunter.doors.text.prove import batch_text, plan_text, proof_text, run_text
from leakhunter.model import CellRef
from leakhunter.prove import cells

if TYPE_CHECKING:
    from leakhunter.doors.ask import Ask
    from leakhunter.prove.model import Plan
    from leakhunter.prove.trial import Progress

OPTIONS = ("--seconds", "--before", "--no-lines", "--yes", "--json", "--html")
_VALUED = ("--seconds", "--before")
_CELL = re.compile(r"\[(\d+)\]")


def repeat(ask: Ask) -> None:
    """Repeat the cell under the magic."""
    ask.take_values(_VALUED, "%leakcheck prove 1 --seconds 60 --before r1")
    ask.only(*OPTIONS, words=0)
    source, running = ask.cell or "", ask.hunter.recorder.running
    if running is None:
        count = ask.hunter.shell.execution_count
        cell = CellRef(cell_id=None, execution_count=count)
        subject = cells.Subject(source, cell, source)
    else:
        cell = CellRef(cell_id=running.cell_id, execution_count=running.execution_count)
        subject = cells.Subject(source, cell, running.source)
    _prove(ask, subject)


def prove(ask: Ask) -> None:
    """Repeat a cell that ran, by its number in brackets or by a finding."""
    ask.take_values(_VALUED, "%leakcheck prove 1 --seconds 60 --before r1")
    ask.only(*OPTIONS)
    if len(ask.words) != 1:
        msg = "Say what to prove: a finding or a cell, as in %leakcheck prove 1 or %leakcheck prove [27]."
        raise Refusal(msg)
    runs = ask.hunter.recorder.runs()
    cell = _CELL.fullmatch(ask.words[0])
    if cell is not None:
        _prove(ask, cells.by_count(runs, int(cell[1])))
        return
    (found, *_) = ask.resolve(ask.words, ask.checkup(), names=True)
    finding = found.finding
    del found
    _prove(ask, cells.of_finding(runs, finding))


def _prove(ask: Ask, subject: cells.Subject) -> None:
    prover = ask.hunter.prover
    settings = ask.hunter.settings
    seconds = number(
        ask.options.get("--seconds"), settings.prove_seconds, "--seconds 60"
    )
    before = ask.options.get("--before")
    plan = prover.plan(subject.source, subject.cell, seconds, before)
    if not _agreed(ask, plan):
        return
    whole = None if "--no-lines" in ask.options else subject.whole
    progress = _progress(ask, plan)
    proof = prover.prove(subject.source, plan, progress, before, whole)
    if terminal() and not _alone(ask):
        ask.over("")
    if ask.json:
        ask.print(msgspec.json.encode(proof).decode())
    elif "--html" in ask.options:
        ask.print(proof_html(proof))
    else:
        ask.say(proof_text(proof), proof_html(proof))


def _agreed(ask: Ask, plan: Plan) -> bool:
    """Show the plan; ask when more runs change what nobody can put back."""
    if "--yes" in ask.options:
        return True
    if _alone(ask):
        if plan.world.changes:
            msg = f"{plan.world.changes[0].text} To run it all the same: --yes."
            raise Refusal(msg)
        return True
    ask.say(plan_text(plan))
    if not plan.world.changes:
        return True
    try:
        answer = input("Run it all the same? [y/N] ")
    except (StdinNotImplementedError, EOFError):
        ask.say("Nothing was run.  To run it all the same, add --yes.")
        return False
    if answer.strip().lower() in {"y", "yes"}:
        return True
    ask.say("Nothing was run.")
    return False


def _alone(ask: Ask) -> bool:
    """Is a document wanted, with nothing around it?"""
    return ask.json or "--html" in ask.options


def _progress(ask: Ask, plan: Plan) -> Progress:
    """One line that changes in a terminal, else a line a batch."""
    changes = terminal()

    def tell(batch: int, run: int, left: float) -> None:
        if _alone(ask):
            return
        if changes:
            ask.over(run_text(plan, batch, run, left))
        elif run == 1 and batch:
            ask.note(batch_text(plan, batch, left))

    return tell


def terminal() -> bool:
    """Can a line be written over?  A kernel's stream cannot, even where it says so."""
    stream = sys.__stdout__
    return stream is not None and sys.stdout is stream and stream.isatty()
