"""A cell that ran, once more and measured: silently, and afterwards the session is as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from leakhunter.act.refusal import Refusal
from leakhunter.heap import safe
from leakhunter.prove.keep import Kept, uninterrupted
from leakhunter.prove.quiet import Silence
from leakhunter.unstored import unstored

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def silently(shell: InteractiveShell, measure: Callable[[], object]) -> list[str]:
    """Run something of the user's and put the session back, whatever happens.

    Parameters
    ----------
    shell
        The session.
    measure
        Runs the cell and measures it.

    Returns
    -------
    list
        Sentences on how it ended, unless well, and on what could not be put back.

    Raises
    ------
    Refusal
        When nothing was run.
    """
    told: list[str] = []
    kept = Kept(shell)
    try:
        with unstored(shell), Silence().over(shell):
            measure()
    except Refusal:
        raise
    except KeyboardInterrupt:
        told.append("Stopped: this is what it came to until then.")
    except BaseException as error:  # noqa: BLE001 - whatever the user's cell raises ends it, and no more
        name = safe.type_name(type(error))
        told.append(f"The cell raised {name}: this is what it came to until then.")
    finally:
        with uninterrupted():
            told += kept.put_back()
            # what the cell asked the notebook to insert or page belongs to no cell
            shell.payload_manager.clear_payload()
    return told
