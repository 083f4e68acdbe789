"""Answering from a magic without leaving a trace in the session.

Answers go through ``display()``, so ``_`` and ``Out`` stay; what IPython 9
stores of them is taken out again (:mod:`leakhunter.unstored`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from IPython.display import display

from leakhunter.unstored import unstored

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Answer:
    """Something to show: as text, and as HTML where a front end prefers it."""

    def __init__(self, text: str, html: str | None = None) -> None:
        self._text = text
        self._html = html

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        bundle = {"text/plain": self._text}
        if self._html is not None:
            bundle["text/html"] = self._html
        return bundle

    def __repr__(self) -> str:
        return self._text


def show(shell: InteractiveShell, text: str, html: str | None = None) -> None:
    """Display a text, with its HTML for front ends that show it."""
    with unstored(shell):
        display(Answer(text, html))


def write(shell: InteractiveShell, text: str, end: str = "\n") -> None:
    """Print a document for a program to read, or a line of progress."""
    with unstored(shell):
        sys.stdout.write(text + end)
        sys.stdout.flush()
