"""Dates, exact numbers and other small values of the standard library."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

from leakhunter.act.undo.node import Builder, Describe, Node, Refused
from leakhunter.heap import safe

MODULE = "datetime"


def known() -> dict[type, Describe]:
    """The types that are loaded, with what describes each."""
    found: dict[type, Describe] = {
        dt.datetime: _datetime,
        dt.date: lambda obj, _: Node("date", [obj.year, obj.month, obj.day]),
        dt.time: _time,
        dt.timedelta: lambda obj, _: Node("timedelta", _delta(obj)),
        dt.timezone: _timezone,
    }
    for module, names in _ELSEWHERE.items():
        loaded = sys.modules.get(module)
        for name, describe in names.items():
            cls = getattr(loaded, name, None)
            if cls is not None:
                found[cls] = describe
    return found


def _delta(obj: dt.timedelta) -> list[int]:
    return [obj.days, obj.seconds, obj.microseconds]


def _datetime(obj: dt.datetime, _: object) -> Node:
    facts = [
        obj.year,
        obj.month,
        obj.day,
        obj.hour,
        obj.minute,
        obj.second,
        obj.microsecond,
        obj.fold,
    ]
    return Node("datetime", facts, [obj.tzinfo])


def _time(obj: dt.time, _: object) -> Node:
    return Node(
        "time",
        [obj.hour, obj.minute, obj.second, obj.microsecond, obj.fold],
        [obj.tzinfo],
    )


def _timezone(obj: Any, _: object) -> Node:
    if obj is dt.timezone.utc:
        return Node("timezone", None)
    offset, *name = obj.__getinitargs__()
    return Node("timezone", [_delta(offset), *name])


def _path(obj: Any, _: object) -> Node:
    # asked itself, the path would keep its text
    text = str(type(obj)(obj))
    return Node("path", [type(obj).__name__, text.encode("utf-8", "surrogatepass")])


def _zone(obj: Any, _: object) -> Node:
    """A zone that its key finds again: those that were read from a file have none."""
    if obj.key is None or type(obj)(obj.key) is not obj:
        raise Refused("a time zone of its own")
    return Node("zone", obj.key)


def _uuid(obj: Any, _: object) -> Node:
    return Node("uuid", [obj.bytes, obj.is_safe.name])


def _fraction(obj: Any, _: object) -> Node:
    return Node("fraction", None, [obj.numerator, obj.denominator])


_ELSEWHERE: dict[str, dict[str, Describe]] = {
    "decimal": {"Decimal": lambda obj, _: Node("decimal", str(obj))},
    "fractions": {"Fraction": _fraction},
    "uuid": {"UUID": _uuid},
    "pathlib": dict.fromkeys(
        ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath"), _path
    ),
    "zoneinfo": {"ZoneInfo": _zone},
    "dateutil.tz.tz": {"tzutc": lambda *_: Node("dateutil")},
}


def describe_zone(obj: Any) -> Node | None:
    """A zone of pytz, where each has a class of its own; ``None`` of anything else."""
    pytz = sys.modules.get("pytz")
    if pytz is None:
        return None
    if obj is pytz.utc:
        return Node("pytz", "UTC")
    if not safe.derives(type(obj), pytz.tzinfo.DstTzInfo, pytz.tzinfo.StaticTzInfo):
        return None
    name = safe.own_attribute(type(obj), "zone")
    if type(name) is not str or pytz.timezone(name) is not obj:
        raise Refused("a time zone of its own")
    return Node("pytz", name)


def _make_datetime(facts: Any, parts: list[Any], _: object) -> dt.datetime:
    # what is saved with no zone comes back with none
    return dt.datetime(*facts[:7], tzinfo=parts[0], fold=facts[7])  # type: ignore[misc]


def _make_time(facts: Any, parts: list[Any], _: object) -> dt.time:
    return dt.time(*facts[:4], tzinfo=parts[0], fold=facts[4])  # type: ignore[misc]


def _make_timezone(facts: Any, *_: object) -> dt.timezone:
    if facts is None:
        return dt.timezone.utc
    return dt.timezone(dt.timedelta(*facts[0]), *facts[1:])


def _make_uuid(facts: Any, *_: object) -> Any:
    uuid = sys.modules["uuid"]
    return uuid.UUID(bytes=facts[0], is_safe=uuid.SafeUUID[facts[1]])


def _make_path(facts: Any, *_: object) -> Any:
    cls = getattr(sys.modules["pathlib"], facts[0])
    return cls(facts[1].decode("utf-8", "surrogatepass"))


BUILDERS = {
    "datetime": Builder(_make_datetime),
    "date": Builder(lambda facts, *_: dt.date(*facts)),
    "time": Builder(_make_time),
    "timedelta": Builder(lambda facts, *_: dt.timedelta(*facts)),
    "timezone": Builder(_make_timezone),
    "zone": Builder(lambda facts, *_: sys.modules["zoneinfo"].ZoneInfo(facts)),
    "dateutil": Builder(lambda *_: sys.modules["dateutil.tz.tz"].tzutc()),
    "pytz": Builder(lambda facts, *_: sys.modules["pytz"].timezone(facts)),
    "decimal": Builder(lambda facts, *_: sys.modules["decimal"].Decimal(facts)),
    "fraction": Builder(lambda _, parts, __: sys.modules["fractions"].Fraction(*parts)),
    "uuid": Builder(_make_uuid),
    "path": Builder(_make_path),
}
