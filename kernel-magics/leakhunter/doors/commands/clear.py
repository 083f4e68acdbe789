"""``%leakcheck clear 1-3``: preview, ask, clear, receipt."""

from __future__ import annotations

from IPython.core.error import StdinNotImplementedError

from leakhunter.act.clear import clear as clear_plan
from leakhunter.act.preview import Plan, Refusal, plan
from leakhunter.doors.ask import Ask
from leakhunter.doors.document import receipts_json
from leakhunter.doors.text.clearing import preview_text, receipts_text


def clear(ask: Ask) -> None:
    """Clear findings or variables."""
    ask.only("--json", "--yes")
    if not ask.words:
        msg = (
            "Say what to clear: a number, an id or a name, as in %leakcheck clear 1-3."
        )
        raise Refusal(msg)
    checkup = ask.checkup()
    planned = plan(ask.hunter, checkup, ask.resolve(ask.words, checkup, names=True))
    if "--yes" not in ask.options and not _agreed(ask, planned):
        return
    receipts = clear_plan(ask.hunter, planned, [f.finding.id for f in planned.found])
    if ask.json:
        ask.print(receipts_json(receipts))
    else:
        ask.say(receipts_text(receipts))


def _agreed(ask: Ask, planned: Plan) -> bool:
    """Show the preview and ask; where there is no input, say what to type."""
    ask.say(preview_text(planned.preview))
    try:
        answer = input("Go on? [y/N] ")
    except (StdinNotImplementedError, EOFError):
        ids = " ".join(f.finding.id for f in planned.found)
        ask.say(f"Nothing was cleared.  To go on: %leakcheck clear {ids} --yes")
        return False
    if answer.strip().lower() in {"y", "yes"}:
        return True
    ask.say("Nothing was cleared.")
    return False
