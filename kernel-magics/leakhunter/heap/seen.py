"""What an adapter tells about one object."""

from __future__ import annotations

from typing import Any, NamedTuple


class Buffer(NamedTuple):
    """Native memory that several objects may share, known by its address."""

    address: int
    bytes: int


class Seen(NamedTuple):
    """What one object holds beside what the collector sees.

    Attributes
    ----------
    size
        Bytes of the object itself, its own data included; ``None``: as its type says.
    objects
        Python objects that it refers to and ``gc.get_referents`` does not list.
        Each reference exactly once: one too many would promise memory that does
        not come back.
    buffers
        Shared native memory that it refers to.
    hidden
        True when it holds objects that cannot be listed here.
    pinned
        Objects of which it shows only a part, each with the bytes that it
        shows; itself, when it uses only a part of all that it holds.
    """

    size: int | None = None
    objects: tuple[Any, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    hidden: bool = False
    pinned: tuple[tuple[Any, int], ...] = ()


NOTHING = Seen()
