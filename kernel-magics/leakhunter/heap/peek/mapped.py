"""Is memory a file's?  Pages of a mapped file are not the process's own.

Cost: the list of mapped files 1 ms, once a walk.
"""

from __future__ import annotations

from bisect import bisect_right


class _Files:
    """The stretches of memory that are files, by their beginnings."""

    def __init__(self) -> None:
        self.begin: list[int] = []
        self.end: list[int] = []
        self.known = False


_files = _Files()


def look_again() -> None:
    """Forget which files are mapped: a new walk begins."""
    _files.known = False


def in_file(address: int) -> bool:
    """Does this address lie in a mapped file?  Its pages are not memory of the process."""
    if not _files.known:
        _files.begin, _files.end = _mapped()
        _files.known = True
    at = bisect_right(_files.begin, address) - 1
    return at >= 0 and address < _files.end[at]


def _mapped() -> tuple[list[int], list[int]]:
    begin: list[int] = []
    end: list[int] = []
    try:
        with open("/proc/self/maps", "rb") as maps:  # noqa: PTH123 - bytes of a system file
            lines = maps.readlines()
    except OSError:
        return begin, end
    for line in lines:
        span, _, _, _, _, *path = line.split(None, 5)
        if path and path[0].startswith(b"/"):
            first, last = span.split(b"-")
            begin.append(int(first, 16))
            end.append(int(last, 16))
    return begin, end
