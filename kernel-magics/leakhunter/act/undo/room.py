"""Where values can be saved, and whether there is room for them.

Cost: 0.1 ms.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from leakhunter.act.undo.private import remove_left_over
from leakhunter.format import size_text
from leakhunter.model import Settings

_IN_MEMORY = ("tmpfs", "ramfs", "devtmpfs", "hugetlbfs")
"""File systems whose files are memory: saving there would free nothing."""

_SHARE_OF_MEMORY = 0.5
"""Of what memory is left: until it has reached the disk, what is written counts as a pod's memory."""


@dataclass(frozen=True)
class Room:
    """Where to save, what is free there in bytes, and why nothing can be saved, in one sentence."""

    folder: Path
    free_disk: int
    refused: str | None


def room(need: int, settings: Settings, headroom: int | None) -> Room:
    """The first folder on a disk with enough room.

    Parameters
    ----------
    need
        Bytes that saving takes.
    settings
        The user's limits.
    headroom
        Bytes that the process may still use; ``None`` when that is not known.
    """
    disks = [
        (folder, _free(folder))
        for folder in _folders(os.environ)
        if not _in_memory(folder)
    ]
    if not disks:
        return Room(
            Path(), 0, "Nothing is saved: no folder for temporary files is on a disk."
        )
    share = settings.undo_share_of_disk
    enough = [(folder, free) for folder, free in disks if need <= share * free]
    folder, free = (enough or disks)[0]
    remove_left_over(folder)
    return Room(folder, free, _refused(need, settings, headroom, free))


def _refused(
    need: int, settings: Settings, headroom: int | None, free: int
) -> str | None:
    if settings.undo_minutes <= 0:
        return "Undo is switched off in the settings."
    size = size_text(need)
    if need > settings.undo_max_bytes:
        most = size_text(settings.undo_max_bytes)
        return f"Nothing is saved: it takes {size}, and the settings allow {most}."
    if need > settings.undo_share_of_disk * free:
        return f"Nothing is saved: it takes {size}, and the disk has {size_text(free)} free."
    if headroom is not None and need > _SHARE_OF_MEMORY * headroom:
        return f"Nothing is saved: it takes {size}, more than half of the memory that is left."
    return None


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    """Folders that may be written to, the usual ones for temporary files first."""
    named = [environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    home = environ.get("HOME") or environ.get("USERPROFILE")
    cache = environ.get("XDG_CACHE_HOME") or (home and str(Path(home) / ".cache"))
    for name in dict.fromkeys([*named, "/var/tmp", "/tmp", cache, home]):  # noqa: S108 - the file has no name there
        if name and Path(name).is_dir() and os.access(name, os.W_OK | os.X_OK):
            yield Path(name)


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _in_memory(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Are files in this folder memory?  Where the system does not tell, they are taken to be on a disk."""
    try:
        lines = mounts.read_text(errors="surrogateescape").splitlines()
        real = os.path.realpath(folder)
    except OSError:
        return False
    best, kind = -1, ""
    for line in lines:
        left, _, right = line.partition(" - ")
        point = re.sub(
            r"\\(\d{3})", lambda found: chr(int(found[1], 8)), left.split(" ")[4]
        )
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        # of two on the same place the later one is seen
        if inside and len(point) >= best:
            best, kind = len(point), right.split(" ")[0]
    return kind in _IN_MEMORY
