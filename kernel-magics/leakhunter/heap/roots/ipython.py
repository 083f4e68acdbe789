"""IPython: callbacks of its events, transformers of input, printers of types, the user's magics.

What IPython and the kernel have put there themselves is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "ipython"
MODULE = None
LIBRARY = "IPython"
LABEL = "ip.{}"

_LISTS = {
    "input_transformer_manager": ("cleanup_transforms", "line_transforms", "token_transformers"),
    "": ("input_transformers_post", "ast_transformers"),
}  # fmt: skip
_PRINTERS = ("singleton_printers", "type_printers", "deferred_printers")


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Callbacks of the user's and of libraries that hold something."""
    for where, value in _all(shell):
        kept = look.keeps(value) or look.of_cells(shell, value)
        if kept and not look.is_machinery(value):
            yield where, value
    if shell.custom_exceptions:
        yield "CustomTB", look.attributes(shell).get("CustomTB")


def _all(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    for event, callbacks in look.pairs(getattr(shell.events, "callbacks", None)):
        for i, callback in enumerate(look.sequence(callbacks)):
            yield f"events.callbacks['{safe.short(event)}'][{i}]", callback
    for owner, names in _LISTS.items():
        holder = getattr(shell, owner) if owner else shell
        where = f"{owner}." if owner else ""
        for name in names:
            for i, one in enumerate(look.sequence(getattr(holder, name, None))):
                yield f"{where}{name}[{i}]", one
    for kind, magics in look.pairs(getattr(shell.magics_manager, "magics", None)):
        for name, magic in look.pairs(magics):
            yield f"magics_manager.magics['{kind}']['{safe.short(name)}']", magic
    yield from _printers(shell)


def _printers(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    formatters = getattr(shell.display_formatter, "formatters", None)
    for mime, formatter in look.pairs(formatters):
        for name in _PRINTERS:
            for key, printer in look.pairs(getattr(formatter, name, None)):
                what = safe.type_name(key) if look.is_class(key) else "…"
                yield f"display_formatter.formatters['{mime}'].{name}[{what}]", printer
