"""`python -m driftscan.demo.google [FILE] [--port N] [--generate N]`: serve a document, or generated assets."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from driftscan.demo.child import told
from driftscan.demo.google.generate import Generated
from driftscan.demo.google.inventory import Holding, Inventory
from driftscan.demo.google.server import EMPTY, serving


def main() -> int:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(prog="python -m driftscan.demo.google", description="An embedded Google Cloud.")
    parser.add_argument("file", nargs="?", type=Path, help="the document that it answers from")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--generate", type=int, metavar="N", help="so many assets in each of two projects, stage and prod")
    options = parser.parse_args()
    holding: Holding
    if options.generate is not None:
        holding = Generated(options.generate)
    else:
        holding = Inventory(json.loads(options.file.read_text(encoding="utf-8")) if options.file else EMPTY)
    with serving(holding, options.port) as cloud:
        told(cloud.url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
