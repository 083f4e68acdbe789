"""Which run made what numpy holds: counted as it is made, by the native core.

The core puts four functions of its own before those of numpy's default
allocator, as soon as numpy is there.  They pass through what is smaller than
64 KiB, and note of a greater block which run it was made in, until it is freed.
A block stays what numpy's allocator made it, so the functions can be put in and
taken out at any time.  Cost: 0.1 µs a block, nothing that can be measured for
smaller ones, 24 to 96 bytes a block.

Where there is no native core, or numpy is not one that it knows, only the
checks tell where a buffer comes from (:mod:`leakhunter.heap.ledger`).
"""

from __future__ import annotations

import sys
from collections.abc import Container, Mapping
from typing import Any, NamedTuple

from leakhunter.heap import core
from leakhunter.heap.ledger import Origin
from leakhunter.model import BirthCells

LEAST = 65_536
"""Bytes from which on a block is counted; the core has the same number."""

_NATIVE = core.NATIVE if hasattr(core.NATIVE, "birth_begin") else None
_MODULES = ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath")
"""Where numpy 2 and numpy 1 keep their own functions for other libraries."""


class Made(NamedTuple):
    """What a run made with numpy, in blocks of :data:`LEAST` bytes and more.

    Attributes
    ----------
    held, blocks
        Bytes that are alive, and in how many blocks.
    made
        All bytes, also those that were freed again.
    """

    held: int
    made: int
    blocks: int


class Births:
    """Follows the setting, and tells the core which run it is."""

    def __init__(self) -> None:
        self._wanted: BirthCells = "census"
        self._begun = False
        self._run = 0
        self._active = False
        self._absent: int | None = None
        self._first: int | None = None
        self._why = "" if _NATIVE else "there is no native core"

    @property
    def wanted(self) -> BirthCells:
        """What the setting asks for."""
        return self._wanted

    @wanted.setter
    def wanted(self, value: BirthCells) -> None:
        self._wanted = value
        if value == "hooks":
            self.ready()
        else:
            self._leave()

    @property
    def active(self) -> bool:
        """Are blocks being counted?"""
        return self._active

    def begin(self) -> None:
        """Follow the setting from now on."""
        self._begun = True
        self.ready()

    def run(self, number: int) -> None:
        """From here on it is this run that makes them."""
        self._run = number
        self.ready()
        if self._active and _NATIVE is not None:
            _NATIVE.birth_run(number)

    def ready(self) -> None:
        """Begin where that is wanted and numpy has been imported since."""
        if self._active or self._why or _NATIVE is None:
            return
        if not self._begun or self._wanted != "hooks":
            return
        api = array_api()
        if api is None:
            self._absent = self._run
            return
        try:
            _NATIVE.birth_begin(api)
            _NATIVE.birth_run(self._run)
        except (RuntimeError, ValueError, MemoryError) as error:
            self._why = str(error)
        else:
            self._active = True
            # before the first run it was there already
            self._first = self._absent if self._run else 0

    def made(self) -> dict[int, Made]:
        """What each run made; nothing where it is not counted."""
        if not self._active or _NATIVE is None:
            return {}
        return {run: Made(*row) for run, row in _NATIVE.birth_totals().items()}

    def of(
        self, addresses: Mapping[int, int], arrays: Container[int]
    ) -> dict[int, Origin]:
        """The run that made each of these, as far as that is known.

        Parameters
        ----------
        addresses
            Where the data of each lies.
        arrays
            Those that are arrays of numpy's: what was not counted was there before.
        """
        if not self._active or _NATIVE is None:
            return {}
        runs = _NATIVE.birth_of(list(addresses.values()))
        found = {}
        for key, run in zip(addresses, runs, strict=True):
            if run >= 0:
                found[key] = Origin(run, counted=True)
            elif self._first is not None and key in arrays:
                found[key] = Origin(self._first, counted=False)
        return found

    @property
    def lost(self) -> int:
        """Blocks for which there was no memory to note them."""
        return int(_NATIVE.birth_about()[2]) if _NATIVE else 0

    def about(self) -> str:
        """What is in force, in a few words."""
        if self._wanted == "off":
            return "off"
        if self._active:
            return "hooks in numpy's allocator; what else there is, by the checks"
        why = self._why or "numpy is not imported yet"
        return "by the checks" + (f" ({why})" if self._wanted == "hooks" else "")

    def close(self) -> None:
        """Stop counting, and leave numpy's allocator as it was."""
        self._begun = False
        self._leave()

    def _leave(self) -> None:
        if self._active and _NATIVE is not None:
            _NATIVE.birth_end()
        self._active, self._absent = False, None


def array_api() -> Any:
    """Numpy's table of functions for other libraries; None before it is imported."""
    for name in _MODULES:
        module = sys.modules.get(name)
        if module is not None:
            return vars(module).get("_ARRAY_API")
    return None
