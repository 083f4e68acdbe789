"""``%%leakcheck trace`` and ``%leakcheck trace``: where memory was allocated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.doors.text.trace import started_text, trace_text
from leakhunter.trace.tracing import DEPTH, MOST

if TYPE_CHECKING:
    from leakhunter.doors.ask import Ask
    from leakhunter.trace.model import Trace

WORDS = ("start", "stop", "top", "where", "export")
OPTIONS = ("--json", "--depth")
_VALUED = ("--depth",)
_EXAMPLE = "%leakcheck trace start --depth 8"
USAGE = "Use %%leakcheck trace on a cell, or %leakcheck trace start, stop, top, where df or export FILE."


def cell(ask: Ask) -> None:
    """Run a cell and tell where it allocated what it still holds."""
    __tracebackhide__ = True
    ask.take_values(_VALUED, _EXAMPLE)
    ask.only(*OPTIONS, words=0)
    assert ask.cell is not None
    found = ask.hunter.tracer.cell(ask.cell, _depth(ask))
    _tell(ask, found)


def trace(ask: Ask) -> None:
    """Start, stop, look, or ask where one variable was allocated."""
    ask.take_values(_VALUED, _EXAMPLE)
    if not ask.words:
        ask.words.append("top")
    word = ask.words.pop(0)
    if word not in _DO:
        raise Refusal(USAGE)
    _DO[word](ask)


def _start(ask: Ask) -> None:
    ask.only(*OPTIONS, words=0)
    ask.hunter.tracer.start(_depth(ask))
    if ask.json:
        ask.print('{"tracing": true}')
    else:
        ask.say(started_text(_depth(ask)))


def _stop(ask: Ask) -> None:
    ask.only("--json", words=0)
    _tell(ask, ask.hunter.tracer.stop())


def _top(ask: Ask) -> None:
    ask.only("--json", words=0)
    _tell(ask, ask.hunter.tracer.top())


_DO = {"start": _start, "stop": _stop, "top": _top}


def _depth(ask: Ask) -> int:
    text = ask.options.get("--depth")
    if text is None:
        return DEPTH
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        msg = (
            f"Say how many calls to keep with each block, 1 to {MOST}, as in --depth 8."
        )
        raise Refusal(msg)
    return int(text)


def _tell(ask: Ask, found: Trace) -> None:
    if ask.json:
        ask.print(msgspec.json.encode(found).decode())
    else:
        ask.say(trace_text(found))
