"""``%%leakcheck trace`` and ``%leakcheck trace``: where memory was allocated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.doors.text.layout import wrapped
from leakhunter.doors.text.trace import origins_text, started_text, trace_text
from leakhunter.doors.traced import trace_html
from leakhunter.format import size_text
from leakhunter.heap.safe import short
from leakhunter.trace.export import FORMATS, exported
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
    ask.only(*OPTIONS, "--native", "--html", words=0)
    assert ask.cell is not None
    if "--native" in ask.options:
        found = ask.hunter.tracer.native(ask.cell)
    else:
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
    depth = _depth(ask)
    ask.hunter.tracer.start(depth)
    if ask.json:
        ask.print('{"tracing": true}')
    else:
        ask.say(started_text(depth))


def _stop(ask: Ask) -> None:
    ask.only("--json", "--html", words=0)
    _tell(ask, ask.hunter.tracer.stop())


def _top(ask: Ask) -> None:
    ask.only("--json", "--html", words=0)
    _tell(ask, ask.hunter.tracer.top())


def _where(ask: Ask) -> None:
    ask.only("--json", words=1)
    if not ask.words:
        raise Refusal("Say which variable: %leakcheck trace where df.")
    found = ask.hunter.tracer.where(ask.words[0])
    if ask.json:
        ask.print(msgspec.json.encode({"origins": found}).decode())
    else:
        ask.say(origins_text(found))


def _export(ask: Ask) -> None:
    ask.only("--json", "--force", words=1)
    ends = ", ".join(FORMATS)
    if not ask.words:
        raise Refusal(f"Say where to: %leakcheck trace export FILE, which ends in {ends}.")  # fmt: skip
    name = ask.words[0]
    content = exported(ask.hunter.tracer.top(), name)
    if content is None:
        raise Refusal(f"A trace is written to a file whose name ends in {ends}.")
    try:
        with Path(name).open("wb" if "--force" in ask.options else "xb") as file:
            file.write(content)
    except FileExistsError:
        raise Refusal(f"{short(name)} exists; --force writes over it.") from None
    except OSError as error:
        raise Refusal(f"{short(name)} could not be written: {error.strerror}.") from None  # fmt: skip
    if ask.json:
        ask.print(msgspec.json.encode({"file": name, "bytes": len(content)}).decode())
    else:
        ask.say(wrapped(f"Wrote {size_text(len(content))} to {name}."))


_DO = {
    "start": _start,
    "stop": _stop,
    "top": _top,
    "where": _where,
    "export": _export,
}


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
    elif "--html" in ask.options:
        ask.print(trace_html(found))
    else:
        ask.say(trace_text(found), trace_html(found))
