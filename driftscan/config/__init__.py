"""The configuration file: read, checked strictly, and handed on as `Settings`.

load(path) -> Settings       every problem is a ConfigError: file:line:column, what is wrong, what to write
schema() -> dict             the JSON Schema of the file, published as driftscan/schemas/driftscan.schema.json
redaction_key(...) -> bytes  the key that digests secrets, from a file, the environment, or made once
"""

from __future__ import annotations

from driftscan.config.key import has_key, readable_by_others, redaction_key
from driftscan.config.load import load, schema

__all__ = ["has_key", "load", "readable_by_others", "redaction_key", "schema"]
