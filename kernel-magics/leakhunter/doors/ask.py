"""One line typed after ``%leakcheck``: its words and options, and what they refer to."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leakhunter.act.refusal import Refusal
from leakhunter.detect.find import Found
from leakhunter.doors.answer import show, write
from leakhunter.doors.text.layout import wrapped
from leakhunter.heap.safe import short

if TYPE_CHECKING:
    from leakhunter.hunter import Checkup, Hunter

USAGE = "use %leakcheck, %leakcheck 1, cells, vars, sheet, why df, clear 1-3 or undo; %leakcheck? has examples."

_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


@dataclass
class Ask:
    """What was asked of one hunter.

    Attributes
    ----------
    hunter
        Who answers.
    watched
        Tells whether a panel shows the same: then text is enough.
    shown
        Ids of the findings in the order of the last report: what numbers mean.
    cell
        The body of ``%%leakcheck``; ``None`` for ``%leakcheck``.
    words, options
        What was typed; an option without a value is ``""``.
    line
        The same as it was typed.
    """

    hunter: Hunter
    watched: Callable[[], bool]
    shown: list[str]
    cell: str | None = None
    line: str = ""
    words: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    _behind: dict[str, int] = field(default_factory=dict)

    def parse(self, line: str) -> None:
        """Split a line into words and options: ``--yes``, ``--min-size 10``, ``--min-size=10``."""
        self.line = line.strip()
        try:
            words = shlex.split(line)
        except ValueError:
            words = line.split()
        self.words = []
        before = {}
        for word in words:
            if word.startswith("--"):
                name, _, value = word.partition("=")
                self.options[name] = value
                before[name] = len(self.words)
            else:
                self.words.append(word)
        self._behind = {o: len(self.words) - at for o, at in before.items()}

    @property
    def json(self) -> bool:
        """Is a document for a program wanted?"""
        return "--json" in self.options

    def say(self, text: str, html: str | None = None) -> None:
        """Answer with text, and HTML where a front end prefers it."""
        show(self.hunter.shell, text, html)

    def print(self, document: str) -> None:
        """Answer a program."""
        write(self.hunter.shell, document)

    def note(self, text: str) -> None:
        """Print a line of progress."""
        write(self.hunter.shell, text)

    def over(self, text: str) -> None:
        """Write over the line of progress in a terminal."""
        write(self.hunter.shell, f"\r{text:<60}", end="")

    def refuse(self, sentence: str) -> None:
        """Say why not."""
        self.say(wrapped(sentence))

    def only(self, *options: str, words: int | None = None) -> None:
        """Refuse options that the command does not have, and words that it has no use for.

        Raises
        ------
        Refusal
            One sentence.
        """
        unknown = sorted(set(self.options) - set(options))
        if unknown:
            msg = f"Leak Hunter does not know {short(unknown[0])}: {USAGE}"
            raise Refusal(msg)
        if words is not None and len(self.words) > words:
            msg = f"Leak Hunter does not know '{short(' '.join(self.words))}': {USAGE}"
            raise Refusal(msg)

    def take_values(self, valued: Sequence[str], example: str) -> None:
        """``--type Node`` as well as ``--type=Node``: the words that follow are values.

        Parameters
        ----------
        valued
            Options that need a value.
        example
            A line that has some.

        Raises
        ------
        Refusal
            When one is lacking.
        """
        wanting = [o for o in self.options if o in valued and not self.options[o]]
        words = len(self.words)
        for option in reversed(wanting):
            at = words - self._behind.get(option, 0)
            if at >= len(self.words):
                msg = f"{option} needs a value, as in {example}."
                raise Refusal(msg)
            self.options[option] = self.words.pop(at)

    def checkup(self) -> Checkup:
        """A check of now; numbers mean what the last report listed, else what this one does."""
        checkup = self.hunter.check()
        if not self.shown:
            self.list_findings(checkup)
        return checkup

    def list_findings(self, checkup: Checkup) -> None:
        """From now on numbers mean the findings of this check."""
        self.shown[:] = [f.finding.id for f in checkup.found]

    def resolve(
        self, words: list[str], checkup: Checkup, *, names: bool
    ) -> list[Found]:
        """Findings by number, range, id or name; each once.

        Raises
        ------
        Refusal
            When a word means nothing, or what it meant is gone.
        """
        found: dict[str, Found] = {}
        for word in words:
            for one in self._by_word(word, checkup, names=names):
                found.setdefault(one.finding.id, one)
        return list(found.values())

    def _by_word(self, word: str, checkup: Checkup, *, names: bool) -> list[Found]:
        numbers = _RANGE.fullmatch(word)
        if numbers:
            first, last = int(numbers[1]), int(numbers[2] or numbers[1])
            if not 1 <= first <= last <= len(self.shown):
                count = len(self.shown)
                msg = f"There is no finding {word}: the last report has {count or 'none'}."
                raise Refusal(msg)
            return [self._still_there(i, checkup) for i in self.shown[first - 1 : last]]
        meant = self.hunter.meant(checkup, word)
        if meant and (names or checkup.by_id(meant[0].finding.id) is not None):
            return meant
        if word in self.shown or self.hunter.ids.given(word):
            msg = f"{short(word)} is gone already; nothing was changed."
            raise Refusal(msg)
        msg = f"There is no finding or variable '{short(word)}': {USAGE}"
        raise Refusal(msg)

    def _still_there(self, identity: str, checkup: Checkup) -> Found:
        one = checkup.by_id(identity)
        if one is None:
            msg = f"Finding {self.shown.index(identity) + 1} is gone already; nothing was changed."
            raise Refusal(msg)
        return one
