"""The text of code, and which function a line is in."""

from __future__ import annotations

import ast
import linecache
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BIGGEST = 2_000_000
"""Characters of a file that is read for the names of its functions; none of numpy's or pandas' is longer."""

_PARSING = 2.0
"""Seconds for learning the names of functions; what holds most is asked first."""

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass
class Function:
    """A function and its lines in a file."""

    first: int
    last: int
    name: str


class Sources:
    """Reads code.

    Parameters
    ----------
    functions
        What is known of files of libraries; kept for the next.
    """

    def __init__(self, functions: dict[str, list[Function]]) -> None:
        self._functions = functions
        self._own: dict[str, list[Function]] = {}
        self._lines: dict[str, list[str]] = {}
        self._parsing = 0.0

    def lines(self, file: str) -> list[str]:
        """The lines of a file; none where it cannot be read."""
        if file not in self._lines:
            self._lines[file] = cached(file) or _read(file)
        return self._lines[file]

    def function(self, file: str, line: int, *, keep: bool) -> str:
        """Name of the function that a line is in; empty outside of any, and where it cannot be told.

        Parameters
        ----------
        file, line
            Where.
        keep
            Whether the file is one that stays as it is.
        """
        known = self._functions if keep else self._own
        if file not in known:
            if self._parsing > _PARSING:
                return ""
            begun = time.perf_counter()
            known[file] = _functions("".join(self.lines(file)))
            self._parsing += time.perf_counter() - begun
        inner = [f for f in known[file] if f.first <= line <= f.last]
        return max(inner, key=lambda f: f.first).name if inner else ""


def cached(file: str) -> list[str]:
    """The lines that ``linecache`` has of a file: it is the user's, and stays as it is."""
    entry = linecache.cache.get(file)
    return list(entry[2]) if entry is not None and len(entry) > 2 else []  # noqa: PLR2004 - a lazy entry has no lines


def _read(file: str) -> list[str]:
    if not file.endswith(".py"):
        return []
    try:
        text = Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.splitlines(keepends=True) if len(text) <= _BIGGEST else []


def _functions(text: str) -> list[Function]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found: list[Function] = []
    todo: list[tuple[Any, str]] = [(tree, "")]
    for node, within in todo:
        name = within
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{within}.{node.name}" if within else node.name
            if not isinstance(node, ast.ClassDef):
                found.append(
                    Function(node.lineno, node.end_lineno or node.lineno, name)
                )
        for block in _BLOCKS:
            todo.extend((child, name) for child in getattr(node, block, ()))
    return found
