"""Values on the disk: written piece by piece before a clearing, read back by undo."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

from leakhunter.act.undo.load import Load
from leakhunter.act.undo.node import STEP, Changed, Damaged
from leakhunter.act.undo.private import PrivateFile
from leakhunter.act.undo.sections import GONE, Reader, Writer
from leakhunter.act.undo.table import write_graph
from leakhunter.act.undo.walk import Stays, Walk, never
from leakhunter.heap.slots import Slot
from leakhunter.slices import quietly

__all__ = ["Changed", "Damaged", "Spill", "saving"]


class Spill:
    """Saved values.

    Attributes
    ----------
    bytes
        What they take on the disk.
    slots
        Whose values were saved: those that a survey refuses are not among them.
    lost
        After :meth:`load` those that could not be made, since they share an
        object that was to live on and is gone or has changed too much.
    """

    def __init__(
        self,
        file: PrivateFile,
        key: bytes,
        index: int,
        slots: tuple[Slot, ...],
        finders: Mapping[int, Callable[[], Any]],
    ) -> None:
        self.bytes = file.size
        self.slots = slots
        self.lost: tuple[Slot, ...] = ()
        self._file = file
        self._key = key
        self._index = index
        self._finders = finders

    def load(self) -> dict[Slot, Any]:
        """Make the values again; may be done more than once, each time anew.

        Returns
        -------
        dict
            The value of each slot but those that are ``lost``.

        Raises
        ------
        Damaged
            When the file is not as it was written, or a library refuses what
            it took before; nothing is brought back then.
        MemoryError
            When there is no room for the values.
        """
        try:
            loaded = Load(Reader(self._file, self._key), self._index, self._finders)
        except (Damaged, MemoryError):
            raise
        except Exception as error:
            raise Damaged(GONE) from error
        pairs = list(zip(self.slots, loaded.roots, strict=True))
        self.lost = tuple(slot for slot, value in pairs if value is Load.lost)
        return {slot: value for slot, value in pairs if value is not Load.lost}

    def close(self) -> None:
        """Give the place on the disk back; the values are gone then."""
        self._file.close()
        self._finders = {}


def saving(
    values: Mapping[Slot, Any], folder: Path, stays: Stays = never
) -> Generator[int, None, Spill]:
    """Save values.

    Parameters
    ----------
    values
        What the slots hold; those that a survey refuses are left out.
    folder
        Where the file is made.
    stays
        Finds objects that live on: they are not saved but found again.

    Yields
    ------
    int
        Bytes written so far, about every 16 MB; 0 while the values are looked at.

    Returns
    -------
    Spill
        To be closed by its owner.

    Raises
    ------
    OSError
        When the disk is full or the folder gone; nothing is left on the disk.
    Changed
        When an object was changed meanwhile; nothing is left on the disk.
    """
    walk = Walk(stays)
    for _ in quietly(walk.look(values)):
        yield 0
    file = PrivateFile(folder)
    try:
        writer = Writer(file)
        shown = 0
        steps = write_graph(writer, walk)
        while True:
            try:
                size = next(steps)
            except StopIteration as done:
                index: int = done.value
                break
            if size - shown >= STEP:
                shown = size
                yield size
        writer.finish()
        _check(walk)
        finders = {
            number: node.found
            for number, node in enumerate(walk.nodes)
            if node is not None and node.found is not None
        }
        return Spill(file, writer.key, index, tuple(walk.roots), finders)
    except BaseException:
        file.close()
        raise


def _check(walk: Walk) -> None:
    """Are all objects still as they were when they were looked at?"""
    if walk.changed():
        msg = "An object was changed while it was being saved."
        raise Changed(msg)
