"""Answers questions about the whole heap: who holds most of it, and who holds one object.

It hands out ids: ``h3`` is a line of the last tree.  Between two questions it
keeps addresses only; one counts only while an object of the same class is
there.  Every question walks the heap anew: 0.3 s for a million objects.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from leakhunter.act.refusal import Refusal
from leakhunter.explorer.labels import VARIABLES, Labels
from leakhunter.explorer.model import HeapClass, HeapObject, HeapRow, HeapTable
from leakhunter.explorer.retained import Retained
from leakhunter.explorer.tree import Branch, Manner, Tree
from leakhunter.format import one_of
from leakhunter.heap.safe import short
from leakhunter.heap.slots import user_names
from leakhunter.heap.walk.collector import held_off
from leakhunter.heap.whole.graph import Walk
from leakhunter.heap.whole.objects import Class

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

ROWS = 25
"""Lines of a tree unless more are asked for."""

_SEVERAL: dict[Class, str] = {
    ("builtins", "type"): "classes",
    ("builtins", "module"): "modules",
    ("builtins", "function"): "functions",
}

CLASSES = 300
"""Classes of one answer; smaller ones are counted."""


class Explorer:
    """Answers for one shell.

    Parameters
    ----------
    shell
        Whose session.

    Attributes
    ----------
    done, total
        Objects looked at for the question that is being worked on, and found so far.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._ids: dict[str, tuple[int, Class]] = {}
        self._addresses: dict[int, str] = {}
        self.done = self.total = 0
        self._walk: Walk | None = None

    def mapping(self, most: int = ROWS) -> Generator[None, None, HeapTable]:
        """The whole heap as a tree of its biggest holders, in slices; the generator may be dropped.

        Parameters
        ----------
        most
            Lines at most.
        """
        begun = time.perf_counter()
        walk = self._walk = Walk()
        try:
            yield from self._walking(walk)
            with held_off():
                retained = Retained(walk.graph)
                answer = _Answer(self._shell, walk, retained)
                tree = Tree(retained, retained.top, most, answer.manner)
                rows = self._rows(answer, tree.branches, retained.top)
                classes = _classes(walk, retained)
            graph = walk.graph
            objects, size = retained.unreachable
            return HeapTable(
                at=time.time(),
                seconds=time.perf_counter() - begun,
                objects=len(graph.sizes) + sum(count for count, _ in graph.inside),
                references=len(graph.edges[2]),
                bytes=retained.total,
                rows=rows,
                rest=tree.rest,
                classes=classes[:CLASSES],
                more_classes=max(len(classes) - CLASSES, 0),
                unreachable=objects,
                unreachable_bytes=size,
                not_looked_into=sorted(graph.blind),
            )
        finally:
            self.drop()

    def looking(self, word: str, most: int = ROWS) -> Generator[None, None, HeapObject]:
        """One object: a variable, or a line of the last tree; in slices.

        Raises
        ------
        Refusal
            When there is no such thing any more.
        """
        begun = time.perf_counter()
        walk = self._walk = Walk()
        try:
            yield from self._walking(walk)
            with held_off():
                node = self._meant(walk, word)
                retained = Retained(walk.graph)
                answer = _Answer(self._shell, walk, retained)
                tree = Tree(retained, node, most, answer.manner)
                holder, way = answer.holder(node)
                return HeapObject(
                    title=answer.labels.known(node) or answer.outside([node])[node],
                    type=answer.labels.kind(node),
                    shape=answer.labels.shape(node),
                    own=walk.graph.sizes[node],
                    holds=retained.of(node),
                    holder=holder,
                    way=way,
                    rows=self._rows(answer, tree.branches, node),
                    rest=tree.rest - walk.graph.sizes[node],
                    seconds=time.perf_counter() - begun,
                )
        finally:
            self.drop()

    def drop(self) -> None:
        """Let go of all objects, wherever an interrupt has ended a question."""
        walk, self._walk = self._walk, None
        if walk is not None:
            walk.forget()

    def knows(self, word: str) -> bool:
        """Was this id handed out?"""
        return word in self._ids

    def _walking(self, walk: Walk) -> Iterator[None]:
        for _ in walk.run():
            self.done, self.total = walk.done, walk.total
            yield

    def _meant(self, walk: Walk, word: str) -> int:
        """The node of a variable or a line.

        Raises
        ------
        Refusal
            When there is none.
        """
        for name, value in user_names(self._shell):
            if name == word:
                node = walk.find(value)
                if node < 0:
                    msg = f"`{word}` is a number or a short text: it holds nothing."
                    raise Refusal(msg)
                return node
        address, cls = self._ids.get(word, (0, ("", "")))
        node = walk.at(address)
        if node < 0 or walk.graph.classes[walk.graph.rows[node]] != cls:
            msg = f"There is no variable or line '{short(word)}' of %leakcheck heap any more."
            raise Refusal(msg)
        return node

    def _rows(
        self, answer: _Answer, branches: list[Branch], root: int
    ) -> list[HeapRow]:
        """The tree as lines."""
        found: list[HeapRow] = []
        todo = [(branch, 0, text) for branch, text in answer.told(branches, root)]
        while todo:
            branch, depth, text = todo.pop(0)
            found.append(self._row(answer, branch, depth, text))
            if branch.node is not None:
                told = answer.told(branch.branches, branch.node, text)
                todo[:0] = [(one, depth + 1, said) for one, said in told]
        return found

    def _row(self, answer: _Answer, branch: Branch, depth: int, text: str) -> HeapRow:
        classes = answer.walk.graph.classes
        node = branch.node
        return HeapRow(
            id=self._id(answer, node),
            depth=depth,
            label=text,
            type=classes[branch.row][1],
            shape="" if node is None else answer.labels.shape(node),
            count=branch.count,
            own=0 if node is None else answer.walk.graph.sizes[node],
            holds=branch.holds,
        )

    def _id(self, answer: _Answer, node: int | None) -> str:
        """An id for an object, the same as long as it is there; native memory has none."""
        if node is None or answer.walk.object(node) is None:
            return ""
        graph = answer.walk.graph
        address, cls = answer.walk.address(node), graph.classes[graph.rows[node]]
        known = self._addresses.get(address)
        if known is None or self._ids[known][1] != cls:
            known = f"h{len(self._ids) + 1}"
            self._ids[known] = address, cls
            self._addresses[address] = known
        return known


class _Answer:
    """Words for the nodes of one walk."""

    def __init__(self, shell: InteractiveShell, walk: Walk, retained: Retained) -> None:
        self.walk = walk
        self.labels = Labels(shell, walk)
        self.manner = Manner(
            self.labels.is_between, lambda node: bool(self.labels.known(node))
        )
        self._retained = retained
        self._shell = shell

    def told(
        self, branches: list[Branch], above: int, text: str = ""
    ) -> Iterator[tuple[Branch, str]]:
        """Branches with what each is called below what holds them."""
        nodes = [one.node for one in branches if one.node is not None]
        if above == self._retained.top:
            labels = self.outside(nodes)
        else:
            paths = self._retained.paths([above], nodes)
            base = "" if text == VARIABLES else text
            labels = {
                node: self.labels.along(path, base) for node, path in paths.items()
            }
        classes = self.walk.graph.classes
        for one in branches:
            if one.node is None:
                name = _SEVERAL.get(classes[one.row]) or f"× {classes[one.row][1]}"
                yield one, f"{one.count:,} {name}"
            else:
                yield one, labels.get(one.node, one_of(self.labels.kind(one.node)))

    def outside(self, nodes: list[int]) -> dict[int, str]:
        """What objects are called that nothing alone leads to."""
        found = {node: self.labels.known(node) for node in nodes}
        missing = [node for node, text in found.items() if not text]
        for node, way in self._ways(missing).items():
            found[node] = self.labels.along(way, self.labels.known(way[0]))
        for node in missing:
            found[node] = (
                found[node]
                or f"{one_of(self.labels.kind(node))} held by native code or a running call"
            )
        return found

    def holder(self, node: int) -> tuple[str, list[str]]:
        """What alone leads to an object, and the shortest way to it."""
        above = self._retained.holder(node)
        way = self._ways([node]).get(node, [])
        if above < 0:
            return "", []
        if above == self._retained.top:
            return "", self.labels.steps(way) if way else []
        text = self.labels.known(above) or self.outside([above])[above]
        return text, self.labels.steps(way) if way else []

    def _ways(self, nodes: list[int]) -> dict[int, list[int]]:
        """Shortest ways from the names of the session, else from modules, else from anywhere outside."""
        found: dict[int, list[int]] = {}
        names = [
            child
            for child in self.walk.children(self._shell.user_ns)
            if self.labels.names(child) and not self.labels.is_code(child)
        ]
        modules = [self.walk.find(sys.modules)]
        for starts, narrow in ((names, True), (modules, False), (self.walk.graph.starts, False)):  # fmt: skip
            missing = [node for node in nodes if node not in found]
            if not missing:
                break
            paths = self._retained.paths(starts, missing)
            found |= {
                node: path
                for node, path in paths.items()
                if not (narrow and any(map(self.labels.is_code, path)))
            }
        return found


def _classes(walk: Walk, retained: Retained) -> list[HeapClass]:
    """All classes, the one that holds most first."""
    found = [
        HeapClass(type=name, module=module, count=count, bytes=size, holds=holds)
        for (module, name), (count, size, holds) in zip(
            walk.graph.classes, retained.by_row(), strict=True
        )
        if count
    ]
    found.sort(key=lambda one: -one.holds)
    return found
