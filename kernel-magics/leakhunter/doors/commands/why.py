"""``%leakcheck why df``: what holds the memory of a variable or a finding."""

from __future__ import annotations

from leakhunter.act.refusal import Refusal
from leakhunter.doors.ask import Ask
from leakhunter.doors.commands import refs
from leakhunter.doors.text.finding import finding_text
from leakhunter.doors.text.tables import variable_text
from leakhunter.heap.holders import holders_of_slots


def why(ask: Ask) -> None:
    """Show the chain of a finding, or who else holds what a variable holds."""
    ask.only()
    if len(ask.words) != 1:
        msg = "Say whose memory: a name, a number or an id, as in %leakcheck why df."
        raise Refusal(msg)
    if ask.hunter.inspector.knows(ask.words[0]):
        refs.row(ask, ask.words[0])
        return
    checkup = ask.checkup()
    case = checkup.case
    ask.say(
        "\n\n".join(
            finding_text(f.finding)
            if checkup.by_id(f.finding.id)
            else variable_text(
                case, ask.words[0], holders_of_slots(case.graph, f.slots)
            )
            for f in ask.resolve(ask.words, checkup, names=True)
        )
    )
