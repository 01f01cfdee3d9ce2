"""What is known of roles: which permissions one holds, which role takes in which.

`roles.json` is generated (`python -m tests.semantics.bindings.predefined`) from the answers of IAM's `roles.list` with `view=FULL`, and
says when they were read. Google publishes no list in a package, and what a predefined role holds changes from week to week, so the file
that ships is empty: predefined roles are compared by their names, and two of them are never guessed to hold the same. Custom roles are
defined in the projects and organizations that are compared.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

FILE: Final = Path(__file__).parent / "roles.json"

Permissions: TypeAlias = frozenset[str]
BASIC: Final = ("roles/viewer", "roles/editor", "roles/owner")
"""Each holds all permissions of those before it, and more (IAM documentation, "Basic roles")."""


@cache
def _data() -> tuple[str, Mapping[str, Permissions]]:
    raw = json.loads(FILE.read_bytes())
    return raw["version"], {name: frozenset(held) for name, held in raw["roles"].items()}


def version() -> str:
    """When the predefined roles were read; empty where none are known."""
    return _data()[0]


def known(role: str, defined: Mapping[str, Permissions]) -> Permissions | None:
    """The permissions of a role, or None where nobody knows them. defined: custom roles by name."""
    found = defined.get(role)
    return found if found is not None else _data()[1].get(role)


def lesser(role: str) -> tuple[str, ...]:
    """The roles that a role is known to hold all of, and more, by its name alone."""
    return BASIC[: BASIC.index(role)] if role in BASIC else ()


def held(role: str, roles: Collection[str]) -> bool:
    """Whether a role is among some, or is held by one of them, by name alone."""
    return role in roles or any(role in lesser(r) for r in roles)
