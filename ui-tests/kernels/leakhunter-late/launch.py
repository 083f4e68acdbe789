"""An ipykernel in an environment that lacks Leak Hunter.

Until a file called ``installed`` stands in its folder.  While one called
``broken`` stands there, the kernel does not start at all.
"""

import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

from ipykernel.kernelapp import launch_new_instance


class Missing(MetaPathFinder):
    """Hides the package as if it had not been installed."""

    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002
        if fullname == "leakhunter" and not Path("installed").exists():
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


if Path("broken").exists():
    sys.exit("This kernel does not start.")
sys.meta_path.insert(0, Missing())
launch_new_instance()
