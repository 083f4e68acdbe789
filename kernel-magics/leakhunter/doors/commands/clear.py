"""``%leakcheck clear 1-3``: preview, ask, save, clear, receipt; ``preview``: only that."""

from __future__ import annotations

import time

import msgspec
from IPython.core.error import StdinNotImplementedError

from leakhunter.act.clear import clear as clear_plan
from leakhunter.act.preview import Plan, plan
from leakhunter.act.refusal import Refusal
from leakhunter.doors.ask import Ask
from leakhunter.doors.document import receipts_json
from leakhunter.doors.text.clearing import preview_text, undo_text
from leakhunter.doors.text.receipts import receipts_text

NO_UNDO = "--no-undo"
OPTIONS = ("--yes", NO_UNDO, "--json")


def preview(ask: Ask) -> None:
    """Say what clearing findings or variables would do; nothing is touched."""
    ask.only("--json")
    planned = _planned(ask, "preview")
    if ask.json:
        ask.print(msgspec.json.encode(planned.preview).decode())
    else:
        undo = undo_text(planned.preview.totals.undo, time.time())
        ask.say("\n".join([preview_text(planned.preview), undo]))


def clear(ask: Ask) -> None:
    """Clear findings or variables; what can be brought back is saved first."""
    ask.only(*OPTIONS)
    planned = _planned(ask, "clear")
    save = NO_UNDO not in ask.options
    if "--yes" not in ask.options and not _agreed(ask, planned, save=save):
        return
    ids = [f.finding.id for f in planned.found]
    receipts = clear_plan(ask.hunter, planned, ids, save=save)
    if ask.json:
        ask.print(receipts_json(receipts))
    else:
        ask.say(receipts_text(receipts, time.time()))


def _planned(ask: Ask, command: str) -> Plan:
    """The plan for what was named; each thing once.

    Raises
    ------
    Refusal
        One sentence.
    """
    if not ask.words:
        msg = f"Say what to {command}: a number, an id or a name, as in %leakcheck {command} 1-3."
        raise Refusal(msg)
    checkup = ask.checkup()
    return plan(ask.hunter, checkup, ask.resolve(ask.words, checkup, names=True))


def _agreed(ask: Ask, planned: Plan, *, save: bool) -> bool:
    """Show the preview and ask; where there is no input, say what to type."""
    undo = planned.preview.totals.undo
    if not save:
        undo = msgspec.structs.replace(undo, refused="It will not be saved.")
    text = preview_text(planned.preview)
    ask.say("\n".join([text, undo_text(undo, time.time())]))
    try:
        answer = input("Go on? [y/N] ")
    except (StdinNotImplementedError, EOFError):
        ids = " ".join(f.finding.id for f in planned.found)
        more = "" if save else f" {NO_UNDO}"
        ask.say(f"Nothing was cleared.  To go on: %leakcheck clear {ids} --yes{more}")
        return False
    if answer.strip().lower() in {"y", "yes"}:
        return True
    ask.say("Nothing was cleared.")
    return False
