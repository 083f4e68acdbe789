"""Holding automatic collection off while we look: it would take the evidence of cycles away.

Also what we leave behind counts: CPython collects young objects once some
hundred more were made than died.  So it is let on again only when a whole
answer has been given, and objects of a stock that was made before die then,
one for each that a first check leaves behind.
"""

from __future__ import annotations

import gc

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


class held_off:  # noqa: N801 - reads as the statement that it is
    """Hold automatic collection off; afterwards it is as the user left it.  May be nested.

    A class: up to Python 3.10 an exception that passes through a generator's
    context manager stays in a cycle, with the frames that it passed.
    """

    def __enter__(self) -> None:
        global _user  # noqa: PLW0603 - one collector a process
        self._inner = _user is not None
        if self._inner:
            return
        _user = gc.isenabled()
        gc.disable()
        self._young = gc.get_count()[0]

    def __exit__(self, *exc: object) -> None:
        global _user
        if self._inner:
            return
        while _stock and gc.get_count()[0] > self._young:
            _stock.pop()
        on, _user = _user, None
        if on:
            gc.enable()
