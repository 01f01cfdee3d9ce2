"""How one made-up organisation names things: its words for the environments, where they stand in a name, what its second copy is called."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from tests.catalog import shapes
from tests.catalog.answers import Answers
from tests.catalog.twin import another, rewritten

WORDS = (
    ("stage", "prod"), ("staging", "production"), ("stg", "prd"), ("uat", "live"), ("acc", "prd"), ("preview", "live"), ("qa", "main"),
)  # fmt: skip
PLACES = ("as it is", "first", "last")
COPIES = ("", "north", "spare")
_NAME = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_CHOSEN = re.compile(rf"(?=.*[A-Za-z]){_NAME.pattern}(?<=.{{4}})")
_PLACE = re.compile(r"[a-z]{2}-[a-z]+-[0-9]|eu[wc]1-az")
"""A region or a zone, which nobody calls anything else."""
_PARTS = re.compile(r"([-_])")


@dataclass(frozen=True)
class Habit:
    """words: of stage and of prod. place: where the word stands in a name of several parts."""

    words: tuple[str, str]
    place: str

    def rename(self, environment: str) -> Callable[[str], str]:
        """Text of an example (`orders-stage`) -> as this organisation writes it (`uat-orders`)."""
        word = self.words[environment == "prod"]

        def one(name: re.Match[str]) -> str:
            parts = _PARTS.split(name[0])
            at = [
                i for i, p in enumerate(parts) if p.lower() == environment and p in (environment, environment.title(), environment.upper())
            ]
            if not at:
                return name[0]
            shown = {i: word.upper() if parts[i].isupper() else word.title() if parts[i][0].isupper() else word for i in at}
            alone = len(at) == 1 and len(parts) > 1 and len(set(parts[1::2])) == 1
            if self.place == "as it is" or not alone or any(c.isdigit() for c in parts[-1]):
                return "".join(shown.get(i, p) for i, p in enumerate(parts))
            rest = [p for i, p in enumerate(parts) if i % 2 == 0 and i != at[0]]
            return parts[1].join([shown[at[0]], *rest] if self.place == "first" else [*rest, shown[at[0]]])

        return lambda text: _NAME.sub(one, text)


def habit(r: random.Random) -> Habit:
    return Habit(r.choice(WORDS), r.choice(PLACES))


def copied(number: int, names: Iterable[str], generated: re.Pattern[str], accounts: Collection[str]) -> Callable[[str], str]:
    """Text of the first copy -> of a later one: generated ids are others, and what bears one of `names` bears a longer one.

    accounts: what is no id although it looks like one.
    """
    if number == 0:
        return lambda text: text
    mine = {n for n in names if _CHOSEN.fullmatch(n) and not generated.search(n) and not _PLACE.match(n)}

    def fresh(id: re.Match[str]) -> str:
        return id[0] if id[0] in accounts else another(id[0], COPIES[number])

    def longer(name: re.Match[str]) -> str:
        if name[0] not in mine:
            return name[0]
        parts = _PARTS.split(name[0])
        return "".join([parts[0], "-" if len(parts) == 1 else parts[1], COPIES[number], *parts[1:]])

    return lambda text: generated.sub(fresh, _NAME.sub(longer, text))


def through(answers: Answers, rewrite: Callable[[str], str]) -> Answers:
    """Recorded answers with every text rewritten but enumerated values, moments and names of members."""
    calls: dict[str, list[dict[str, Any]]] = {}
    for key, entries in answers.calls.items():
        service, _, op = key.partition(":")
        model = shapes.operation(service, op)
        forms = {"args": model.input_shape, "answer": model.output_shape}
        calls[key] = [{k: rewritten(v, forms[k], rewrite) if k in forms else v for k, v in entry.items()} for entry in entries]
    return Answers(calls)
