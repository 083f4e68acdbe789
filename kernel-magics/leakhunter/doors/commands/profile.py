"""``%leakcheck profile``: a whole notebook as a tree of what its cells allocated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.doors.text.profile import profile_text
from leakhunter.doors.text.trace import started_text
from leakhunter.doors.traced import profile_html
from leakhunter.trace.profile import profile as as_tree
from leakhunter.trace.tracing import DEPTH

if TYPE_CHECKING:
    from leakhunter.doors.ask import Ask
    from leakhunter.trace.model import Trace

WORDS = ("start", "stop", "show")


def profile(ask: Ask) -> None:
    """Start, stop, or show what was found until now."""
    ask.only("--json", "--html", words=1)
    word = ask.words[0] if ask.words else "show"
    tracer = ask.hunter.tracer
    if word == "start":
        tracer.start(DEPTH, lines=True)
        ask.say(started_text(DEPTH, "profile"))
    elif word == "stop":
        _tell(ask, tracer.stop())
    elif word == "show":
        _tell(ask, tracer.top())
    else:
        raise Refusal("Use %leakcheck profile start, then run cells, then %leakcheck profile stop or show.")  # fmt: skip


def _tell(ask: Ask, found: Trace) -> None:
    tree = as_tree(found, ask.hunter.tracer.peaks)
    if ask.json:
        ask.print(msgspec.json.encode(tree).decode())
    elif "--html" in ask.options:
        ask.print(profile_html(tree, found.at))
    else:
        ask.say(profile_text(tree), profile_html(tree, found.at))
