"""The version of the installed package."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("jupyterlab-leakhunter")
except PackageNotFoundError:  # run from a folder, not installed
    VERSION = "0+unknown"
