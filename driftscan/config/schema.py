"""`python -m driftscan.config.schema` writes the published JSON Schema of the configuration file anew."""

from __future__ import annotations

import json
from pathlib import Path

from driftscan.config.load import schema

PATH = Path(__file__).parent.parent / "schemas" / "driftscan.schema.json"

if __name__ == "__main__":
    PATH.write_text(json.dumps(schema(), indent=2) + "\n")
