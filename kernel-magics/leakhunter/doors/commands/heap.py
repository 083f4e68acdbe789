"""``%leakcheck heap``: who holds most of the whole heap; ``heap df``: what holds one object, and what it holds."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, TypeVar

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.doors.commands.prove import terminal
from leakhunter.doors.text.heap import (
    classes_text,
    heap_text,
    object_text,
    progress_text,
)
from leakhunter.explorer.explorer import ROWS
from leakhunter.slices import Kept

if TYPE_CHECKING:
    from leakhunter.doors.ask import Ask
    from leakhunter.explorer.model import HeapObject, HeapTable

OPTIONS = ("--json", "--types", "--top")
_EXAMPLE = "%leakcheck heap --top 50"
_MOST = 1000

_OFTEN, _SELDOM = 0.2, 2.0
"""Seconds between two words of progress, where a line can be written over and where not."""

T = TypeVar("T")


def heap(ask: Ask) -> None:
    """Walk the whole heap, and show a tree of its biggest holders, its classes, or one object."""
    ask.take_values(("--top",), _EXAMPLE)
    ask.only(*OPTIONS, words=1)
    most = _lines(ask.options.get("--top"))
    if ask.words:
        one = _worked(ask, ask.hunter.explorer.looking(ask.words[0], most))
        _answer(ask, one, object_text(one))
        return
    table = _worked(ask, ask.hunter.explorer.mapping(most))
    types = "--types" in ask.options
    _answer(ask, table, classes_text(table, most) if types else heap_text(table))


def _answer(ask: Ask, found: HeapTable | HeapObject, text: str) -> None:
    if ask.json:
        ask.print(msgspec.json.encode(found).decode())
    else:
        ask.say(text)


def _lines(text: str | None) -> int:
    """How many lines were asked for."""
    if text is None:
        return ROWS
    if not text.isdecimal() or not 0 < int(text) <= _MOST:
        msg = f"Say a number of lines up to {_MOST:,}, as in {_EXAMPLE}."
        raise Refusal(msg)
    return int(text)


def _worked(ask: Ask, steps: Generator[None, None, T]) -> T:
    """Do the work, say how far it is, and hear Ctrl-C."""
    explorer = ask.hunter.explorer
    told = time.monotonic()
    changes = terminal()
    kept = Kept(steps)
    try:
        for _ in kept:
            if ask.json or time.monotonic() - told < (_OFTEN if changes else _SELDOM):
                continue
            told = time.monotonic()
            (ask.over if changes else ask.note)(
                progress_text(explorer.done, explorer.total)
            )
    except KeyboardInterrupt:
        steps.close()
        msg = "Stopped; nothing was changed, and nothing is kept."
    else:
        return kept.value
    finally:
        explorer.drop()
        if changes and not ask.json:
            ask.over("")
    raise Refusal(msg)
