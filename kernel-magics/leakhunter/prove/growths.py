"""From series of counts to what grows: where it piles up, and what only follows from that.

An object that leaks brings its parts along, and its class grows with the
container that holds it.  So a place is told once, by the outermost container
that grows; classes are told where no place explains them.  Bytes alone never
make a leak of what Python can count: they rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.prove.counted import UNIT, Counted
from leakhunter.prove.model import Growth, GrowthVerdict
from leakhunter.prove.verdict import judge, line
from leakhunter.prove.walk import Class, shown, under

MOST = 12
"""Growths that are told."""

BLOCK = 16
"""Bytes of a text or an array that count as one: allocators give out multiples of it."""

_ORDER: tuple[GrowthVerdict, ...] = ("leak", "suspect", "plateau")


def growths(counted: Counted, batches: Sequence[int]) -> list[Growth]:
    """What grows, the decisive first; clean series are left out."""
    places = _outermost(_places(counted, batches))
    held = [g.name for g in places if g.verdict != "plateau"]
    full = any(g.bound is not None for g in places)
    classes = list(_classes(counted, batches, held, full=full))
    found = [*places, *classes]
    if not any(g.verdict in ("leak", "suspect") for g in found) and not full:
        found += _native(counted, batches)
    return sorted(
        found,
        key=lambda g: (
            _ORDER.index(g.verdict),
            g.sort == "objects",
            -(g.bytes_per_run or 0),
            g.name,
        ),
    )[:MOST]


def moving(counted: Counted) -> list[list[int]]:
    """The series that decide whether more runs are needed."""
    return [
        *counted.places().values(),
        *counted.objects().values(),
        counted.native(),
    ]


def _places(counted: Counted, batches: Sequence[int]) -> Iterator[Growth]:
    last = counted.last
    for name, counts in counted.places().items():
        bound = last.limits.get(name)
        in_bytes = name in last.in_bytes
        unit = BLOCK if in_bytes else 1
        judged = judge([c // unit for c in counts], batches, bounded=bound is not None)
        if judged.verdict == "clean":
            continue
        size = counts if in_bytes else counted.bytes_under(name)
        yield Growth(
            sort="bytes" if in_bytes else "items",
            name=name,
            what="" if in_bytes else counted.item_of(name),
            verdict=judged.verdict,
            counts=counts,
            rate=line(counts, batches)[0],
            fit=judged.fit,
            bound=bound,
            bytes_per_run=line(size, batches)[0],
        )


def _outermost(found: Iterator[Growth]) -> list[Growth]:
    """Without what lies inside of a container that grows at least as surely."""
    ordered = sorted(found, key=lambda g: len(g.name))
    kept: list[Growth] = []
    for growth in ordered:
        outer = [k for k in kept if under(growth.name, k.name)]
        if not any(_explains(k, growth) for k in outer):
            kept.append(growth)
    # a library's object has its parts in several places: one is enough
    best: dict[str, Growth] = {}
    for growth in sorted(kept, key=lambda g: -(g.bytes_per_run or 0)):
        best.setdefault(shown(growth.name), growth)
    return list(best.values())


def _explains(outer: Growth, growth: Growth) -> bool:
    """Does a container that grows explain growth inside of it?  One with a limit does all."""
    surer = _ORDER.index(outer.verdict) <= _ORDER.index(growth.verdict)
    return outer.bound is not None or surer


def _classes(
    counted: Counted, batches: Sequence[int], held: Sequence[str], *, full: bool
) -> Iterator[Growth]:
    """Classes whose objects grow beyond what the places explain.

    Parameters
    ----------
    held
        Places that grow.
    full
        Does a cache with a limit grow?  Then what belongs to its entries
        and is out of sight can at most be suspected.
    """
    for cls, counts in counted.objects().items():
        if judge(counts, batches).verdict == "clean":
            continue
        lying = counted.lying(cls, held)
        rest = [count - there for count, there in zip(counts, lying, strict=True)]
        judged = judge(rest, batches, bounded=full or counted.is_cached(cls))
        if judged.verdict == "clean" or (held and judged.verdict != "leak"):
            continue
        yield Growth(
            sort="objects",
            name=class_name(cls),
            what=cls[1],
            verdict=judged.verdict,
            counts=counts,
            rate=judged.rate,
            fit=judged.fit,
            bound=None,
            bytes_per_run=None,
        )


def class_name(cls: Class) -> str:
    """A class as a person would write it."""
    module, name = cls
    return name if module in ("builtins", "__main__") else f"{module}.{name}"


def _native(counted: Counted, batches: Sequence[int]) -> Iterator[Growth]:
    """Bytes that native code keeps: only where nothing that Python counts grows."""
    counts = counted.native()
    judged = judge(counts, batches) if counts else None
    if judged is not None and judged.verdict in ("leak", "suspect"):
        yield Growth(
            sort="bytes",
            name="native memory",
            what="",
            verdict=judged.verdict,
            counts=[c * UNIT for c in counts],
            rate=judged.rate * UNIT,
            fit=judged.fit,
            bound=None,
            bytes_per_run=judged.rate * UNIT,
        )
