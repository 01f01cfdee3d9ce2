"""The members of a vendor's structure, each as what it has to be: what is not understood is no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from driftscan.errors import DriftscanError
from driftscan.model.value import Value


class NotUnderstoodError(DriftscanError):
    """What was given cannot be compared as sets. The caller leaves it to the plain comparison; it never is an answer."""


def members_of(value: Value, known: Set[str], what: str) -> Mapping[str, Value]:
    """A structure of which every member is known. Raises NotUnderstoodError."""
    if not isinstance(value, Mapping):
        raise NotUnderstoodError(f"{what} is a {type(value).__name__}")
    if unknown := sorted(map(str, value.keys() - known)):
        raise NotUnderstoodError(f"{what} has members that are not understood: {', '.join(unknown)}")
    return value


def list_of(found: Mapping[str, Value], name: str) -> Sequence[Value]:
    """A list that may be absent. Raises NotUnderstoodError."""
    value = found.get(name)
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise NotUnderstoodError(f"{name} is no list")
    return value


def text_of(found: Mapping[str, Value], name: str) -> str:
    """A text that must be there. Raises NotUnderstoodError."""
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise NotUnderstoodError(f"{name} is no text")
    return value


def texts_of(found: Mapping[str, Value], name: str) -> list[str]:
    """A list of texts that may be absent. Raises NotUnderstoodError."""
    out: list[str] = []
    for value in list_of(found, name):
        if not isinstance(value, str) or not value:
            raise NotUnderstoodError(f"{name} holds something that is no text")
        out.append(value)
    return out


def number_of(found: Mapping[str, Value], name: str) -> int:
    """A whole number that must be there. Raises NotUnderstoodError."""
    value = found.get(name)
    if type(value) is not int:
        raise NotUnderstoodError(f"{name} is no whole number")
    return value
