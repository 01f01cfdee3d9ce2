"""What a control is, and how its docstring is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from driftscan.judge.facts import Facts
from driftscan.model.control import ControlText, Evidence
from driftscan.model.drift import Severity

PARTS: Final = ("What it judges", "Why it matters", "Evidence", "What to do")
"""The headings of a control's docstring, in this order."""


class NotApplicable(Exception):
    """The promise says nothing about this environment. Its text is the reason."""


Judge: TypeAlias = Callable[[Facts, str], Iterable[Evidence]]
"""What the facts say of the promise in one environment. Raises NotApplicable.

Whoever cannot see something that the promise is about says so with an item of standing `unknown`: no control decides its own status.
"""


@dataclass(frozen=True)
class Control:
    """One promise. version: rises when the same facts are judged otherwise; docstring: of its module.

    severity: of what breaks it, as a finding; aspect: of that finding. holds: one sentence for an environment that keeps it.
    """

    id: str
    version: int
    title: str
    severity: Severity
    aspect: str
    holds: str
    docstring: str
    judge: Judge

    @cached_property
    def text(self) -> ControlText:
        """The docstring's four parts."""
        return parse(self.docstring)


def parse(docstring: str) -> ControlText:
    """The four parts of a docstring, each a paragraph of one line. Raises ValueError where one is missing, empty or out of order."""
    found = re.split(rf"^({'|'.join(PARTS)}):\s*", docstring, flags=re.MULTILINE)
    if tuple(found[1::2]) != PARTS:
        raise ValueError(f"a control says {', '.join(PARTS)}, in this order; this one says {', '.join(found[1::2]) or 'nothing'}")
    parts = [" ".join(part.split()) for part in found[2::2]]
    if empty := [name for name, part in zip(PARTS, parts, strict=True) if not part]:
        raise ValueError(f"nothing stands under {empty[0]}")
    return ControlText(*parts)
