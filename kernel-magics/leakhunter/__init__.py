"""Leak Hunter: what holds the memory of this kernel, and what can go.

    %load_ext leakhunter
    %leakcheck

In JupyterLab the sidebar switches it on by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.model import Receipts, Report
    from leakhunter.watch import Watch

__all__ = [
    "activate",
    "check",
    "clear",
    "load_ipython_extension",
    "status",
    "unload_ipython_extension",
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


def check() -> Report:
    """Check now and return the report, for use from code.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    """
    if _watch is None:
        msg = "Leak Hunter is not loaded: run %load_ext leakhunter first."
        raise RuntimeError(msg)
    return _watch.hunter.check().report


def clear(*ids: str) -> Receipts:
    """Clear findings by their ids, for use from code; there is no question and no undo.

    Raises
    ------
    RuntimeError
        When the extension is not loaded.
    ValueError
        When an id is no finding of now, or cannot be cleared exactly; nothing
        has been changed then.
    """
    if _watch is None:
        msg = "Leak Hunter is not loaded: run %load_ext leakhunter first."
        raise RuntimeError(msg)
    from leakhunter.act.clear import clear as clear_plan  # noqa: PLC0415 - importing the package stays cheap
    from leakhunter.act.preview import Refusal, plan  # noqa: PLC0415

    checkup = _watch.hunter.check()
    found = [one for one in map(checkup.by_id, ids) if one is not None]
    if not found or len(found) < len(ids):
        unknown = [i for i in ids if checkup.by_id(i) is None]
        msg = (
            f"There is no finding {', '.join(unknown) or 'named'}; nothing was cleared."
        )
        raise ValueError(msg)
    try:
        return clear_plan(_watch.hunter, plan(_watch.hunter, checkup, found), list(ids))
    except Refusal as refusal:
        raise ValueError(str(refusal)) from None
