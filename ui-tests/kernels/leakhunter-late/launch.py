"""An ipykernel whose environment lacks Leak Hunter until a file ``installed`` is there.

While a file ``broken`` is there, it does not start at all.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

from ipykernel.kernelapp import launch_new_instance


class Missing(MetaPathFinder):
    """Hides the package as if it had not been installed."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Find nothing, and see to it that nobody else does."""
        if fullname == "leakhunter" and not Path("installed").exists():
            msg = f"No module named {fullname!r}"
            raise ModuleNotFoundError(msg, name=fullname)


if Path("broken").exists():
    sys.exit("This kernel does not start.")
sys.meta_path.insert(0, Missing())
launch_new_instance()
