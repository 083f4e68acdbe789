"""A file that only this process can read, and that goes with it.

On POSIX it has no name: it vanishes when the process ends, however it ends.
Elsewhere it lies in a folder of its own whose name tells the process, is
removed when it is closed, and by the next start where a process died before.
A child made by ``fork`` lets go of it at once.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from leakhunter.act.undo.node import STEP

_PREFIX = "leakhunter-undo"
_FOLDER = re.compile(rf"{_PREFIX}-(\d+)-(\d+)-[0-9a-f]+")
_NO_UNNAMED = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)
"""What a file system without unnamed files says; the last of these also when the folder is gone."""

_FLUSHED = 64 << 20
"""Bytes after which what was written is brought to the disk, and out of memory."""

_open: weakref.WeakSet[PrivateFile] = weakref.WeakSet()
_hooked: list[bool] = []


class PrivateFile:
    """An open file, written from front to back and read at any place.

    Raises
    ------
    OSError
        When the folder is gone, or the disk is full or broken.
    """

    def __init__(self, folder: Path) -> None:
        self.size = 0
        self._flushed = 0
        self._named: Path | None = None
        self._lock = threading.Lock()
        self.fd = -1
        self.fd = self._opened(folder)
        _open.add(self)
        if not _hooked and hasattr(os, "register_at_fork"):
            _hooked.append(True)
            os.register_at_fork(after_in_child=_let_go)

    def _opened(self, folder: Path) -> int:
        flags = (
            os.O_RDWR
            | getattr(os, "O_CLOEXEC", 0)
            | getattr(os, "O_NOINHERIT", 0)
            | getattr(os, "O_BINARY", 0)
        )
        unnamed = getattr(os, "O_TMPFILE", None)
        if unnamed is not None:
            try:
                return os.open(folder, flags | unnamed, stat.S_IRUSR | stat.S_IWUSR)
            except OSError as error:
                if error.errno not in _NO_UNNAMED:
                    raise
        own = (
            folder
            / f"{_PREFIX}-{os.getpid()}-{_started(os.getpid())}-{secrets.token_hex(8)}"
        )
        own.mkdir(mode=0o700)
        path = own / "values"
        try:
            fd = os.open(
                path, flags | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR
            )
        except OSError:
            own.rmdir()
            raise
        if os.name == "posix":
            path.unlink()
            own.rmdir()
        else:
            self._named = own
        return fd

    def append(self, piece: Any) -> None:
        """Write a piece at the end; what has reached the disk no longer fills memory."""
        with memoryview(piece) as view, view.cast("B") as flat:
            at = 0
            while at < len(flat):
                with flat[at:] as rest:
                    written = self._write(rest, self.size)
                self.size += written
                at += written
        if self.size - self._flushed >= _FLUSHED:
            self.flush()

    def flush(self) -> None:
        """Bring what was written to the disk, and out of memory."""
        getattr(os, "fdatasync", os.fsync)(self.fd)
        self._forget(self._flushed, self.size - self._flushed)
        self._flushed = self.size

    def _forget(self, at: int, size: int) -> None:
        if size and hasattr(os, "posix_fadvise"):
            with suppress(OSError):
                os.posix_fadvise(self.fd, at, size, os.POSIX_FADV_DONTNEED)

    def _write(self, piece: Any, at: int) -> int:
        if hasattr(os, "pwrite"):
            return os.pwrite(self.fd, piece, at)
        with self._lock:
            os.lseek(self.fd, at, os.SEEK_SET)
            return os.write(self.fd, piece)

    def into(self, target: memoryview, at: int) -> None:
        """Fill memory with what is at a place.

        Raises
        ------
        EOFError
            When the file ends before.
        """
        done, size = 0, len(target)
        while done < size:
            with target[done : done + STEP] as piece:
                read = self._read(piece, at + done)
            if not read:
                raise EOFError
            self._forget(at + done, read)
            done += read

    def _read(self, piece: memoryview, at: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self.fd, [piece], at)
        with self._lock:
            os.lseek(self.fd, at, os.SEEK_SET)
            found = os.read(self.fd, len(piece))
            piece[: len(found)] = found
            return len(found)

    def close(self) -> None:
        """Close it and give its place on the disk back."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            with suppress(OSError):
                os.close(fd)
        if self._named is not None:
            shutil.rmtree(self._named, ignore_errors=True)

    def __del__(self) -> None:
        self.close()


def _let_go() -> None:
    """In a child that was forked: the file is the parent's."""
    for one in list(_open):
        one._named = None  # noqa: SLF001 - our own class
        one.close()


def _started(pid: int) -> int:
    """When a process began, in hundredths of a second: its number may be given again."""
    return int(psutil.Process(pid).create_time() * 100)


def remove_left_over(folder: Path) -> None:
    """Remove files that processes left that are gone; never raises."""
    with suppress(OSError):
        for path in list(folder.iterdir()):
            found = _FOLDER.fullmatch(path.name)
            if (
                found is not None
                and not path.is_symlink()
                and not _alive(int(found[1]), int(found[2]))
            ):
                shutil.rmtree(path, ignore_errors=True)


def _alive(pid: int, started: int) -> bool:
    try:
        return _started(pid) == started
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
