"""Readings, and the series of counts through all of them."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from typing import NamedTuple

from leakhunter.prove.walk import Class, Pile, under

UNIT = 64 * 1024
"""Bytes that count as one outside of Python's objects: a reading by itself may leave 16 KiB in the allocators."""

_GOOD_PART = 0.25
"""Share of a class's objects from which on caches explain that it grows."""

_PLAIN = frozenset(
    {
        ("builtins", "dict"), ("builtins", "list"), ("builtins", "tuple"), ("builtins", "set"),
        ("builtins", "frozenset"), ("builtins", "frame"), ("collections", "Counter"),
        ("weakref", "ReferenceType"),
    }
)  # fmt: skip
"""Classes of which counting makes some itself, and weak references, which are swept late; as items of a place they count."""


class Reading(NamedTuple):
    """One count.

    Attributes
    ----------
    classes
        Objects that the collector knows, by class.
    pile
        What lies where.
    live
        Bytes that allocators have given out; ``None`` where they do not tell.
    native
        Those of them that are no small blocks of Python's.
    resident
        Private resident bytes.
    """

    classes: dict[Class, int]
    pile: Pile
    live: int | None
    native: int | None
    resident: int


def packed(reading: Reading) -> bytes:
    """A reading as one object that the collector does not know."""
    return marshal.dumps((reading.classes, tuple(reading.pile), *reading[2:]))


def unpacked(data: bytes) -> Reading:
    """The reading again."""
    classes, pile, *rest = marshal.loads(data)  # noqa: S302 - our own bytes, never out of the process
    return Reading(classes, Pile(*pile), *rest)


class Counted:
    """What was counted in some readings.

    Parameters
    ----------
    readings
        In their order.
    """

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.readings = readings

    @property
    def last(self) -> Pile:
        """What lies where in the end."""
        return self.readings[-1].pile

    def places(self) -> dict[str, list[int]]:
        """Lengths by place."""
        return {
            path: [r.pile.lengths.get(path, 0) for r in self.readings]
            for path in self.last.lengths
        }

    def objects(self) -> dict[Class, list[int]]:
        """Objects by class, without those that only caches with a limit hold."""
        return {
            cls: [
                r.classes.get(cls, 0) - r.pile.bounded.get(cls, 0)
                for r in self.readings
            ]
            for cls in self.readings[-1].classes
            if cls not in _PLAIN
        }

    def is_cached(self, cls: Class) -> bool:
        """Do caches with a limit hold a good part of a class's objects?

        What a full one throws out may live on elsewhere, which looks like growth.
        """
        there = self.last.bounded.get(cls, 0)
        return there > _GOOD_PART * self.readings[-1].classes.get(cls, 0)

    def lying(self, cls: Class, places: Sequence[str]) -> list[int]:
        """Objects of a class in some places."""
        return [
            sum(
                count
                for (path, one), count in r.pile.classes.items()
                if one == cls and any(under(path, place) for place in places)
            )
            for r in self.readings
        ]

    def bytes_under(self, path: str) -> list[int]:
        """Bytes of a place and all in it."""
        return [
            sum(
                size
                for place, size in r.pile.sizes.items()
                if place == path or under(place, path)
            )
            for r in self.readings
        ]

    def native(self) -> list[int]:
        """Bytes outside of Python's small blocks, in units; empty where nobody tells."""
        known = [r.native // UNIT for r in self.readings if r.native is not None]
        return known if len(known) == len(self.readings) else []

    def live(self) -> list[int]:
        """Bytes given out; resident ones where allocators do not tell."""
        return [r.resident if r.live is None else r.live for r in self.readings]

    def resident(self) -> list[int]:
        """Private resident bytes."""
        return [r.resident for r in self.readings]

    def item_of(self, path: str) -> str:
        """The class that piles up in a container: the one that grew most, rather not one of Python's own."""
        first = self.readings[0].pile.classes
        grown: dict[Class, int] = {}
        for (place, cls), count in self.last.classes.items():
            item = place == f"{path}[x]" or (
                place.startswith(f"{path}[") and place.endswith("']")
            )
            if item:
                more = count - first.get((place, cls), 0)
                grown[cls] = grown.get(cls, 0) + more
        found = [cls for cls, more in grown.items() if more > 0]
        own = [cls for cls in found if cls[0] != "builtins"]
        return max(own or found, key=lambda c: grown[c], default=("", ""))[1]
