"""``%leakcheck gc``: objects by class; ``collect``: what a collection returns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.collect import collect as collect_now
from leakhunter.act.refusal import Refusal
from leakhunter.doors.text.objects import collection_text, objects_text
from leakhunter.inspector import SECONDS
from leakhunter.slices import at_once

if TYPE_CHECKING:
    from leakhunter.doors.ask import Ask
    from leakhunter.model import ObjectsShow

OPTIONS = (
    "--json", "--type", "--min-size", "--growth", "--since", "--mark",
    "--unused", "--garbage", "--budget",
)  # fmt: skip
_VALUED = ("--type", "--min-size", "--since", "--budget")
_EXAMPLE = "%leakcheck gc --type Node --min-size 10MB --since 7"
_SIZE = re.compile(r"([\d.]+)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def objects(ask: Ask) -> None:
    """Count objects by class: all, those that grew, those that no cell reads, garbage."""
    ask.take_values(_VALUED, _EXAMPLE)
    ask.only(*OPTIONS, words=0)
    options = ask.options
    show = _show(ask)
    since = options.get("--since")
    table = at_once(
        ask.hunter.inspector.counting(
            show,
            mark="--mark" in options,
            since_run=None if since is None else _run_of(ask, since),
            only=options.get("--type"),
            least=_size(options.get("--min-size")),
            seconds=number(options.get("--budget"), SECONDS, "--budget 10"),
        )
    )
    if ask.json:
        ask.print(msgspec.json.encode(table).decode())
    else:
        marked = "\nMarked: %leakcheck gc --growth shows what grows from here."
        ask.say(objects_text(table) + marked * ("--mark" in options and table.complete))


def collect(ask: Ask) -> None:
    """Collect garbage now, and say what came back."""
    ask.only("--json", words=0)
    found = collect_now(ask.hunter.meter)
    if ask.json:
        ask.print(msgspec.json.encode(found).decode())
    else:
        ask.say(collection_text(found))


def _show(ask: Ask) -> ObjectsShow:
    shows: dict[str, ObjectsShow] = {
        "--unused": "unused",
        "--garbage": "unreachable",
        "--growth": "growing",
    }
    wanted = [show for option, show in shows.items() if option in ask.options]
    if len(wanted) > 1:
        msg = "Ask for one of --growth, --unused and --garbage at a time."
        raise Refusal(msg)
    if wanted:
        return wanted[0]
    return "growing" if "--since" in ask.options else "all"


def _run_of(ask: Ask, text: str) -> int:
    """The run of a cell, by the number in its brackets."""
    digits = text.strip("[]")
    for ended in reversed(ask.hunter.recorder.runs()):
        if str(ended.record.execution_count) == digits:
            return ended.record.run
    msg = f"No cell [{digits}] was recorded; %leakcheck cells lists them."
    raise Refusal(msg)


def number(text: str | None, otherwise: float, example: str) -> float:
    """A number of seconds that was typed.

    Raises
    ------
    Refusal
        When it is none.
    """
    if text is None:
        return otherwise
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < 10_000:  # noqa: PLR2004 - hours
        msg = f"Say a number of seconds, as in {example}."
        raise Refusal(msg)
    return found


def _size(text: str | None) -> int:
    if text is None:
        return 0
    found = _SIZE.fullmatch(text)
    if found is None:
        msg = "Say a size as in --min-size 10MB."
        raise Refusal(msg)
    return int(float(found[1]) * 1024 ** _POWERS[found[2].lower()])
