"""Work in slices: generators that yield where they may be left, and return their result."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Generic, TypeVar

from leakhunter.heap.walk.collector import held_off

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


def quietly(steps: Generator[None, None, T]) -> Generator[None, None, T]:
    """The same work with automatic collection held off in each slice: it would look at all that is made."""
    while True:
        with held_off():
            try:
                next(steps)
            except StopIteration as end:
                result: T = end.value
                return result
        yield
