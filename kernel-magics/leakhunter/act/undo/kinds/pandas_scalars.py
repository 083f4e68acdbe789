"""pandas' single values: points in time, spans, frequencies, and what stands for a missing value."""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.act.undo.kinds.pandas import supported
from leakhunter.act.undo.node import Builder, Damaged, Describe, Node, Refused

MODULE = "pandas"


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    if not supported():
        return {}
    pandas = sys.modules[MODULE]
    found: dict[type, Describe] = {
        type(pandas.NA): lambda *_: Node("pandas.constant", "NA"),
        type(pandas.NaT): lambda *_: Node("pandas.constant", "NaT"),
        pandas.Timestamp: _timestamp,
        pandas.Timedelta: lambda obj, _: Node(
            "pandas.timedelta", [_number(obj), obj.unit]
        ),
        pandas.Period: lambda obj, _: Node("pandas.period", obj.ordinal, [obj.freq]),
        pandas.Interval: lambda obj, _: Node(
            "pandas.interval", obj.closed, [obj.left, obj.right]
        ),
        pandas.DateOffset: _offset,
    }
    offsets = sys.modules["pandas._libs.tslibs.offsets"]
    for cls in vars(offsets).values():
        if isinstance(cls, type) and issubclass(cls, offsets.BaseOffset):
            found[cls] = _offset
    return found


def _number(obj: Any) -> int:
    return int(obj.asm8.view("i8"))


def _timestamp(obj: Any, _: object) -> Node:
    return Node("pandas.timestamp", [_number(obj), obj.unit], [obj.tzinfo])


def _make_timestamp(facts: Any, parts: list[Any], _: object) -> Any:
    pandas, numpy = sys.modules[MODULE], sys.modules["numpy"]
    number, unit = facts
    made = pandas.Timestamp(numpy.datetime64(number, unit))
    if parts[0] is not None:
        made = made.tz_localize("UTC").tz_convert(parts[0])
    return _as_it_was(made, facts)


def _make_timedelta(facts: Any, *_: object) -> Any:
    number, unit = facts
    made = sys.modules[MODULE].Timedelta(sys.modules["numpy"].timedelta64(number, unit))
    return _as_it_was(made, facts)


def _as_it_was(made: Any, facts: Any) -> Any:
    if [_number(made), made.unit] != facts:
        msg = "A saved point in time is another than was written."
        raise Damaged(msg)
    return made


def _offset(obj: Any, _: object) -> Node:
    """A frequency that its text tells completely."""
    text = obj.freqstr
    to_offset = sys.modules["pandas.tseries.frequencies"].to_offset
    try:
        again = to_offset(text)
    except ValueError:
        again = None
    if type(again) is not type(obj) or again != obj:
        raise Refused(f"a frequency `{type(obj).__name__}` of its own")
    return Node("pandas.offset", text)


def _make_offset(text: str, *_: object) -> Any:
    return sys.modules["pandas.tseries.frequencies"].to_offset(text)


BUILDERS = {
    "pandas.constant": Builder(lambda name, *_: getattr(sys.modules[MODULE], name)),
    "pandas.timestamp": Builder(_make_timestamp),
    "pandas.timedelta": Builder(_make_timedelta),
    "pandas.period": Builder(
        lambda number, parts, _: sys.modules[MODULE].Period(
            ordinal=number, freq=parts[0]
        )
    ),
    "pandas.interval": Builder(
        lambda closed, parts, _: sys.modules[MODULE].Interval(*parts, closed)
    ),
    "pandas.offset": Builder(_make_offset),
}
