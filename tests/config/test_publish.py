"""The published schemas."""

from __future__ import annotations

import pytest

from driftscan.config.publish import FOLDER, PUBLISHED, text


@pytest.mark.parametrize("name", PUBLISHED)
def test_it_is_current_to_the_byte(name: str) -> None:
    assert text(name) == (FOLDER / name).read_text(), "write it anew: python -m driftscan.config.publish"
