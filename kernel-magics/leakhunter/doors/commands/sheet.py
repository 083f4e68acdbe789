"""``%leakcheck sheet``: where the memory is; ``give-back``: what the allocators keep free."""

from __future__ import annotations

import msgspec

from leakhunter.act.give import give
from leakhunter.doors.ask import Ask
from leakhunter.doors.text.clearing import given_text
from leakhunter.doors.text.sheet import sheet_text


def sheet(ask: Ask) -> None:
    """Show the parts of the kernel's memory; they add up to what the system counts."""
    ask.only("--json", words=0)
    found = ask.hunter.check().report.sheet
    if ask.json:
        ask.print(msgspec.json.encode(found).decode())
    else:
        ask.say(sheet_text(found))


def give_back(ask: Ask) -> None:
    """Ask the allocators to return what they keep free, and say what came of it."""
    ask.only("--json", words=0)
    given = give(ask.hunter.meter)
    if ask.json:
        ask.print(msgspec.json.encode(given).decode())
    else:
        ask.say(given_text(given))
