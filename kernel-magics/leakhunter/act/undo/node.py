"""What an object is described by: plain facts, the objects that it refers to, and its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol, TypeAlias

STEP = 16 << 20
"""Bytes that are written or read at once: a few hundredths of a second on a common disk."""


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """An object that cannot be saved; the text is a noun phrase that says what it is."""


class Changed(Exception):  # noqa: N818 - what happened
    """An object was changed while it was being saved; one sentence."""


class Damaged(Exception):  # noqa: N818 - what happened
    """What was saved cannot be read back: truncated, altered or of another version; one sentence."""


class Bytes(Protocol):
    """Bytes of an object that can be read piece by piece."""

    size: int
    """Their number; for texts an estimate."""

    def pieces(self) -> Iterator[Any]:
        """The bytes, at most :data:`STEP` at once."""


class Memory:
    """Contiguous memory, written from where it is."""

    def __init__(self, owner: Any, size: int) -> None:
        self.size = size
        self._owner = owner

    def pieces(self) -> Iterator[memoryview]:
        """Views of the memory, one at a time."""
        if not self.size:
            return
        with memoryview(self._owner) as whole, whole.cast("B") as flat:
            for at in range(0, self.size, STEP):
                with flat[at : at + STEP] as piece:
                    yield piece


class Growing:
    """Memory of what may be resized at any time: copied in small pieces, since a view would forbid that."""

    _PIECE = 1 << 20

    def __init__(self, owner: Any, itemsize: int = 1) -> None:
        self.size = len(owner) * itemsize
        self._owner = owner
        self._items = self._PIECE // itemsize

    def pieces(self) -> Iterator[Any]:
        """Copies of 1 MiB."""
        for at in range(0, len(self._owner), self._items):
            yield self._owner[at : at + self._items]


class Text:
    """A long text as UTF-8; halves of pairs that stand alone are kept."""

    _PIECE = 1 << 20

    def __init__(self, text: str) -> None:
        self.size = len(text)
        self._text = text

    def pieces(self) -> Iterator[bytes]:
        """A million characters at a time."""
        for at in range(0, len(self._text), self._PIECE):
            yield self._text[at : at + self._PIECE].encode("utf-8", "surrogatepass")


class Saved(Protocol):
    """Bytes of an object as they are read back, checked against their checksum."""

    size: int

    def read(self) -> bytes:
        """All of them in a new object."""

    def into(self, target: Any) -> None:
        """All of them into memory of the same size."""


Facts: TypeAlias = Any
"""Plain values: ``None``, numbers, texts, bytes and lists of these."""


class Node:
    """One object of the graph.

    Parameters
    ----------
    kind
        Which builder makes it again.
    facts
        What it needs beside its parts, or a function that tells once all
        objects have been seen.
    parts
        The objects that it refers to.
    data
        Its bytes.
    step
        How a person writes the way to a part of the object, by the part's
        number; empty for what is inside a library's object.
    again
        Tells the parts of a container once more: are they still the same?
    same
        Is an object of a library still as it was described?
    """

    __slots__ = (
        "again",
        "data",
        "facts",
        "found",
        "kind",
        "parts",
        "refs",
        "same",
        "step",
    )

    def __init__(  # noqa: PLR0913, PLR0917 - all but the kind are rare
        self,
        kind: str,
        facts: Facts | Callable[[], Facts] = None,
        parts: list[Any] | tuple[Any, ...] = (),
        data: tuple[Bytes, ...] | Callable[[], tuple[Bytes, ...]] = (),
        step: Callable[[Any, int], str] | None = None,
        again: Callable[[Any], list[Any]] | None = None,
        same: Callable[[], bool] | None = None,
        found: Callable[[], Any] | None = None,
    ) -> None:
        self.kind = kind
        self.facts = facts
        self.parts = parts
        self.data = data
        self.step = step
        self.again = again
        self.same = same
        self.found = found
        """Finds an object that lives on; ``None`` when it is gone."""
        self.refs: list[int] = []
        """Numbers of the parts."""


Describe: TypeAlias = Callable[[Any, dict[Any, Any]], Node]
"""Describes an object of a type that is known; the dictionary keeps notes of one walk."""


class Builder(NamedTuple):
    """Makes an object again.

    Attributes
    ----------
    make
        From facts, parts and bytes; without parts where there is ``fill``.
    fill
        Puts the parts into what was made: such an object may hold itself.
    """

    make: Callable[[Facts, list[Any], list[Saved]], Any]
    fill: Callable[[Any, Facts, list[Any]], None] | None = None
