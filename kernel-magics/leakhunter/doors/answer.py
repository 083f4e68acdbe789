"""Answering from a magic without leaving a trace in the session.

Answers go through ``display()``, so ``_`` and ``Out`` stay; IPython 9 stores
what is printed or displayed in ``history_manager.outputs``, and ours is taken
out again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from IPython.display import display

from leakhunter.heap.slots import stored_outputs

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


@contextmanager
def unstored(shell: InteractiveShell) -> Iterator[None]:
    """Whatever is printed or displayed inside is not kept by IPython."""
    outputs = stored_outputs(shell)
    before = {
        key: (len(items), _stream_length(items)) for key, items in outputs.items()
    }
    try:
        yield
    finally:
        for key in list(outputs):
            count, length = before.get(key, (0, 0))
            items = outputs[key]
            del items[count:]
            if items and length:
                del items[-1].bundle["stream"][length:]
            if not items:
                del outputs[key]


def _stream_length(items: list[Any]) -> int:
    bundle = getattr(items[-1], "bundle", {}) if items else {}
    return len(bundle["stream"]) if type(bundle.get("stream")) is list else 0


def show(shell: InteractiveShell, text: str, html: str | None = None) -> None:
    """Display a text, with its HTML for front ends that show it."""
    with unstored(shell):
        display(Answer(text, html))


def write(shell: InteractiveShell, text: str) -> None:
    """Print a document for a program to read."""
    with unstored(shell):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
