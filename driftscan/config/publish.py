"""`python -m driftscan.config.publish` writes the published JSON Schema of the configuration file anew."""

from __future__ import annotations

import json
from pathlib import Path

from driftscan.config.load import schema

PATH = Path(__file__).parent.parent / "schemas" / "driftscan.schema.json"


def text() -> str:
    """The schema as it is published."""
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(text())
