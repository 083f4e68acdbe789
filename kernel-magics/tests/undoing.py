"""Saving and bringing back, for the tests."""

from __future__ import annotations

import os
from pathlib import Path

from leakhunter.act.undo.spill import saving
from leakhunter.act.undo.survey import survey
from leakhunter.act.undo.walk import never
from leakhunter.heap.slots import Slot
from leakhunter.slices import at_once

FOLDER = Path(os.environ.get("TMPDIR", "/var/tmp"))


def named(values):
    return {Slot("name", name): value for name, value in values.items()}


def there_and_back(stays=never, **values):
    """The values as they come back; all of them can be saved."""
    slots = named(values)
    assert {} == survey(slots, stays).refused
    spill = at_once(saving(slots, FOLDER, stays))
    try:
        assert tuple(slots) == spill.slots
        return {slot.key: value for slot, value in spill.load().items()}
    finally:
        spill.close()


def reasons(**values):
    """Why values cannot be saved, by name."""
    return {slot.key: why for slot, why in survey(named(values)).refused.items()}


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))
