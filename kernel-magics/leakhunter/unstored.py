"""Printing and displaying without a trace: IPython 9 keeps every byte in ``history_manager.outputs``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from leakhunter.heap.slots import stored_outputs

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


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
