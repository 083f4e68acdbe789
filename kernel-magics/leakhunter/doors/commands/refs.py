"""``%leakcheck refs df``: what refers to an object, strong and weak apart; ``why o3``: a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.doors.text.objects import instances_text, references_text
from leakhunter.slices import at_once

if TYPE_CHECKING:
    from leakhunter.doors.ask import Ask

_SHOWN = 10


def refs(ask: Ask) -> None:
    """Show each reference as a person would write it, and where a weak one would do."""
    ask.only("--json")
    if len(ask.words) != 1:
        msg = "Say to what: a variable, or a row of %leakcheck why o3, as in %leakcheck refs df."
        raise Refusal(msg)
    found = at_once(ask.hunter.inspector.referring(ask.words[0]))
    if ask.json:
        ask.print(msgspec.json.encode(found).decode())
    else:
        ask.say(references_text(found))


def row(ask: Ask, word: str) -> None:
    """One class of ``%leakcheck gc``, or one of its objects."""
    inspector = ask.hunter.inspector
    if "." in word:
        ask.words[:] = [word]
        refs(ask)
        return
    listing = at_once(inspector.listing(word))
    names, why_not = [], None
    try:
        found = inspector.meant(ask.checkup(), word)
        names = [n for one in found for n in one.finding.names]
    except Refusal as refusal:
        why_not = str(refusal)
    ask.say(instances_text(listing, _SHOWN, why_not, names))
