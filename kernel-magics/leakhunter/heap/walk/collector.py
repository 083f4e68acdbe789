"""Holding automatic collection off while we look: it would take the evidence of cycles away.

Also what we leave behind counts: CPython collects young objects once some
hundred more were made than died.  So it is let on again only when a whole
answer has been given, and objects of a stock that was made before die then,
one for each that a first check leaves behind.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

STOCK = 6000
"""Twice what a first check leaves behind; 0.4 MB."""

_stock: list[list[None]] = []

_user: bool | None = None
"""Whether the user had it on, while it is held off."""


def enabled() -> bool:
    """Is automatic collection on, as the user left it?"""
    return gc.isenabled() if _user is None else _user


def take_stock() -> None:
    """Make the stock: once, when watching begins."""
    if not _stock:
        _stock.extend([] for _ in range(STOCK))


@contextmanager
def held_off() -> Iterator[None]:
    """Hold automatic collection off; afterwards it is as the user left it.  May be nested."""
    global _user  # noqa: PLW0603 - one collector a process
    if _user is not None:
        yield
        return
    _user = gc.isenabled()
    gc.disable()
    young = gc.get_count()[0]
    try:
        yield
    finally:
        while _stock and gc.get_count()[0] > young:
            _stock.pop()
        on, _user = _user, None
        if on:
            gc.enable()
