"""Completion of ``%leakcheck``: subcommands, ids of findings and receipts, names of variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunter.doors.commands import COMMANDS, clear, gc, heap, profile, prove, trace
from leakhunter.heap.slots import user_names

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.hunter import Hunter

OPTIONS = ("--json", "--yes")
_KEY = "%leakcheck"


class Completion:
    """Completes the arguments of the magic in one shell.

    Parameters
    ----------
    hunter
        Knows the findings of the last check; completing never checks anew.
    """

    def __init__(self, hunter: Hunter) -> None:
        self._hunter = hunter
        hunter.shell.set_hook("complete_command", self._complete, str_key=_KEY)

    def close(self) -> None:
        """Take the hook out again."""
        dispatcher = self._hunter.shell.strdispatchers.get("complete_command")
        if dispatcher is not None:
            dispatcher.strs.pop(_KEY, None)

    def _complete(self, shell: InteractiveShell, event: Any) -> list[str]:  # noqa: ARG002 - IPython's signature
        words = event.line.split()
        before = words[1:] if event.line.endswith(" ") else words[1:-1]
        report = self._hunter.last
        ids = [f.id for f in report.findings] if report is not None else []
        names = [name for name, _ in user_names(self._hunter.shell)]
        if not before:
            return [*COMMANDS, *OPTIONS, *ids]
        both = [*ids, *names]
        known = [receipts.id for receipts in self._hunter.book.all()]
        answers: dict[str, list[str]] = {
            "gc": list(gc.OPTIONS),
            "why": names,
            "heap": [*names, *heap.OPTIONS],
            "refs": names,
            "clear": [*both, *clear.OPTIONS],
            "preview": [*both, *OPTIONS],
            "frees": [*both, *OPTIONS],
            "prove": [*ids, *prove.OPTIONS],
            "expect": [*both, "--json", "--remove"],
            "undo": [*known, "--json"],
            "receipts": [*known, "--json"],
            "lines": names,
            "memit": names,
            "profile": [*profile.WORDS, "--json"],
            "trace": [*trace.WORDS, *trace.OPTIONS, *names],
        }
        return answers.get(before[0], list(OPTIONS))
