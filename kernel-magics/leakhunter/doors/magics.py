"""``%leakcheck``: the report, one finding, the cells, and clearing.

A refusal is a sentence, not an exception: an exception would replace the
user's last traceback.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from IPython.core.error import StdinNotImplementedError
from IPython.core.magic import Magics, line_magic, magics_class

from leakhunter.act.clear import clear
from leakhunter.act.preview import Plan, Refusal, plan
from leakhunter.detect.find import Found, named
from leakhunter.doors.answer import show, write
from leakhunter.doors.document import error_json, receipts_json, report_json
from leakhunter.doors.html import report_html
from leakhunter.doors.text import (
    cells_text,
    finding_text,
    preview_text,
    receipts_text,
    report_text,
    variable_text,
    vars_text,
    wrapped,
)
from leakhunter.heap.holders import holders_of
from leakhunter.heap.safe import short
from leakhunter.heap.slots import value_in
from leakhunter.heap.trial import trial

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunter.hunter import Checkup, Hunter

_RANGE = re.compile(r"(\d+)(?:-(\d+))?")
_OPTIONS = {"--json", "--yes"}
_USAGE = "use %leakcheck, %leakcheck 1, cells, vars, why df or clear 1-3; %leakcheck? has examples."


@magics_class
class LeakMagics(Magics):
    """The magics of one shell.

    Parameters
    ----------
    hunter
        What is asked.
    watched
        Tells whether a panel shows the same: then text is enough.
    """

    def __init__(self, hunter: Hunter, watched: Callable[[], bool]) -> None:
        super().__init__(hunter.shell)
        self._hunter = hunter
        self._watched = watched
        self._shown: list[str] = []

    @line_magic
    def leakcheck(self, line: str) -> None:
        """Show what keeps this kernel's memory, and clear what can go.

        ::

            %leakcheck                    the report; findings are numbered
            %leakcheck 1                  what holds finding 1, and why
            %leakcheck cells              memory by cell
            %leakcheck vars               memory by variable
            %leakcheck why df             what holds a variable's memory
            %leakcheck clear 1-4          preview, ask, clear, receipt
            %leakcheck clear df_raw f7    by name of a variable, or by id
            %leakcheck clear 1 --yes      do not ask
            %leakcheck --json             the report for a program
            %leakcheck clear f1 --yes --json

        Nothing is changed before you say so.  The report leaves ``_``, ``Out``
        and your names alone, and never runs code of your objects.
        """
        try:
            words = shlex.split(line)
        except ValueError:
            words = line.split()
        options = {w for w in words if w.startswith("--")}
        words = [w for w in words if not w.startswith("--")]
        try:
            _only_known(options)
            self._dispatch(words, json="--json" in options, yes="--yes" in options)
        except Refusal as refusal:
            if "--json" in options:
                write(self._hunter.shell, error_json(str(refusal)))
            else:
                show(self._hunter.shell, wrapped(str(refusal)))

    def _dispatch(self, words: list[str], *, json: bool, yes: bool) -> None:
        if words[:1] == ["clear"]:
            self._clear(words[1:], json=json, yes=yes)
            return
        if words[:1] == ["why"]:
            self._why(words[1:])
            return
        if len(words) > 1:
            msg = f"Leak Hunter does not know '{short(' '.join(words))}': {_USAGE}"
            raise Refusal(msg)
        if not words:
            self._report(json=json)
        elif words == ["cells"]:
            show(self._hunter.shell, cells_text(self._hunter.check().report.cells))
        elif words == ["vars"]:
            show(self._hunter.shell, vars_text(self._hunter.check().case))
        else:
            self._one(words[0])

    def _report(self, *, json: bool) -> None:
        report = self._hunter.check().report
        self._shown = [f.id for f in report.findings]
        if json:
            write(self._hunter.shell, report_json(report))
        else:
            least = self._hunter.settings.min_finding
            html = None if self._watched() else report_html(report, least)
            show(self._hunter.shell, report_text(report, least), html)

    def _why(self, words: list[str]) -> None:
        if len(words) != 1:
            msg = (
                "Say whose memory: a name, a number or an id, as in %leakcheck why df."
            )
            raise Refusal(msg)
        checkup = self._hunter.check()
        if not self._shown:
            self._shown = [f.finding.id for f in checkup.found]
        found = self._resolve(words, checkup, names=True)
        texts = [
            finding_text(f.finding)
            if checkup.by_id(f.finding.id)
            else variable_text(checkup.case, words[0], self._holders(checkup, f))
            for f in found
        ]
        show(self._hunter.shell, "\n\n".join(texts))

    def _holders(self, checkup: Checkup, found: Found) -> list[str]:
        """Who else holds a variable's memory."""
        cleared = set(found.slots)
        result = trial(checkup.case.graph, cleared)
        values = [value_in(self._hunter.shell, slot) for slot in found.slots]
        return holders_of(checkup.case.graph, cleared, result, values)

    def _one(self, word: str) -> None:
        checkup = self._hunter.check()
        if not self._shown:
            self._shown = [f.finding.id for f in checkup.found]
        (found,) = self._resolve([word], checkup, names=False)
        show(self._hunter.shell, finding_text(found.finding))

    def _clear(self, words: list[str], *, json: bool, yes: bool) -> None:
        if not words:
            msg = "Say what to clear: a number, an id or a name, as in %leakcheck clear 1-3."
            raise Refusal(msg)
        checkup = self._hunter.check()
        if not self._shown:
            self._shown = [f.finding.id for f in checkup.found]
        planned = plan(self._hunter, checkup, self._resolve(words, checkup, names=True))
        if not yes and not self._agreed(planned):
            return
        receipts = clear(self._hunter, planned, [f.finding.id for f in planned.found])
        if json:
            write(self._hunter.shell, receipts_json(receipts))
        else:
            show(self._hunter.shell, receipts_text(receipts))

    def _agreed(self, planned: Plan) -> bool:
        """Show the preview and ask; where there is no input, say what to type."""
        shell = self._hunter.shell
        show(shell, preview_text(planned.preview))
        try:
            answer = input("Go on? [y/N] ")
        except (StdinNotImplementedError, EOFError):
            ids = " ".join(f.finding.id for f in planned.found)
            show(shell, f"Nothing was cleared.  To go on: %leakcheck clear {ids} --yes")
            return False
        if answer.strip().lower() in {"y", "yes"}:
            return True
        show(shell, "Nothing was cleared.")
        return False

    def _resolve(
        self, words: list[str], checkup: Checkup, *, names: bool
    ) -> list[Found]:
        """Findings by number, range, id or name; each once."""
        found: dict[str, Found] = {}
        for word in words:
            for one in self._by_word(word, checkup, names=names):
                found.setdefault(one.finding.id, one)
        return list(found.values())

    def _by_word(self, word: str, checkup: Checkup, *, names: bool) -> list[Found]:
        numbers = _RANGE.fullmatch(word)
        if numbers:
            first, last = int(numbers[1]), int(numbers[2] or numbers[1])
            if not 1 <= first <= last <= len(self._shown):
                count = len(self._shown)
                msg = f"There is no finding {word}: the last report has {count or 'none'}."
                raise Refusal(msg)
            return [
                self._still_there(i, checkup) for i in self._shown[first - 1 : last]
            ]
        one = checkup.by_id(word)
        if one is not None:
            return [one]
        by_name = [f for f in checkup.found if word in f.finding.names]
        if by_name:
            return by_name
        own = named(checkup.case, self._hunter.ids, word) if names else None
        if own is not None:
            return [own]
        if word in self._shown or self._hunter.ids.given(word):
            msg = f"{short(word)} is gone already; nothing was changed."
            raise Refusal(msg)
        msg = f"There is no finding or variable '{short(word)}': {_USAGE}"
        raise Refusal(msg)

    def _still_there(self, identity: str, checkup: Checkup) -> Found:
        one = checkup.by_id(identity)
        if one is None:
            msg = f"Finding {self._shown.index(identity) + 1} is gone already; nothing was changed."
            raise Refusal(msg)
        return one


def _only_known(options: set[str]) -> None:
    unknown = sorted(options - _OPTIONS)
    if unknown:
        msg = f"Leak Hunter does not know {short(unknown[0])}: {_USAGE}"
        raise Refusal(msg)
