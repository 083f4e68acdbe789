"""Open JupyterLab on an example, with the Leak Hunter panel beside it.

Everything is private to the folder ``.demo``: a copy of the notebook, the
settings and the workspace.  The user's own JupyterLab is not touched.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".demo"

PANEL = "leakhunter-panel"
NOTIFICATIONS = "@jupyterlab/apputils-extension/notification.jupyterlab-settings"


def write(path: Path, content: object) -> None:
    """Write a value as JSON, with the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def workspace(notebook: str) -> dict[str, object]:
    """JupyterLab's layout: the notebook in the middle, the panel on the right."""
    tab = f"notebook:{notebook}"
    layout = {
        "main": {
            "dock": {"type": "tab-area", "currentIndex": 0, "widgets": [tab]},
            "current": tab,
        },
        "down": {"size": 0, "widgets": []},
        "left": {"collapsed": True, "visible": True, "widgets": []},
        "right": {
            "collapsed": False,
            "visible": True,
            "current": PANEL,
            "widgets": [PANEL],
        },
        "relativeSizes": [0, 0.66, 0.34],
    }
    return {
        "data": {
            "layout-restorer:data": layout,
            tab: {"data": {"path": notebook, "factory": "Notebook"}},
        },
        "metadata": {"id": "default"},
    }


def prepare(notebook: Path) -> dict[str, str]:
    """Fill ``.demo`` afresh and return the environment that points there."""
    shutil.rmtree(HOME, ignore_errors=True)
    copy = HOME / "files" / notebook
    copy.parent.mkdir(parents=True)
    shutil.copyfile(ROOT / notebook, copy)
    workspaces, settings = HOME / "workspaces", HOME / "settings"
    write(
        workspaces / "default-37a8.jupyterlab-workspace",
        workspace(notebook.as_posix()),
    )
    write(settings / NOTIFICATIONS, {"checkForUpdates": False, "fetchNews": "false"})
    return {
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(workspaces),
    }


def main() -> None:
    """Replace this process by JupyterLab."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path, help="relative to the repository")
    parser.add_argument("--port", type=int, default=8899)
    options, others = parser.parse_known_args()
    environment = {**os.environ, **prepare(options.notebook)}
    command = [
        *(sys.executable, "-m", "jupyter", "lab"),
        f"--ServerApp.root_dir={HOME / 'files'}",
        f"--port={options.port}",
        "--ServerApp.port_retries=0",
        *others,
        str(HOME / "files" / options.notebook),
    ]
    os.execve(sys.executable, command, environment)  # noqa: S606


if __name__ == "__main__":
    main()
