"""What an adapter tells about one object."""

from __future__ import annotations

from typing import Any, NamedTuple


class Buffer(NamedTuple):
    """Native memory that several objects may share, known by its address.

    ``owners`` is the number of strong references to it where the library
    counts them, those of the looking itself taken off: more than the picture
    sees means that something unseen holds it.  ``parts`` is native memory that
    it holds in turn, one entry for each reference: a table its columns.
    """

    address: int
    bytes: int
    owners: int | None = None
    parts: tuple[Buffer, ...] = ()


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
        Objects and native memory of which it shows only a part, each with the
        bytes that it shows; itself, when it uses only a part of all that it holds.
    data
        Address of the data that ``size`` counts; 0 when there is none outside
        of the object.
    extent
        Bytes of that data, from its address on, room to grow included.
    estimate
        True when ``size`` is only about right: what it frees is never exact.
    held
        References to the object that Python's count does not tell, or tells too
        much (below zero): C++ code that owns what the object is a wrapper of.
    """

    size: int | None = None
    objects: tuple[Any, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    hidden: bool = False
    pinned: tuple[tuple[Any, int], ...] = ()
    data: int = 0
    extent: int = 0
    estimate: bool = False
    held: int = 0


NOTHING = Seen()
