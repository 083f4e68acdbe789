"""Work in slices: generators that yield where they may be left, and return their result."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Iterates over a generator and keeps what it returns."""

    value: T

    def __init__(self, steps: Generator[None, None, T]) -> None:
        self._steps = steps

    def __iter__(self) -> Iterator[None]:
        self.value = yield from self._steps


def at_once(steps: Generator[None, None, T]) -> T:
    """Do all of the work now; returns its result."""
    kept = Kept(steps)
    for _ in kept:
        pass
    return kept.value
