"""What saving some values takes, and which of them cannot be saved; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leakhunter.act.undo.node import Bytes, Changed, Node
from leakhunter.act.undo.walk import Stays, Walk, never
from leakhunter.heap.slots import Slot
from leakhunter.heap.walk.collector import held_off

__all__ = ["Stays", "Survey", "never", "survey"]

_NUMBER = 9
"""Bytes of a number in the file, at most."""

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


def survey(values: Mapping[Slot, Any], stays: Stays = never) -> Survey:
    """Look at everything that the values reach, each object once.

    Parameters
    ----------
    values
        What the slots hold.
    stays
        Finds objects that live on: they are not saved.
    """
    with held_off():
        try:
            walk = Walk(values, stays)
        except Changed:
            return Survey(0, dict.fromkeys(values, "it is being changed right now"))
        return Survey(_bytes(walk), walk.refused)


def _bytes(walk: Walk) -> int:
    total = 0
    for value, node, reached in zip(walk.held, walk.nodes, walk.reached(), strict=True):
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
