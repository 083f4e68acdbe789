"""The walk over everything that some values reach: each object once, no recursion, no code of the user's.

Cost: about 1 µs for a plain value in a container of such, 5 to 20 µs for any
other object; memory about 150 bytes an object, for as long as the walk's
result is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeAlias

from leakhunter.act.undo.kinds import builders, describers
from leakhunter.act.undo.kinds.stdlib import describe_zone
from leakhunter.act.undo.node import Changed, Node, Refused
from leakhunter.act.undo.words import what
from leakhunter.heap.slots import Slot

Stays: TypeAlias = Callable[[Any], Callable[[], Any] | None]
"""Of an object that will live on: a function that finds it again, or ``None``."""

SLICE = 500
"""Objects described between two yields: 3 to 10 ms."""

_CHUNK = 8000
"""Plain values looked at together: as many take as long."""

MAX_OBJECTS = 1_000_000
"""Plain values that are looked at, of all slots together: about a second."""

_WEIGHT = 5
"""As many plain values take the time of one object that has to be described."""

TOO_MANY = "it has too many parts"

PLAIN = frozenset(map(id, (type(None), bool, int, float, str, bytes)))
"""Types of values that have no parts, by id."""

_TEXTS = (str, bytes)

LONG = 1 << 16
"""Texts from here on are nodes of their own: the table of nodes is no place for them."""

_MANY = 16
"""Parts from which on it pays to look at all of them together."""

_TRIES = 3
"""Values with too many parts that are looked at; the rest is refused unseen, or each would take a second."""

_DONE, _OPEN, _REFUSED = 0, 1, 2


def never(_: object) -> None:
    """Nothing lives on."""


class _Frame:
    """An object whose parts are being looked at."""

    __slots__ = ("at", "low", "mixed", "node", "parts", "pending", "ref", "whole")

    def __init__(
        self, ref: int, node: Node, whole: int, depth: int, pending: int
    ) -> None:
        self.ref = ref
        self.node = node
        self.parts = node.parts
        self.at = 0
        self.mixed = 0
        """Up to here the parts are looked at one by one."""
        self.whole = whole
        """How many objects on the way here must be made in one go."""
        self.low = depth
        """The outermost open object that is reached from here."""
        self.pending = pending


class Walk:
    """What the values reach, once :meth:`look` is through.

    Parameters
    ----------
    stays
        Finds objects that live on.

    Attributes
    ----------
    held
        The objects by number, each once.
    nodes
        What describes each; ``None`` for plain values.
    order
        Numbers of the described ones, each after its parts but for cycles.
    roots
        The number of the value of each slot that can be saved.
    refused
        For each other slot why not, as the end of a sentence.
    """

    def __init__(self, stays: Stays = never) -> None:
        self.held: list[Any] = []
        self.nodes: list[Node | None] = []
        self.order: list[int] = []
        self.roots: dict[Slot, int] = {}
        self.refused: dict[Slot, str] = {}
        self._numbers: dict[int, int] = {}
        self._states = bytearray()
        self._lows: dict[int, int] = {}
        self._nouns: dict[int, str] = {}
        self._pending: list[int] = []
        self._stack: list[_Frame] = []
        self._depths: dict[int, int] = {}
        self._notes: dict[Any, Any] = {}
        self._heavy = 0
        self._looked = 0
        self._tries = _TRIES
        self._stays = stays
        self._describers = describers()
        self._builders = builders()

    def look(self, values: Mapping[Slot, Any]) -> Generator[None, None, None]:
        """Look at what slots hold; yields between slices, and may be dropped.

        Raises
        ------
        Changed
            When an object is changed by another thread meanwhile.
        """
        for slot, value in values.items():
            yield from self._begin(slot, value)

    def _begin(self, slot: Slot, value: object) -> Generator[None, None, None]:
        first, made = len(self.held), len(self.order)
        try:
            self.roots[slot] = yield from self._visit(value)
        except Refused as refusal:
            self.refused[slot] = self._reason(slot, value, refusal.args[0])
        except _TooMany:
            self.refused[slot] = TOO_MANY
            self._forget(first, made)

    def reached(self) -> list[bool]:
        """Which numbers the slots that can be saved reach."""
        if not self.refused:
            return [True] * len(self.held)
        found = [False] * len(self.held)
        todo = list(self.roots.values())
        for ref in todo:
            if not found[ref]:
                found[ref] = True
                node = self.nodes[ref]
                if node is not None:
                    todo += node.refs
        return found

    def changed(self) -> bool:
        """Is one of the objects not as it was when it was looked at?"""
        return not all(map(self._same, self.order))

    def _same(self, number: int) -> bool:
        node = self.nodes[number]
        assert node is not None
        try:
            if node.again is not None:
                parts = node.again(self.held[number])
                return list(map(id, parts)) == [id(self.held[ref]) for ref in node.refs]
            return node.same is None or node.same()
        except Exception:  # noqa: BLE001 - it cannot even be looked at as before
            return False

    # -------------------------------------------------------------- the walk

    def _visit(self, root: object) -> Generator[None, None, int]:
        if not self._tries:
            raise _TooMany
        number = self._enter(root)
        while self._stack:
            frame = self._stack[-1]
            if self._looked >= SLICE:
                self._looked = 0
                yield
            if (
                frame.at >= frame.mixed
                and len(frame.parts) - frame.at >= _MANY
                and self._all_plain(frame)
            ):
                continue
            if frame.at < len(frame.parts):
                part = frame.parts[frame.at]
                frame.node.refs.append(self._enter(part))
                frame.at += 1
            else:
                self._leave(frame)
        return number

    def _all_plain(self, frame: _Frame) -> bool:
        """Take many parts of a container at once, where they are plain values."""
        parts = frame.parts[frame.at : frame.at + _CHUNK]
        frame.mixed = frame.at + len(parts)
        if not set(map(id, map(type, parts))) <= PLAIN:
            return False
        if any(type(part) in _TEXTS and len(part) >= LONG for part in parts):
            return False
        numbers = self._numbers
        ids = list(map(id, parts))
        fresh = {
            key: part
            for key, part in zip(ids, parts, strict=True)
            if key not in numbers
        }
        first = len(self.held)
        if first + len(fresh) + self._heavy > MAX_OBJECTS:
            raise _TooMany
        numbers.update(zip(fresh, range(first, first + len(fresh)), strict=True))
        self.held.extend(fresh.values())
        self.nodes.extend([None] * len(fresh))
        self._states.extend(bytes(len(fresh)))
        frame.node.refs.extend(map(numbers.__getitem__, ids))
        frame.at = frame.mixed
        self._looked += SLICE * len(parts) // _CHUNK
        return True

    def _enter(self, obj: Any) -> int:
        """The number of an object; one that is new and has parts is put on the stack."""
        number = self._numbers.get(id(obj))
        if number is not None:
            self._meet(number)
            return number
        if len(self.held) + self._heavy >= MAX_OBJECTS:
            raise _TooMany
        cls = id(type(obj))
        plain = cls in PLAIN and not (type(obj) in _TEXTS and len(obj) >= LONG)
        node = None if plain else self._described(obj)
        number = len(self.held)
        self._numbers[id(obj)] = number
        self.held.append(obj)
        self.nodes.append(node)
        self._states.append(_DONE)
        self._looked += 1
        if node is not None:
            self._heavy += _WEIGHT - 1
            if node.parts:
                self._open(number, node)
            else:
                self.order.append(number)
        return number

    def _described(self, obj: Any) -> Node:
        found = self._stays(obj)
        if found is not None:
            return Node("outside", found=found)
        describe = self._describers.get(id(type(obj)))
        try:
            node = (
                describe_zone(obj) if describe is None else describe(obj, self._notes)
            )
        except (Refused, MemoryError):
            raise
        except RuntimeError as error:
            if "changed size" in str(error) or "mutated" in str(error):
                raise Changed(
                    "An object was changed while it was looked at."
                ) from error
            node = None
        except Exception:  # noqa: BLE001 - the library is of a version that is not known
            node = None
        if node is None:
            raise Refused(what(obj))
        return node

    def _open(self, number: int, node: Node) -> None:
        above = self._stack[-1].whole if self._stack else 0
        whole = above + (self._builders[node.kind].fill is None)
        depth = len(self._stack)
        self._states[number] = _OPEN
        self._depths[number] = depth
        self._stack.append(_Frame(number, node, whole, depth, len(self._pending)))

    def _meet(self, number: int) -> None:
        """Arrive at an object that was seen before."""
        state = self._states[number]
        if state == _REFUSED:
            raise Refused(self._nouns[number])
        if state == _OPEN:
            depth = self._depths[number]
            above = self._stack[depth - 1].whole if depth else 0
            if self._stack[-1].whole > above:
                # what is made in one go cannot be there before it is made
                raise Refused(
                    "an object that holds itself through a tuple or a library's object"
                )
        elif number in self._lows:
            depth = self._lows[number]
        else:
            return
        top = self._stack[-1]
        top.low = min(top.low, depth)

    def _leave(self, frame: _Frame) -> None:
        """All parts of an object have been seen."""
        self._stack.pop()
        self.order.append(frame.ref)
        frame.node.parts = ()
        self._states[frame.ref] = _DONE
        depth = self._depths.pop(frame.ref)
        if frame.low < depth:
            # a part of a cycle that is still open: it may yet have to be refused
            self._lows[frame.ref] = frame.low
            self._pending.append(frame.ref)
            self._stack[-1].low = min(self._stack[-1].low, frame.low)
            return
        for ref in self._pending[frame.pending :]:
            del self._lows[ref]
        del self._pending[frame.pending :]

    # -------------------------------------------------------------- refusals

    def _reason(self, slot: Slot, value: object, noun: str) -> str:
        # the innermost one has not gone past its part yet
        at = [frame.at - 1 for frame in self._stack[:-1]] + [
            f.at for f in self._stack[-1:]
        ]
        way = [self._step(f, n) for f, n in zip(self._stack, at, strict=True)]
        self._abandon(noun)
        if id(value) not in self._numbers:
            return f"it is {noun}"
        if way and all(way) and len(way) <= _WAY:
            return f"`{slot.label}{''.join(filter(None, way))}` is {noun}"
        return f"it holds {noun}"

    def _step(self, frame: _Frame, at: int) -> str:
        step = frame.node.step
        try:
            return step(self.held[frame.ref], at) if step is not None else ""
        except LookupError:
            # another thread has taken the part out
            return ""

    def _forget(self, first: int, made: int) -> None:
        """Take back what was seen since: the next value may be a small one."""
        self._tries = max(self._tries - 1, 0)
        self._abandon("an object with too many parts")
        for number in range(first, len(self.held)):
            del self._numbers[id(self.held[number])]
            self._nouns.pop(number, None)
            self._heavy -= (_WEIGHT - 1) * (self.nodes[number] is not None)
        del (
            self.held[first:],
            self.nodes[first:],
            self._states[first:],
            self.order[made:],
        )

    def _abandon(self, noun: str) -> None:
        """Everything that is open holds what was refused."""
        for ref in [*(frame.ref for frame in self._stack), *self._pending]:
            self._states[ref] = _REFUSED
            self._nouns[ref] = noun
            self._lows.pop(ref, None)
            self._depths.pop(ref, None)
        self._stack.clear()
        self._pending.clear()


_WAY = 6
"""Steps of a way that are shown; a longer one is no help."""


class _TooMany(Exception):  # noqa: N818 - a limit was reached
    """The walk has seen as many objects as it may."""
