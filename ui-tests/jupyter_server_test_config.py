"""The server that the browser tests talk to."""

import os
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server

configure_jupyter_server(c)
if os.geteuid() == 0:
    c.ServerApp.allow_root = True

# The kernels beside this file: another language, and one without our package.
os.environ["JUPYTER_PATH"] = os.pathsep.join(
    filter(None, [str(Path(__file__).parent), os.environ.get("JUPYTER_PATH")])
)

# A kernel that cannot be started is given up after one try instead of five.
c.KernelRestarter.restart_limit = 1
c.KernelRestarter.time_to_dead = 1.0
