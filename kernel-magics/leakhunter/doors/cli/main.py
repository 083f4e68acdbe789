"""From the command line to the exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from leakhunter.act.refusal import Refusal
from leakhunter.doors.cli.options import parse
from leakhunter.doors.cli.verdict import USAGE

_NEEDED = frozenset({"nbclient", "nbformat", "jupyter_client"})
_NEEDS = (
    "jupyter leakcheck needs nbclient to run notebooks: pip install nbclient ipykernel"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was typed; returns the exit code."""
    try:
        options = parse(arguments)
        from leakhunter.doors.cli.job import job  # noqa: PLC0415 - may be missing what it needs

        return job(options)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return USAGE
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _NEEDED:
            raise
        sys.stderr.write(f"{_NEEDS}\n")
        return USAGE
