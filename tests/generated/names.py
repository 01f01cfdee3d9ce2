"""How one made-up organisation names things: its words for the environments, where they stand in a name, how its parts are joined,
what is at the end of it, and what its second copy is called."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from tests.catalog.twin import another

STAGE = ("stage", "staging", "stg", "uat", "acc", "preview", "qa", "preprod", "sit", "ppe", "rehearsal")
PROD = ("prod", "production", "prd", "live", "main", "pro", "blue", "api", "prodn", "released")
"""Words for the environments; `main`, `live`, `blue` and `api` are parts of other names too."""
PLACES = ("as it is", "first", "last", "middle", "glued")
STYLES = ("as it is", "as it is", "camel", "snake")
ENDS = ("", "", "cut", "stack", "moment", "hex")
COPIES = ("", "north", "spare")
LIMITS = (32, 63, 64)
"""Lengths at which names are cut."""
_ROOM = 16
"""What the longest word, separators and a little of the filler need."""
_FILLER = "-the-one-that-serves-every-customer-of-the-house-in-every-season-of-the-year"
_NAME = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_CHOSEN = re.compile(rf"(?=.*[A-Za-z]){_NAME.pattern}(?<=.{{4}})")
_PLACE = re.compile(r"[a-z]{2}-[a-z]+-[0-9]|[a-z]{2}[nsewc]{1,2}[0-9]-az")
"""A region or a zone, which nobody calls anything else."""
_PARTS = re.compile(r"([-_])")
_WORD = re.compile(r"(\d*)([A-Za-z]+)(\d*)")
_BALANCED = re.compile(r"(?:targetgroup|app|net|gwy)/\Z")
"""What stands before the name of a target group or load balancer, which has 32 characters at most: a moment of 26 never stands behind one
as long as ours, and an ARN that holds one is none."""
_ALGORITHM = re.compile(r"SHA\d+WITH[A-Z]+")
"""What a certificate is signed with (`SHA256WITHRSA`): as long as an id and as mixed, but a copy elsewhere is signed with the same."""
_GLUED = 3
"""Shorter words nobody can tell from the end of another."""


@dataclass(frozen=True)
class Habit:
    """words: of stage and of prod, the environment's name first. place: where the word stands in a name of several parts.

    style: how the parts are joined. end: what becomes of the end of a resource's own name.
    """

    words: tuple[tuple[str, ...], tuple[str, ...]]
    place: str
    style: str = "as it is"
    end: str = ""

    def rename(self, environment: str, own: Collection[str] = (), ids: Collection[str] = (), salt: str = "") -> Callable[[str], str]:
        """Text of an example (`orders-stage`) -> as this organisation writes it (`uat-orders`).

        own: names that resources bear; ids: those of them that are ids too, where random digits show that nobody chose them.
        salt: what is drawn at random is another elsewhere.
        """
        words = self.words[environment == "prod"]
        said = (environment, environment.title(), environment.upper())

        def one(name: re.Match[str]) -> str:
            parts = _PARTS.split(name[0])
            at = {i: m for i, p in enumerate(parts) if (m := _WORD.fullmatch(p)) and m[2] in said}
            if not at:
                return name[0]
            others = "".join(p for i, p in enumerate(parts) if i not in at)
            word = words[_number(others) % len(words)]
            shown = {i: m[1] + (word.upper() if m[2].isupper() else word.title() if m[2].istitle() else word) + m[3] for i, m in at.items()}
            made = self._ordered(parts, shown, _number(others))
            if self.end == "moment" and _BALANCED.search(name.string[: name.start()]):
                return made
            last = max(at) == len(parts) - 1
            return self._ended(made, environment + salt, others, last) if name[0] in (ids if self.end == "hex" else own) else made

        return lambda text: _NAME.sub(one, text)

    def _ordered(self, parts: list[str], shown: dict[int, str], number: int) -> str:
        """The parts of a name, with the environment's word at its place."""
        alone = len(shown) == 1 and len(parts) > 1 and len(set(parts[1::2])) == 1 and not any(c.isdigit() for c in parts[-1])
        whole = [shown.get(i, p) for i, p in enumerate(parts)]
        if not alone:
            return "".join(whole)
        (word,) = shown.values()
        rest = [p for i, p in enumerate(parts) if i % 2 == 0 and i not in shown]
        dash = parts[1]
        match self.place:
            case "first":
                ordered = [word, *rest]
            case "last":
                ordered = [*rest, word]
            case "middle":
                ordered = [*rest[: (len(rest) + 1) // 2], word, *rest[(len(rest) + 1) // 2 :]]
            case "glued" if word.islower() and rest[-1].isalpha() and min(len(w) for ws in self.words for w in ws) >= _GLUED:
                ordered = [*rest[:-1], rest[-1] + word]
            case _:
                ordered = whole[::2]
        if self.style == "snake":
            dash = "_"
        elif self.style == "camel" and all(p.islower() and p.isalpha() for p in ordered) and self.place != "glued":
            return ordered[0] + "".join(p.title() for p in ordered[1:]) if number % 2 else "".join(p.title() for p in ordered)
        return dash.join(ordered)

    def _ended(self, name: str, environment: str, others: str, last: bool) -> str:
        """A resource's own name with its end. A word that is cut itself is no word any more: there the name stays whole."""
        noise = hashlib.sha256(f"{others}/{environment}".encode()).hexdigest()
        match self.end:
            case "cut" if self.place in ("first", "middle") or (self.place == "as it is" and not last):
                limit = next((n for n in LIMITS if len(others) + _ROOM <= n), 0)
                return (name + _FILLER)[:limit] if limit else name
            case "stack":
                return f"{name}-{_letters(noise, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 13)}"
            case "moment":
                return f"{name}-2021{_letters(noise, '0123456789', 12)[:10]}0000{int(noise[:7], 16) % 10**8:08}"
            case "hex":
                return f"{name}-{noise[:6]}7a"
        return name


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def _letters(noise: str, alphabet: str, length: int) -> str:
    return "".join(alphabet[int(noise[2 * n : 2 * n + 2], 16) % len(alphabet)] for n in range(length - 2)) + "7K"


def habit(r: random.Random) -> Habit:
    words = tuple(tuple(r.sample(pool, r.choice((1, 1, 2)))) for pool in (STAGE, PROD))
    return Habit((words[0], words[1]), r.choice(PLACES), r.choice(STYLES), r.choice(ENDS))


def copied(
    number: int, names: Iterable[str], generated: re.Pattern[str], accounts: Collection[str], place: str = ""
) -> Callable[[str], str]:
    """Text of the first copy -> of a later one: generated ids are others, and what bears one of `names` bears a longer one.

    accounts: what is no id although it looks like one. place: elsewhere, ids are others although names may be the same.
    """
    if number == 0 and not place:
        return lambda text: text
    mine = chosen(names, generated) if number else ()

    def fresh(id: re.Match[str]) -> str:
        return id[0] if id[0] in accounts or _ALGORITHM.fullmatch(id[0]) else another(id[0], COPIES[number] + place)

    def longer(name: re.Match[str]) -> str:
        if name[0] not in mine:
            return name[0]
        parts = _PARTS.split(name[0])
        return "".join([parts[0], "-" if len(parts) == 1 else parts[1], COPIES[number], *parts[1:]])

    return lambda text: generated.sub(fresh, _NAME.sub(longer, text))


def chosen(names: Iterable[str], generated: re.Pattern[str]) -> set[str]:
    """Those of the names that somebody chose."""
    return {n for n in names if _CHOSEN.fullmatch(n) and not generated.search(n) and not _PLACE.match(n)}
