"""A process that starts, one that does not, and what the starter says then; the servers' own tests show that they end with it."""

from __future__ import annotations

import pytest

from driftscan.demo.child import started
from driftscan.errors import DriftscanError


def test_what_does_not_start_says_why() -> None:
    with pytest.raises(DriftscanError) as caught, started("the cloud", "install it", "driftscan.demo.nowhere"):
        raise AssertionError("it started")
    assert "the cloud did not start" in str(caught.value) and "No module named driftscan.demo.nowhere" in str(caught.value)
    assert caught.value.hint == "install it"
