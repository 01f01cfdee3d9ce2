"""What can go wrong: a policy that is not understood is no answer."""

from __future__ import annotations

from driftscan.errors import DriftscanError


class BindingError(DriftscanError):
    """A policy holds something that is not understood. The caller leaves it to the plain comparison."""
