"""The one formatter: sizes, counts, durations and times as every door says them.

The front end has its twin in ``src/analysis/format.ts``; both are held to one
table, ``tests/data/format.json``.
"""

from __future__ import annotations

import time as _time
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MINUS = "\u2212"
MISSING = "\u00b7"

_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB")
_GIB = 1024**3

_chosen = {"decimal": False}
"""How sizes are written where the call does not say: as the user set it."""


def write_sizes(*, decimal: bool) -> None:
    """Write sizes in units of 1000 from now on, or in units of 1024."""
    _chosen["decimal"] = decimal


def _fixed(value: float, digits: int) -> str:
    """``toFixed`` of JavaScript: ties away from zero, on the exact value."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _rounded(value: float, figures: int) -> str:
    for whole in range(1, 4):
        text = _fixed(value, max(figures - whole, 0))
        if float(text) < 10**whole:
            return text
    return _fixed(value, max(figures - 3, 0))


def _sign(value: float, text: str, *, signed: bool) -> str:
    if float(text) == 0:
        return ""
    return MINUS if value < 0 else "+" if signed else ""


def size_text(
    size: int | None,
    *,
    signed: bool = False,
    figures: int = 3,
    decimal: bool | None = None,
) -> str:
    """A size in its own unit: ``1.24 GiB``, ``152 MiB``, ``0 B``; no-break space between.

    The next unit begins where the number would have four digits before the
    point: ``0.98 GiB``, never ``1003 MiB``.
    """
    if size is None:
        return MISSING
    if decimal is None:
        decimal = _chosen["decimal"]
    units, base = (_DECIMAL, 1000) if decimal else (_BINARY, 1024)
    power, text = 0, str(abs(size))
    while float(text) >= 1000 and power < len(units) - 1:  # noqa: PLR2004 - four digits
        power += 1
        text = _rounded(abs(size) / base**power, figures)
    return f"{_sign(size, text, signed=signed)}{text}{NBSP}{units[power]}"


def receipt_text(
    size: int | None, *, signed: bool = False, decimal: bool | None = None
) -> str:
    """A size on a receipt: four figures below 1 GiB."""
    if decimal is None:
        decimal = _chosen["decimal"]
    small = size is not None and abs(size) < (1000**3 if decimal else _GIB)
    return size_text(size, signed=signed, figures=4 if small else 3, decimal=decimal)


def at_least_text(size: int | None, *, decimal: bool | None = None) -> str:
    """A size known only from samples: ``≥ 7.80 GiB``."""
    text = size_text(size, decimal=decimal)
    return text if size is None else f"\u2265{NBSP}{text}"


def column_unit(largest: int, *, decimal: bool | None = None) -> str:
    """The one unit for a column that adds up: that of its largest size."""
    return size_text(largest, decimal=decimal).rsplit(NBSP, 1)[1]


def column_text(size: int | None, unit: str, *, signed: bool = False) -> str:
    """A size in a column whose head names the unit: two decimals, ``0`` for nothing."""
    if size is None:
        return MISSING
    if size == 0:
        return "0"
    divisor = (
        1000 ** _DECIMAL.index(unit)
        if unit in _DECIMAL
        else 1024 ** _BINARY.index(unit)
    )
    text = _fixed(abs(size) / divisor, 0 if divisor == 1 else 2)
    return _sign(size, text, signed=signed) + text


def count_text(count: int) -> str:
    """A count with thousands commas."""
    return f"{count:,}".replace("-", MINUS)


def percent_text(part: int, whole: int | None) -> str:
    """A share in whole percent; ``< 1 %`` for a little."""
    if not whole or whole < 0:
        return MISSING
    percent = part / whole * 100
    if 0 < percent < 0.5:  # noqa: PLR2004 - rounds to nothing
        return f"<{NBSP}1{NBSP}%"
    return f"{_fixed(percent, 0)}{NBSP}%"


def _pair(first: int, unit: str, second: int, small: str) -> str:
    text = f"{first}{NBSP}{unit}"
    return f"{text} {second}{NBSP}{small}" if second else text


def duration_text(seconds: float) -> str:
    """A length of time: ``38 ms``, ``0.2 s``, ``12 s``, ``2 min 5 s``, ``1 h 2 min``."""
    if seconds < 0.0995:  # noqa: PLR2004 - rounds to less than 100 ms
        return f"{_fixed(seconds * 1000, 0)}{NBSP}ms"
    if seconds < 9.95:  # noqa: PLR2004 - rounds to less than 10 s
        return f"{_fixed(seconds, 1)}{NBSP}s"
    whole = int(_fixed(seconds, 0))
    if whole < 60:  # noqa: PLR2004
        return f"{whole}{NBSP}s"
    minutes = whole // 60
    if minutes < 60:  # noqa: PLR2004
        return _pair(minutes, "min", whole % 60, "s")
    return _pair(minutes // 60, "h", minutes % 60, "min")


def clock_text(seconds: float) -> str:
    """A running clock: ``0:41``, ``1:02:05``."""
    whole = max(int(seconds), 0)
    hours, minutes = whole // 3600, whole // 60 % 60
    tail = f"{whole % 60:02}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"


def time_text(hour: int, minute: int, second: int | None = None) -> str:
    """A time of day, 24 hours."""
    text = f"{hour:02}:{minute:02}"
    return text if second is None else f"{text}:{second:02}"


def time_of_day(at: float) -> str:
    """The local time of day of a point in time."""
    local = _time.localtime(at)
    return time_text(local.tm_hour, local.tm_min, local.tm_sec)


def one_of(kind: str) -> str:
    """The name of a class with its article, also as code: ``an `ndarray```, ``a Net``."""
    name = kind.lstrip("`")
    article = "an" if name[:1] in "AEIOaeio" or name[:2] == "nd" else "a"
    return f"{article} {kind}"


def ellipsis(text: str, length: int, tail: int = 8) -> str:
    """A name shortened in the middle; the last eight characters stay."""
    if len(text) <= length:
        return text
    if length < tail + 2:
        return text[: length - 1] + "…"
    return text[: length - tail - 1] + "…" + text[-tail:]
