"""The published schema of the configuration."""

from __future__ import annotations

from driftscan.config.publish import PATH, text


def test_it_is_current_to_the_byte() -> None:
    assert text() == PATH.read_text(), "write it anew: python -m driftscan.config.publish"
