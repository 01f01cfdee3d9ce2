"""Every output format with what its module says of itself."""

from __future__ import annotations

import inspect
from importlib import import_module

from driftscan.formats import FORMATS
from sitegen.text import code, plain, table


def formats() -> str:
    """All formats: a list, then each."""
    rows, parts = [], []
    for name, path in {**FORMATS, "pairs": "driftscan.formats.pairs"}.items():
        module = import_module(path)
        said = inspect.cleandoc(module.__doc__ or "")
        variants = getattr(module, "VARIANTS", ())
        rows.append((f"[`{name}`](#{name})", plain(said.split("\n\n")[0])))
        asked = f"\n\nVariants: {', '.join(code(f'{name}:{v}') for v in variants)}. `{name}` alone means the first." if variants else ""
        parts.append(f"## {name}\n\n{plain(said)}{asked}\n")
    return table(("format", "what it is"), rows) + "\n" + "\n".join(parts)
