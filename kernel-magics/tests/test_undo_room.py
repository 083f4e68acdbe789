"""Where values are saved, when not, and how long they are kept."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from undoing import FOLDER, descriptors, named

from leakhunter.act.undo import room as rooms
from leakhunter.act.undo.room import room
from leakhunter.act.undo.spill import saving
from leakhunter.act.undo.vault import Vault
from leakhunter.format import NBSP
from leakhunter.model import Settings
from leakhunter.slices import at_once

GIB = 1024**3


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Two folders, with 10 and 40 GiB free, and a table of what is mounted."""
    small, large, memory = (
        tmp_path / "small",
        tmp_path / "large",
        tmp_path / "in memory",
    )
    for one in (small, large, memory):
        one.mkdir()
    free = {small: 10 * GIB, large: 40 * GIB, memory: 90 * GIB}
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "1 0 8:1 / / rw - ext4 /dev/sda rw\n"
        f"2 1 0:9 / {str(memory).replace(' ', chr(92) + '040')} rw shared:1 - tmpfs tmpfs rw\n"
        f"3 1 0:9 / {tmp_path}/sma rw - tmpfs tmpfs rw\n"
    )
    inside = rooms._in_memory
    monkeypatch.setattr(rooms, "_in_memory", lambda folder: inside(folder, mounts))
    monkeypatch.setattr(
        rooms.shutil, "disk_usage", lambda folder: Usage(0, 0, free[Path(folder)])
    )
    monkeypatch.setattr(rooms, "_folders", lambda _: [memory, small, large])
    return small, large, memory


def told(need, headroom=None, **settings):
    found = room(need, Settings(**settings), headroom)
    return found.folder.name, found.refused and found.refused.replace(NBSP, " ")


def test_the_first_folder_on_a_disk_with_room(folders):
    small, large, _ = folders
    assert (small, 10 * GIB, None) == tuple(
        room(GIB, Settings(), None).__dict__.values()
    )
    assert (large, 40 * GIB, None) == tuple(
        room(7 * GIB, Settings(), None).__dict__.values()
    )


def test_why_nothing_is_saved(folders):
    assert ("small", "Undo is switched off in the settings.") == told(1, undo_minutes=0)
    assert (
        "large",
        "Nothing is saved: it takes 9.00 GiB, and the settings allow 8.00 GiB.",
    ) == told(9 * GIB)
    assert (
        "small",
        "Nothing is saved: it takes 30.0 GiB, and the disk has 10.0 GiB free.",
    ) == told(30 * GIB, undo_max_bytes=99 * GIB)
    assert (
        "small",
        "Nothing is saved: it takes 1.00 GiB, more than half of the memory that is left.",
    ) == told(GIB, headroom=2 * GIB - 1)
    assert ("small", None) == told(GIB, headroom=2 * GIB)


def test_memory_is_no_disk(folders, monkeypatch):
    _, _, memory = folders
    monkeypatch.setattr(rooms, "_folders", lambda _: [memory, memory / "x"])
    (memory / "x").mkdir()
    found = room(1, Settings(), None)
    assert (
        "Nothing is saved: no folder for temporary files is on a disk." == found.refused
    )


def test_folders_that_may_be_written_to(tmp_path):
    (tmp_path / "home" / ".cache").mkdir(parents=True)
    environ = {
        "TMPDIR": str(tmp_path),
        "TMP": str(tmp_path / "gone"),
        "HOME": str(tmp_path / "home"),
    }
    found = list(rooms._folders(environ))
    assert tmp_path == found[0]
    assert [tmp_path / "home" / ".cache", tmp_path / "home"] == found[-2:]


def spill(value):
    return at_once(saving(named({"x": value}), FOLDER))


def test_values_are_kept_until_their_time_is_over():
    before = descriptors()
    vault = Vault()
    vault.put("r1", spill(1), 100)
    vault.put("r2", spill(2), 200)
    vault.put("r3", spill(3), 300)
    assert before + 3 == descriptors()
    assert 200 == vault.until("r2")
    assert ["r1"] == vault.forget_old(100)
    assert vault.take("r1") is None
    taken = vault.take("r2")
    assert [2] == list(taken.load().values())
    assert vault.take("r2") is None
    assert vault.bytes > 0
    vault.close()
    assert before + 1 == descriptors()
    taken.close()
    assert before == descriptors()
    assert 0 == vault.bytes


def test_the_same_receipt_twice_closes_the_first():
    before = descriptors()
    vault = Vault()
    vault.put("r1", spill(1), 100)
    vault.put("r1", spill(2), 100)
    assert before + 1 == descriptors()
    vault.close()
