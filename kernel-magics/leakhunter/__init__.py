"""Leak Hunter: what holds the memory of this kernel, and what can go.

    %load_ext leakhunter
    %leakcheck

In JupyterLab the sidebar switches it on by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.act.preview import Plan
    from leakhunter.detect.find import Found
    from leakhunter.explorer.model import HeapObject, HeapTable
    from leakhunter.hunter import Checkup, Hunter
    from leakhunter.model import (
        Expected,
        Frees,
        Preview,
        Receipts,
        Report,
        Undone,
    )
    from leakhunter.watch import Watch

__all__ = [
    "activate",
    "check",
    "clear",
    "core",
    "expect",
    "frees",
    "heap_of",
    "holders",
    "load_ipython_extension",
    "preview",
    "receipts",
    "status",
    "undo",
    "unload_ipython_extension",
    "whole_heap",
]

_watch: Watch | None = None
_failure = ""


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Start watching a shell: ``%load_ext leakhunter``.  A second call does nothing."""
    global _watch, _failure  # noqa: PLW0603 - one kernel, one hunter
    from leakhunter.watch import Watch  # noqa: PLC0415 - importing the package stays cheap

    if _watch is None:
        _watch = Watch(shell)
        _failure = ""


def unload_ipython_extension(shell: InteractiveShell) -> None:  # noqa: ARG001 - IPython's signature
    """Stop watching and leave nothing behind: ``%unload_ext leakhunter``."""
    global _watch  # noqa: PLW0603 - one kernel, one hunter
    if _watch is not None:
        _watch.close()
        _watch = None


def activate() -> None:
    """Start watching the current shell; never raises, :func:`status` tells how it went.

    This is what the sidebar runs, silently, in a kernel it finds.
    """
    global _failure  # noqa: PLW0603 - one kernel, one hunter
    from IPython import get_ipython  # noqa: PLC0415 - importing the package stays cheap

    shell = get_ipython()
    if shell is None:
        _failure = "there is no IPython shell"
        return
    try:
        extensions = shell.extension_manager
        if "leakhunter" in extensions.loaded:
            load_ipython_extension(shell)
        else:
            extensions.load_extension("leakhunter")
    except Exception as error:  # noqa: BLE001 - said by status(), never to the user's cell
        _failure = f"{type(error).__name__}: {error}"


def status() -> str:
    """``watching``, ``off``, or ``failed:`` with a sentence."""
    if _watch is not None:
        return "watching"
    return f"failed: {_failure}" if _failure else "off"


def core() -> str:
    """Which core is at work: ``C``, or ``Python`` with the reason in parentheses."""
    from leakhunter.heap.core import about  # noqa: PLC0415 - importing the package stays cheap

    return about()


def _hunter() -> Hunter:
    if _watch is None:
        msg = "Leak Hunter is not loaded: run %load_ext leakhunter first."
        raise RuntimeError(msg)
    return _watch.hunter


def _meant(
    hunter: Hunter, checkup: Checkup, words: tuple[str, ...], but: str = ""
) -> list[Found]:
    """What names and ids mean; all of them, or a :class:`ValueError`."""
    found: list[Found] = []
    for word in words:
        meant = hunter.meant(checkup, word) if type(word) is str else []
        if not meant:
            what = repr(word) if type(word) is str else "of that kind"
            msg = f"There is no finding or variable {what}{but}."
            raise ValueError(msg)
        found += [one for one in meant if one not in found]
    if not found:
        msg = f"Say what is meant: names of variables, or ids of findings{but}."
        raise ValueError(msg)
    return found


def check() -> Report:
    """Check now and return the report, for use from code.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    """
    return _hunter().check().report


def frees(*names: str) -> Frees:
    """What clearing variables or findings would free; nothing is touched.

    Parameters
    ----------
    names
        Names of variables, or ids of findings.

    Returns
    -------
    Frees
        Bytes for each alone and for all together, whether that is exact, and
        who else holds some of it.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    ValueError
        When a name is no variable and an id no finding of now.

    Examples
    --------
    >>> leakhunter.frees("df", "df2").bytes  # doctest: +SKIP
    800000000
    """
    hunter = _hunter()
    checkup = hunter.check()
    return hunter.frees(checkup, _meant(hunter, checkup, names))


def holders(name: str) -> list[str]:
    """Who else holds what a variable or a finding holds, as a person would write it.

    Parameters
    ----------
    name
        The name of a variable, or the id of a finding.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    ValueError
        When it is neither.

    Examples
    --------
    >>> leakhunter.holders("df")  # doctest: +SKIP
    ['`Out[3]`', '`cache`']
    """
    from leakhunter.heap.holders import holders_of_slots  # noqa: PLC0415 - importing the package stays cheap

    hunter = _hunter()
    checkup = hunter.check()
    slots = [s for f in _meant(hunter, checkup, (name,)) for s in f.slots]
    return holders_of_slots(checkup.case.graph, slots)


def whole_heap(rows: int = 25) -> HeapTable:
    """The whole heap of this process: its biggest holders as a tree, and all its classes.

    Walks every object, 0.5 s for a million; Ctrl-C stops it, and nothing is kept.

    Parameters
    ----------
    rows
        Lines of the tree at most.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.

    Examples
    --------
    >>> [(row.label, row.holds) for row in leakhunter.whole_heap().rows]  # doctest: +SKIP
    [('your variables', 504000000), ('rows', 320000000)]
    """
    from leakhunter.slices import at_once  # noqa: PLC0415 - importing the package stays cheap

    return at_once(_hunter().explorer.mapping(rows))


def heap_of(name: str, rows: int = 25) -> HeapObject:
    """One object of the whole heap: what goes with it, what alone leads to it, and the shortest way to it.

    Parameters
    ----------
    name
        The name of a variable, or the id of a line of :func:`whole_heap`.
    rows
        Lines of the tree of what it holds, at most.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    ValueError
        When there is no such thing any more.

    Examples
    --------
    >>> leakhunter.heap_of("df").holds  # doctest: +SKIP
    160000064
    """
    from leakhunter.act.refusal import Refusal  # noqa: PLC0415 - importing the package stays cheap
    from leakhunter.slices import at_once  # noqa: PLC0415

    hunter = _hunter()
    try:
        return at_once(hunter.explorer.looking(name, rows))
    except Refusal as refusal:
        message = str(refusal)
    # outside of the handler: the refusal would keep frames of ours in sys.last_value
    raise ValueError(message)


def expect(name: str, reason: str = "") -> Expected:
    """Call a finding expected: it leaves all sums until it has grown by more than 10 %.

    An open notebook remembers it; elsewhere it holds as long as the kernel.

    Parameters
    ----------
    name
        The name of a variable, or the id of a finding.
    reason
        Why it should stay, one line.

    Returns
    -------
    Expected
        What is remembered.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    ValueError
        When the name is no variable and no finding of now.

    Examples
    --------
    >>> leakhunter.expect("model", "served until the end")  # doctest: +SKIP
    """
    hunter = _hunter()
    found = _meant(hunter, hunter.check(), (name,))
    return hunter.expected.mark(found[0].finding, reason)


def preview(*names: str) -> Preview:
    """What clearing variables or findings would do; nothing is touched.

    Parameters
    ----------
    names
        Names of variables, outputs (``"Out[6]"``), or ids of findings.

    Returns
    -------
    Preview
        Every place that would be emptied, what it frees together, what stays
        and because of whom, what breaks, and what undo would bring back.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    ValueError
        When a name means nothing, or cannot be cleared exactly.

    Examples
    --------
    >>> leakhunter.preview("df", "df2").totals.frees  # doctest: +SKIP
    800000000
    """
    hunter = _hunter()
    return _planned(hunter, names).preview


def _planned(hunter: Hunter, names: tuple[str, ...]) -> Plan:
    """The plan for clearing these; what is refused becomes a :class:`ValueError`."""
    from leakhunter.act.preview import plan  # noqa: PLC0415 - importing the package stays cheap
    from leakhunter.act.refusal import Refusal  # noqa: PLC0415

    checkup = hunter.check()
    found = _meant(hunter, checkup, names, "; nothing was cleared")
    try:
        return plan(hunter, checkup, found)
    except Refusal as refusal:
        message = str(refusal)
    # outside of the handler: the refusal would keep frames of ours in sys.last_value
    raise ValueError(message)


def clear(*names: str, undo: bool = True) -> Receipts:
    """Clear variables or findings; there is no question.

    Parameters
    ----------
    names
        Names of variables, outputs (``"Out[6]"``), or ids of findings.
    undo
        Save first what can be brought back; :func:`preview` says what that is.

    Returns
    -------
    Receipts
        What was promised, what came back, what stayed and because of whom,
        and until when :func:`undo` brings it back.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    ValueError
        When a name means nothing or cannot be cleared exactly, or what was to
        be saved could not be: nothing has been changed then.

    Examples
    --------
    >>> leakhunter.clear("df").measured  # doctest: +SKIP
    800002048
    """
    from leakhunter.act.clear import clear as clear_plan  # noqa: PLC0415 - importing the package stays cheap
    from leakhunter.act.refusal import Refusal  # noqa: PLC0415

    hunter = _hunter()
    planned = _planned(hunter, names)
    ids = [one.finding.id for one in planned.found]
    try:
        return clear_plan(hunter, planned, ids, save=undo)
    except Refusal as refusal:
        message = str(refusal)
    raise ValueError(message)


def undo(receipt: str | None = None) -> Undone:
    """Bring back what a clearing took.

    Parameters
    ----------
    receipt
        Id of its receipts (``"r2"``); ``None``: the last that can be undone.

    Returns
    -------
    Undone
        What came back and under which name, and what could not.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    ValueError
        When there is nothing to bring back any more; nothing has been changed.

    Examples
    --------
    >>> leakhunter.undo().restored[0].name  # doctest: +SKIP
    'df'
    """
    from leakhunter.act.refusal import Refusal  # noqa: PLC0415 - importing the package stays cheap
    from leakhunter.act.restore import undo as undo_now  # noqa: PLC0415

    hunter = _hunter()
    try:
        return undo_now(hunter, receipt if type(receipt) is str else None)
    except Refusal as refusal:
        message = str(refusal)
    raise ValueError(message)


def receipts() -> list[Receipts]:
    """What was cleared in this kernel, the newest first.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    """
    return _hunter().book.all()
