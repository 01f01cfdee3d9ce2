"""The documentation as it is built: its own parts lie beside the pages, and are no package of ours."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

SITE = Path(__file__).parents[2] / "docs" / "site"
sys.path.insert(0, str(SITE))


@pytest.fixture(scope="session")
def pages() -> Mapping[str, str]:
    """Every page of the site, with what it quotes and what is made from the code: path -> Markdown."""
    import build

    return build.pages()
