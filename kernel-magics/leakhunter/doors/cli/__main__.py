"""``python -m leakhunter.doors.cli``: the same as ``jupyter leakcheck``."""

from __future__ import annotations

import sys

from leakhunter.doors.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
