"""The server that the browser tests talk to."""

import os

from jupyterlab.galata import configure_jupyter_server

configure_jupyter_server(c)
if os.geteuid() == 0:
    c.ServerApp.allow_root = True
