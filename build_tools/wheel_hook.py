"""Puts the native core into the wheel; where it cannot be compiled the wheel is pure."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

from native import PACKAGE, NotBuiltError, compile_core


class NativeHook(BuildHookInterface[Any]):
    """Compiles for the Python that builds; an editable install gets it beside the sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and say where the library goes."""
        self._folder = tempfile.TemporaryDirectory()
        try:
            if version == "editable":
                compile_core(PACKAGE)
                return
            library = compile_core(Path(self._folder.name))
        except NotBuiltError as reason:
            if os.environ.get("LEAKHUNTER_NO_NATIVE") == "0":
                raise
            self.app.display_warning(f"The wheel is pure Python: {reason}")
            return
        build_data["force_include"][str(library)] = f"leakhunter/{library.name}"
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(
        self, version: str, build_data: dict[str, Any], artifact_path: str
    ) -> None:
        """Clean up."""
        del version, build_data, artifact_path
        self._folder.cleanup()
