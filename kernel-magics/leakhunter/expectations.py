"""What the user called expected in this kernel.

The notebook remembers it, and a front end tells it to the kernel; marks made
here are told to the front end.  Without one they hold as long as the kernel.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from leakhunter.detect.expected import MOST, accepted, one_line
from leakhunter.model import Expected

if TYPE_CHECKING:
    from leakhunter.model import Finding


class Expectations:
    """Fingerprints that are expected, with what was said of them.

    Attributes
    ----------
    on_mark
        Called with each mark made here, and whether it takes one back.
    """

    def __init__(self) -> None:
        self._known: dict[str, Expected] = {}
        self._unwritten: dict[str, tuple[Expected, bool]] = {}
        self.on_mark: Callable[[Expected, bool], None] = lambda _mark, _remove: None

    @property
    def known(self) -> Mapping[str, Expected]:
        """What is expected now, by fingerprint; never changed in place."""
        return self._known

    def tell(self, told: Iterable[Expected]) -> bool:
        """Take in what the notebook remembers, all of it; may be called from any thread.

        Marks made here that it does not have yet stay, and are told again.

        Returns
        -------
        bool
            Whether anything is different now.

        Raises
        ------
        ValueError
            One sentence, when it is not as it should be; nothing has changed then.
        """
        known = accepted(told)
        for mark, remove in list(self._unwritten.values()):
            there = known.get(mark.fingerprint)
            if there is None if remove else there is not None and there.at >= mark.at:
                self._unwritten.pop(mark.fingerprint, None)
                continue
            if remove:
                known.pop(mark.fingerprint, None)
            else:
                known[mark.fingerprint] = mark
            self.on_mark(mark, remove)
        before, self._known = self._known, known
        return before != known

    def mark(self, finding: Finding, reason: str) -> Expected:
        """Call a finding expected at the size that it has now.

        Raises
        ------
        ValueError
            When there are too many already.
        """
        mark = Expected(
            fingerprint=finding.fingerprint,
            kind=finding.kind,
            bytes=finding.frees,
            reason=one_line(reason),
            at=time.time(),
        )
        known = {**self._known, mark.fingerprint: mark}
        if len(known) > MOST:
            msg = f"More than {MOST} are called expected; take some back first."
            raise ValueError(msg)
        self._known = known
        self._say(mark, remove=False)
        return mark

    def remove(self, fingerprint: str) -> Expected | None:
        """Take one back; returns it, ``None`` when there is none."""
        mark = self._known.get(fingerprint)
        if mark is not None:
            self._known = {k: v for k, v in self._known.items() if k != fingerprint}
            self._say(mark, remove=True)
        return mark

    def _say(self, mark: Expected, *, remove: bool) -> None:
        self._unwritten[mark.fingerprint] = (mark, remove)
        self.on_mark(mark, remove)
