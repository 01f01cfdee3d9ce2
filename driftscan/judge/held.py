"""Which promises an environment is held to."""

from __future__ import annotations

from typing import Final

from driftscan.model.settings import Environment, Settings

EVERYWHERE: Final = ("ENV-01", "ENV-02", "ENV-03", "ENV-17")
"""What every environment keeps, whatever it is."""

BY_ROLE: Final = {"dev": (), "test": (), "stage": ("ENV-04", "ENV-05"), "prod": ("ENV-04", "ENV-05"), "": ("ENV-04", "ENV-05")}
"""Role -> what it keeps beside that: stage holds parity, and prod is what it is held against. Without a role nothing is taken off."""


def held(environment: Environment, settings: Settings) -> tuple[str, ...]:
    """The ids of the controls that the environment is held to: as configured, else by its role."""
    named = settings.controls.hold.get(environment.name)
    return named if named is not None else (*EVERYWHERE, *BY_ROLE.get(environment.role, ()))
