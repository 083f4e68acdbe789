"""One run of a cell: while it is open, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from leakhunter.model import CellRun
from leakhunter.record.names import names_of

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult

MAX_NAMES = 200
"""Names kept of each sort in a record."""

_LINE = 80


@dataclass
class OpenRun:
    """A run that has not ended."""

    info: Any
    run: int
    cell_id: str | None
    execution_count: int | None
    source: str
    started: float
    clock: float
    rss: int
    anon: int | None
    exact: bool
    ids: dict[Any, int]
    peak: int = 0


@dataclass
class Ended:
    """An ended run with its source, which the record itself does not carry."""

    record: CellRun
    source: str
    names: set[str] = field(default_factory=set)


def first_line(source: str) -> str:
    """First line of a cell that says something, at most 80 characters."""
    lines = [line.strip() for line in source.splitlines()]
    telling = (
        [x for x in lines if x and not x.startswith("#")]
        or [x for x in lines if x]
        or [""]
    )
    return "".join(c if c.isprintable() else " " for c in telling[0][:_LINE])


def is_auto(name: str) -> bool:
    """Is this a name that IPython binds by itself (``_``, ``_3``, ``_i3``, ``_oh`` ...)?"""
    return name in _AUTO or (
        name.startswith("_")
        and (name[1:].isdigit() or (name[1:2] == "i" and name[2:].isdigit()))
    )


_AUTO = {
    "_",
    "__",
    "___",
    "_i",
    "_ii",
    "_iii",
    "_ih",
    "_oh",
    "_dh",
    "In",
    "Out",
    "get_ipython",
}


def of_user(name: object) -> bool:
    """Is this a name that the user has bound?"""
    return type(name) is str and not is_auto(name)


def error_name(result: ExecutionResult | None) -> str | None:
    """Name of the exception type that ended a run; never its text, which is the user's."""
    if result is None:
        return "CancelledError"
    error = (
        result.error_in_exec
        if result.error_in_exec is not None
        else result.error_before_exec
    )
    return (
        None
        if error is None
        else str(type.__dict__["__name__"].__get__(type(error)))[:40]
    )


def with_names(ended: Ended, names: set[str]) -> CellRun:
    """The record completed from the cell's source, analysed only when a report asks for it.

    A name whose new value lies where the old one lay keeps its ``id``; only
    the source tells that it was bound again.
    """
    uses = names_of(ended.source)
    record = ended.record
    read = sorted(uses.read & names)[:MAX_NAMES]
    again = {*record.rebound, *(uses.bound & names)} - set(record.bound)
    rebound = sorted(n for n in again if not is_auto(n))[:MAX_NAMES]
    if (read, rebound) == (record.read, record.rebound):
        return record
    return msgspec.structs.replace(record, read=read, rebound=rebound)
