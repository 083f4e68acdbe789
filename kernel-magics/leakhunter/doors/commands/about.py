"""What this is: its version, which core is at work, and the settings."""

from __future__ import annotations

import msgspec

from leakhunter.doors.ask import Ask
from leakhunter.doors.text.about import about_text


def about(ask: Ask) -> None:
    """``%leakcheck about``: version, core, who tells the birth cells, Python and settings."""
    ask.only(words=0)
    hunter = ask.hunter
    births = hunter.recorder.births.about()
    ask.say(about_text(msgspec.structs.asdict(hunter.settings), births))
