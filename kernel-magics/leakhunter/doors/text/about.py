"""The package, the core at work, Python and IPython, and the settings, as text."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

import IPython

from leakhunter.doors.text.layout import pad, wrapped
from leakhunter.heap.core import about as core
from leakhunter.version import VERSION


def about_text(settings: Mapping[str, Any], births: str) -> str:
    """Some lines.

    Parameters
    ----------
    settings
        The settings in force, by name.
    births
        How it is told which cell made a buffer.
    """
    rows = {
        "Leak Hunter": VERSION,
        "Core": core(),
        "Births": births,
        "Python": platform.python_version(),
        "IPython": IPython.__version__,
    }
    first = [f"{pad(name, 13)}{value}" for name, value in rows.items()]
    words = [f"{name} = {_said(value)}" for name, value in settings.items()]
    return "\n".join([*map(wrapped, first), "", "Settings", *(f"  {w}" for w in words)])


def _said(value: Any) -> str:
    if value is None:
        return "none"
    return str(value).lower() if type(value) is bool else str(value)
