"""``%leakcheck frees df model``: what clearing these together would free; nothing is touched."""

from __future__ import annotations

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.doors.ask import Ask
from leakhunter.doors.text.clearing import frees_text


def frees(ask: Ask) -> None:
    """Try clearing names, findings or ranges, each alone and all together."""
    ask.only("--json")
    if not ask.words:
        msg = "Say what to try: names, numbers or ids, as in %leakcheck frees df model."
        raise Refusal(msg)
    checkup = ask.checkup()
    found = ask.resolve(ask.words, checkup, names=True)
    answer = ask.hunter.frees(checkup, found)
    if ask.json:
        ask.print(msgspec.json.encode(answer).decode())
    else:
        ask.say(frees_text(answer))
