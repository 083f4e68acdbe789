"""The sheet's arithmetic: parts that add up to the resident memory.

What is measured comes first: the objects of the picture, code and data of
libraries, files, shared memory, what allocators keep free, and what the
modules hold.  Three parts are only known to be at most so much, changed pages
of files, pools that libraries use and tables that native code keeps; they get
no more than what is still missing.  The rest is unexplained.  When more was found than there is,
the parts are cut by the difference, the least certain first, and it is told.

Pure: numbers in, numbers out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from leakhunter.heap.partition import Piece
from leakhunter.heap.whole.interior import Interior
from leakhunter.model import PartId
from leakhunter.record.allocators import Allocators
from leakhunter.record.mappings import Kind, Mappings
from leakhunter.record.meter import Status

_CUT: tuple[PartId, ...] = (
    "libraries", "kept", "garbage", "hidden", "registry", "variables",
    "leftover", "history", "views", "traceback", "files", "shared",
)  # fmt: skip
"""Which part is cut first when more was found than is resident."""

_SHOWN = 1_000_000
"""Libraries that hold less are shown together."""

_TABLES = 0.25
_TABLES_OF = {"torch": 1.25}
"""What native code takes from malloc when it is loaded, at most, in its resident code and data.

Measured right after the import, of 27 libraries and mixtures: 0.02 to 0.23;
only torch registers its operators in 75 MB, 1.15 times its own.
"""

_ROUGH = 0.05
"""Share by which the sizes of small objects may be wrong: what a sum of them has too much is no overlap."""

PYTHON = "Python and the system"
HELD = "objects of native code"
NATIVE = "tables of native code"
OTHERS = "other libraries"


@dataclass(frozen=True)
class Facts:
    """What the arithmetic starts from.

    Attributes
    ----------
    status
        Resident bytes as the system counts them.
    pieces
        The picture, shared out: resident private bytes.
    mappings, allocators, interior
        ``None`` when they were not looked at.
    pooled, untouched
        Where the buffers of the picture lie: see
        :class:`leakhunter.heap.peek.resident.Placed`.
    """

    status: Status
    pieces: Sequence[Piece]
    mappings: Mappings | None
    allocators: Allocators
    interior: Interior | None = None
    pooled: int = 0
    untouched: int = 0


@dataclass(frozen=True)
class Balance:
    """Pieces that add up to the resident set exactly.

    Attributes
    ----------
    pieces
        Without empty ones; the last part is ``unexplained``.
    overlap
        By how much more was found than is resident.
    unchecked
        Parts that were not looked for.
    """

    pieces: list[Piece]
    overlap: int
    unchecked: frozenset[PartId] = field(default_factory=frozenset)


def balance(facts: Facts) -> Balance:
    """Put the sheet together."""
    firm = [p for p in facts.pieces if p.bytes > 0]
    firm += (*_mapped(facts), *_kept(facts), *_libraries(facts), *_beyond(facts))
    missing = facts.status.rss - sum(p.bytes for p in firm)
    for piece in (*_changed(facts), *_pools(facts), *_tables(facts)):
        size = min(piece.bytes, missing)
        if size > 0:
            firm.append(piece._replace(bytes=size))
            missing -= size
    rough = facts.interior.libraries.values() if facts.interior is not None else ()
    overlap = -missing if -missing > _ROUGH * sum(rough) else 0
    pieces = _cut(firm, max(-missing, 0))
    pieces.append(Piece("unexplained", "", max(missing, 0)))
    return Balance([p for p in pieces if p.bytes], overlap, _unchecked(facts))


def _kinds(facts: Facts, *kinds: Kind) -> int:
    """Resident bytes of mappings of these kinds."""
    if facts.mappings is None:
        return 0
    return sum(facts.mappings.bytes.get(kind, 0) for kind in kinds)


def _mapped(facts: Facts) -> list[Piece]:
    """Files and shared memory; without a list of mappings, what the system counts by kind."""
    if facts.mappings is None or "file" not in facts.mappings.bytes:
        code = _kinds(facts, "code") or facts.status.file or 0
        files = max((facts.status.file or 0) - code, 0)
        shared = facts.status.shmem or 0
    else:
        files, shared = _kinds(facts, "file"), _kinds(facts, "shared")
    return [Piece("files", "", files), Piece("shared", "", shared)]


def _changed(facts: Facts) -> list[Piece]:
    """At most the private copies of files' pages: the picture may lead to them."""
    return [Piece("files", "", _kinds(facts, "changed"))]


def _kept(facts: Facts) -> list[Piece]:
    """Freed and still resident, by allocator."""
    malloc, pymalloc, pools = facts.allocators
    found = []
    if malloc is not None and "malloc" in (facts.mappings or Mappings({})).bytes:
        # what a trim returned is free and not resident
        free = _kinds(facts, "malloc") - (malloc.used - facts.untouched)
        found.append(Piece("kept", "malloc", min(max(free, 0), malloc.free)))
    if pymalloc is not None:
        found.append(Piece("kept", "small objects", pymalloc.arenas - pymalloc.used))
    apart = [pool for pool in pools if pool.apart]
    if apart and all(pool.used is not None for pool in apart):
        used = sum(pool.used or 0 for pool in apart)
        free = _kinds(facts, "pool") - max(used, facts.pooled)
        names = ", ".join(pool.library for pool in apart)
        found.append(Piece("kept", names, max(free, 0)))
    return found


def _libraries(facts: Facts) -> list[Piece]:
    """Code, data and modules by library, the big ones by name."""
    code = {"": facts.status.file or 0}
    if facts.mappings is not None:
        code = dict(facts.mappings.libraries)
        code[""] = code.get("", 0) + _kinds(facts, "stack")
    modules = facts.interior.libraries if facts.interior is not None else {}
    whole = {
        name: code.get(name, 0) + modules.get(name, 0) for name in {**code, **modules}
    }
    found = [Piece("libraries", PYTHON, whole.pop("", 0))]
    found += [
        Piece("libraries", name, size) for name, size in whole.items() if size >= _SHOWN
    ]
    rest = sum(size for size in whole.values() if size < _SHOWN)
    made = Piece("libraries", "code made at run time", _kinds(facts, "made"))
    return [*found, Piece("libraries", OTHERS, rest), made]


def _beyond(facts: Facts) -> list[Piece]:
    """What the picture does not lead to: data that modules hold, and strays."""
    interior = facts.interior
    if interior is None:
        return []
    found = [Piece("hidden", name, size) for name, size in interior.data.items()]
    if interior.strays is not None:
        found.append(Piece("garbage", "", interior.strays.garbage))
        found.append(Piece("libraries", HELD, interior.strays.held))
    return [piece for piece in found if piece.bytes > 0]


def _pools(facts: Facts) -> list[Piece]:
    """At most what libraries have taken and the picture does not hold."""
    explained = facts.pooled
    found = []
    for pool in facts.allocators.pools:
        used = pool.used or 0
        if pool.apart:
            used, explained = max(used - explained, 0), max(explained - used, 0)
        found.append(Piece("pools", pool.library, used))
    return found


def _tables(facts: Facts) -> list[Piece]:
    """At most what native code keeps for itself."""
    if facts.mappings is None or facts.interior is None:
        return []
    bound = sum(
        size * _TABLES_OF.get(name, _TABLES)
        for name, size in facts.mappings.libraries.items()
    )
    return [Piece("libraries", NATIVE, int(bound))]


def _cut(pieces: Iterable[Piece], overlap: int) -> list[Piece]:
    """Take the overlap off, the least certain part first."""
    pieces = list(pieces)
    for part in _CUT if overlap else ():
        for i, piece in enumerate(pieces):
            if piece.part == part:
                size = min(piece.bytes, overlap)
                pieces[i] = piece._replace(bytes=piece.bytes - size)
                overlap -= size
    return pieces


def _unchecked(facts: Facts) -> frozenset[PartId]:
    parts: set[PartId] = set()
    if facts.mappings is None:
        parts |= {"files"}
    if facts.mappings is None or facts.allocators.malloc is None:
        parts |= {"kept"}
    if facts.interior is None:
        parts |= {"libraries"}
    return frozenset(parts)
