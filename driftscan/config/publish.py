"""`python -m driftscan.config.publish` writes the published JSON Schemas of the configuration and of baselines anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from driftscan.config.baselines import schema as baseline
from driftscan.config.load import schema as configuration

FOLDER: Final = Path(__file__).parent.parent / "schemas"
PUBLISHED: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "driftscan.schema.json": configuration,
    "baseline.schema.json": baseline,
}


def text(name: str) -> str:
    """A schema as it is published."""
    return json.dumps(PUBLISHED[name](), indent=2) + "\n"


if __name__ == "__main__":
    for published in PUBLISHED:
        (FOLDER / published).write_text(text(published))
