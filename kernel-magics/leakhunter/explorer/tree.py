"""Which objects are worth a line: the biggest holders, and what is big inside of them."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from leakhunter.explorer.retained import Retained

SHARE = 100
"""What is smaller than this part of the whole has no line of its own."""

_LISTED = 12
"""Objects listed right below one."""

_NEARLY = 0.95
"""An object that holds one other, which makes up this part of it, is a link of a chain."""


class Manner(NamedTuple):
    """Which objects have no line.

    Attributes
    ----------
    is_between
        Does an object only stand between another and what that holds?
    is_named
        Has it a name of its own?  A link of a chain without one has no line.
    """

    is_between: Callable[[int, int], bool]
    is_named: Callable[[int], bool]


@dataclass
class Branch:
    """One line of the tree.

    Attributes
    ----------
    node
        The object, or ``None`` for several of the class ``row``.
    count, holds
        How many they are, and what they hold.
    branches
        The lines below it, the biggest first.
    """

    node: int | None
    holds: int
    row: int
    count: int = 1
    branches: list[Branch] = field(default_factory=list)


class Tree:
    """The biggest holders below one object.

    Parameters
    ----------
    retained, root
        Whose answers, and where the tree begins.
    most
        Lines at most.
    manner
        Which objects have no line.

    Attributes
    ----------
    branches, rest
        The lines, and the bytes that none of them holds.
    """

    def __init__(
        self, retained: Retained, root: int, most: int, manner: Manner
    ) -> None:
        self._retained, self._manner = retained, manner
        whole = retained.total if root == retained.top else retained.of(root)
        self._least = max(whole // SHARE, 1)
        top = Branch(root, whole, -1)
        waiting = [(-one.holds, at, one, top) for at, one in enumerate(self._inside(root))]  # fmt: skip
        heapq.heapify(waiting)
        order = len(waiting)
        for _ in range(most):
            if not waiting:
                break
            _, _, branch, above = heapq.heappop(waiting)
            above.branches.append(branch)
            for one in self._followed(branch):
                order += 1
                heapq.heappush(waiting, (-one.holds, order, one, branch))
        self.branches = top.branches
        self.rest = whole - sum(branch.holds for branch in top.branches)

    def _followed(self, branch: Branch) -> list[Branch]:
        """What is big inside a line, which goes down a chain to where that branches."""
        while branch.node is not None:
            inside = list(self._inside(branch.node))
            only = inside[0] if len(inside) == 1 else None
            if (
                only is None
                or only.node is None
                or only.holds < branch.holds * _NEARLY
                or self._manner.is_named(branch.node)
            ):
                return inside
            branch.node, branch.holds, branch.row = only.node, only.holds, only.row
        return []

    def _inside(self, node: int) -> Iterator[Branch]:
        """What is big right below an object."""
        for one in self._below(node):
            if (
                one.node is not None
                and node != self._retained.top
                and self._manner.is_between(one.node, node)
            ):
                yield from self._below(one.node)
            else:
                yield one

    def _below(self, node: int) -> Iterator[Branch]:
        """The same with what only stands between; what is small alone may be big together."""
        heaviest, others = self._retained.below(node, _LISTED)
        together = dict(others)
        for child in heaviest:
            holds, row = self._retained.of(child), self._retained.row(child)
            if holds >= self._least:
                yield Branch(child, holds, row)
            else:
                count, size = together.get(row, (0, 0))
                together[row] = count + 1, size + holds
        for row, (count, size) in together.items():
            if size >= self._least:
                yield Branch(None, size, row, count)
