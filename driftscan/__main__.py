"""`python -m driftscan`."""

from __future__ import annotations

import sys

from driftscan.cli import main

sys.exit(main())
