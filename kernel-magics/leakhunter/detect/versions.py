"""Is a library's version one of those that a record is about?

A small part of how Python writes versions: numbers with dots, and what follows
them (``rc1``, ``.post2``, ``+cpu``) left out.
"""

from __future__ import annotations

import operator
import re

_RELEASE = re.compile(r"\d+(?:\.\d+)*")
_PART = re.compile(r"(<=|>=|==|!=|<|>)\s*(\d+(?:\.\d+)*)$")
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


def release(version: str) -> tuple[int, ...]:
    """The numbers of a version, without zeros at the end; empty for what is none."""
    found = _RELEASE.match(version)
    numbers = [int(n) for n in found.group().split(".")] if found else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def affected(version: str, wanted: str) -> bool:
    """Is this version among those wanted?

    Parameters
    ----------
    version
        As the library tells it; one that cannot be read is never affected.
    wanted
        Like ``>=9.1`` or ``>=21,<21.0.1``; empty for every version.

    Raises
    ------
    ValueError
        When ``wanted`` is not of that form.
    """
    parts = [p.strip() for p in wanted.split(",")] if wanted else []
    if any(_PART.match(part) is None for part in parts):
        msg = f"not a range of versions: {wanted!r}"
        raise ValueError(msg)
    if parts and _RELEASE.match(version) is None:
        return False
    pairs = [m.groups() for m in map(_PART.match, parts) if m is not None]
    return all(
        _COMPARE[sign](release(version), release(number)) for sign, number in pairs
    )
