"""Rules and waivers that are not in force yet: a file of its own, to see what they would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from driftscan.config.document import ExpectedEntry, Strict, WaiverDocument
from driftscan.config.load import expected_of, waivers_of
from driftscan.config.problems import first_problem
from driftscan.config.text import read
from driftscan.errors import ConfigError
from driftscan.model.baseline import against
from driftscan.model.settings import Expected, Settings, Waiver

T = TypeVar("T", bound=Expected | Waiver)


class ProposalDocument(Strict):
    """`expected:` and `waivers:`, as in driftscan.yaml."""

    expected: list[ExpectedEntry] = Field(default_factory=list)
    waivers: WaiverDocument = Field(default_factory=list)


def proposed(path: Path, settings: Settings) -> Settings:
    """The settings with the rules and waivers of `path` too; one whose id is there already takes its place.

    Raises ConfigError for the first problem: a proposal with a mistake would show nothing, and look as if it hid nothing.
    """
    document = read(path)
    data = document.data
    if isinstance(data, dict):  # `expected:` with nothing but comments below it
        data = {k: v for k, v in data.items() if v is not None}
    if not isinstance(data, dict) or not data:
        raise document.error((), "the file proposes nothing", "write `expected:` or `waivers:` and its list, as in driftscan.yaml")
    try:
        shape = ProposalDocument.model_validate(data)
    except ValidationError as e:
        raise first_problem(document, (), e, ProposalDocument) from None
    waivers, void = waivers_of([(document, ("waivers",), shape.waivers)])
    if void:
        raise ConfigError(void[0].problem, file=str(path), hint="this waiver would waive nothing")
    expected = tuple(expected_of(document, i, e) for i, e in enumerate(shape.expected))
    names = [f"{c.candidate}..{c.reference}" for c in settings.comparisons] + [against(e.name) for e in settings.environments]
    for i, rule in enumerate(expected):
        if rule.comparison is not None and rule.comparison not in names:
            hint = f"write one of {', '.join(names)}"
            raise document.error(("expected", i, "comparison"), f"there is no comparison `{rule.comparison}`", hint)
    return replace(settings, expected=_joined(settings.expected, expected), waivers=_joined(settings.waivers, waivers))


def _joined(held: Sequence[T], new: Sequence[T]) -> tuple[T, ...]:
    """All of them, a new one in the place of the one with its id."""
    by_id = {r.id: r for r in new}
    kept = {r.id for r in held}
    return (*(by_id.get(r.id, r) for r in held), *(r for r in new if r.id not in kept))
