"""What saving some values takes, and which of them cannot be saved; nothing is written."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

from leakhunter.act.undo.node import Bytes, Changed, Node
from leakhunter.act.undo.walk import Stays, Walk, never
from leakhunter.heap.slots import Slot
from leakhunter.slices import at_once, quietly

__all__ = ["Stays", "Survey", "never", "survey", "surveying"]

_NUMBER = 9
"""Bytes of a number in the file, at most."""

_SLICE = 20_000
"""Objects whose bytes are added up between two yields: 5 ms."""

_NODE = 24
"""Bytes of an object in the file, beside its facts."""


@dataclass(frozen=True)
class Survey:
    """What saving takes.

    Attributes
    ----------
    bytes
        What is written for all that can be saved, each buffer once; for texts an estimate.
    refused
        For each slot that cannot be saved a reason as the end of a sentence.
    """

    bytes: int
    refused: dict[Slot, str]


def surveying(
    values: Mapping[Slot, Any], stays: Stays = never
) -> Generator[None, None, Survey]:
    """Look at everything that the values reach, each object once; in slices, and may be dropped.

    Parameters
    ----------
    values
        What the slots hold.
    stays
        Finds objects that live on: they are not saved.
    """
    walk = Walk(stays)
    try:
        yield from quietly(walk.look(values))
    except Changed:
        return Survey(0, dict.fromkeys(values, "it is being changed right now"))
    size = yield from _bytes(walk)
    return Survey(size, walk.refused)


def survey(values: Mapping[Slot, Any], stays: Stays = never) -> Survey:
    """The same at once."""
    return at_once(surveying(values, stays))


def _bytes(walk: Walk) -> Generator[None, None, int]:
    total = 0
    found = zip(walk.held, walk.nodes, walk.reached(), strict=True)
    for many, (value, node, reached) in enumerate(found):
        if not many % _SLICE:
            yield
        if not reached:
            continue
        if node is not None:
            total += _NODE + 4 * len(node.refs) + sum(one.size for one in data_of(node))
        else:
            total += len(value) + 5 if type(value) in (str, bytes) else _NUMBER
    return total


def data_of(node: Node) -> tuple[Bytes, ...]:
    """The bytes of an object."""
    return node.data() if callable(node.data) else node.data
