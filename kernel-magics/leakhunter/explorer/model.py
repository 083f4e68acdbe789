"""The values of the heap explorer: numbers and text, no object of the user's.  Sizes are bytes."""

from __future__ import annotations

import msgspec


class HeapRow(msgspec.Struct, frozen=True):
    """An object, or several small ones of one class, below what alone leads to it.

    ``holds`` is what goes when it goes: its own bytes, numbers and short texts
    in it included, and those of all that only it leads to.  ``id`` (``h3``)
    can be asked about; several together have none.
    """

    id: str
    depth: int
    label: str
    type: str
    shape: str
    count: int
    own: int
    holds: int


class HeapClass(msgspec.Struct, frozen=True):
    """All objects of one class.  ``holds`` counts what goes when all of them go, each byte once."""

    type: str
    module: str
    count: int
    bytes: int
    holds: int


class HeapTable(msgspec.Struct, frozen=True):
    """The whole heap: the biggest holders as a tree, in the order of the lines, and all classes.

    ``unreachable`` objects are held by nothing but each other and wait for a
    collection.  ``rest`` is what the rows leave out.
    """

    at: float
    seconds: float
    objects: int
    references: int
    bytes: int
    rows: list[HeapRow]
    rest: int
    classes: list[HeapClass]
    more_classes: int
    unreachable: int
    unreachable_bytes: int
    not_looked_into: list[str]


class HeapObject(msgspec.Struct, frozen=True):
    """One object: what it holds, what alone leads to it, and the shortest way to it.

    ``holder`` is empty when nothing alone leads to it; then ``way`` is one of
    several.
    """

    title: str
    type: str
    shape: str
    own: int
    holds: int
    holder: str
    way: list[str]
    rows: list[HeapRow]
    rest: int
    seconds: float
