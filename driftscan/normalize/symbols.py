"""Accounts, regions, environment words and declared variables in text: one Aho-Corasick pass, boundaries checked after."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from driftscan.model.settings import Vocabulary
from driftscan.normalize import names
from driftscan.normalize.names import GAP
from driftscan.normalize.networks import addresses

REGION: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:((?:us|eu|ap|sa|ca|me|af|il|mx|cn)(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central)(?:east|west)?-\d"
    r"|(?:us|europe|asia|australia|northamerica|southamerica|africa|me)-(?:north|south|east|west|central)(?:east|west)?\d{1,2}"
    r"|(?:US|EUROPE|ASIA|AUSTRALIA|NORTHAMERICA|SOUTHAMERICA|AFRICA|ME)-(?:NORTH|SOUTH|EAST|WEST|CENTRAL)(?:EAST|WEST)?\d{1,2}))([a-f])?"
    r"(?![A-Za-z0-9])"
)
"""A region of AWS (`eu-west-1`, with the letter of a zone) or of Google Cloud (`europe-west1`, whose zones add `-b`; buckets shout it)."""
_SIDES: Final = ("-north", "-south", "-east", "-west", "-central", "-NORTH", "-SOUTH", "-EAST", "-WEST", "-CENTRAL")
"""Every region has one in its name."""
ZONE_ID: Final = re.compile(r"(?<![A-Za-z0-9])[a-z]{2,4}(?:g|i|b)?[nsewc]{1,2}\d-az\d(?![A-Za-z0-9])")
_DIGIT: Final = re.compile("[0-9]")
_TYPE: Final = re.compile(r"(?<![\w:])[A-Z][A-Za-z0-9]*(?:::[A-Z][A-Za-z0-9]*)+(?![\w:])")


_DEVICE: Final = re.compile(
    r"(?<![\w.-])/dev/(?=(?:(?:sd|xvd|hd)[a-z]|(?:nvme|md|loop|ram|dm-|video|neuron)\d|std(?:in|out|err)|u?random|disk/|mapper/"
    r"|(?:null|zero|full|shm|fd|tty\d*|fuse|kmsg|log|net|snd|kvm)\b))"
)
"""Where Unix keeps its devices: no environment is meant."""


class Found(NamedTuple):
    """Something recognised in a text. kind: `ref`, `symbol` (text: what stands there instead), `network` (text: where in it), `word` or
    `region`.

    env: of a word, whose it is. shape: the placeholder of a word or region.
    """

    start: int
    end: int
    kind: str
    text: str
    env: str = ""
    shape: str = ""
    payload: object = None


class Symbols:
    """The symbols of one environment's vocabulary."""

    def __init__(self, vocabulary: Vocabulary, numbers: Mapping[str, str] | None = None) -> None:
        """numbers: project number -> id, where a snapshot tells: both are one project."""
        self.environment = vocabulary.environment
        self._regions = set(vocabulary.regions)
        self._region_map = vocabulary.region_map
        patterns: dict[str, tuple[str, str, str]] = {}
        for environment, words in vocabulary.words.items():
            for word in words:
                for text, shape in _shapes(word):
                    kept = patterns.get(text)
                    if kept is None or environment == self.environment:
                        patterns[text] = ("word", environment, shape)
        for name, values in vocabulary.variables.items():
            own = values.get(self.environment)
            for environment, text in values.items():
                if text and not addresses(text):
                    if environment == self.environment:
                        patterns[text] = ("symbol", f"{{{name}}}", "")
                    elif text != own:
                        patterns[text] = ("symbol", f"{{{name}:{environment}}}", "")
        for account, (environment, position) in vocabulary.accounts.items():
            whose = "" if environment == self.environment else f":{environment}"
            patterns[account] = ("symbol", f"{{account{whose}}}" if position == 0 else f"{{account{whose}#{position + 1}}}", "")
        spoken = project_symbols(vocabulary)
        for text, id_ in (*((id_, id_) for id_ in spoken), *(numbers or {}).items()):
            if id_ in spoken:
                patterns[text] = ("symbol", spoken[id_], "")
        self._texts = sorted(patterns)
        self._meanings = [patterns[t] for t in self._texts]
        self._automaton = AhoCorasick(self._texts, matchkind=MatchKind.Standard) if self._texts else None

    def find(self, text: str) -> list[Found]:
        """Every symbol in the text that stands at token boundaries; they may overlap."""
        out: list[Found] = []
        types: list[tuple[int, int]] | None = None
        if self._automaton is not None:
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
                kind, meaning, shape = self._meanings[number]
                if kind == "word":
                    if not bounded_word(text, start, end, shape):
                        continue
                    if types is None:
                        types = [m.span() for m in _TYPE.finditer(text)] if "::" in text else []
                        types += [m.span() for m in _DEVICE.finditer(text)] if "/dev/" in text else []
                    if any(a <= start < b for a, b in types):
                        continue
                    out.append(Found(start, end, "word", text[start:end], meaning, shape))
                elif bounded_number(text, start, end) if text[start:end].isdigit() else bounded(text, start, end):
                    out.append(Found(start, end, "symbol", meaning))
        if "-" in text and any(side in text for side in _SIDES) and _DIGIT.search(text) is not None:
            out += [self._region(m) for m in REGION.finditer(text)]
        if "-az" in text:
            out += [Found(m.start(), m.end(), "word", m[0], self.environment, "{zone}") for m in ZONE_ID.finditer(text)]
        return out

    def _region(self, m: re.Match[str]) -> Found:
        start, end = m.span(1)
        mapped = self._region_map.get(m[1])
        if mapped is not None:
            return Found(start, end, "symbol", f"{{region:{mapped}}}" if mapped not in ("home", "") else "{region}")
        return Found(start, end, "region", m[1], "", "{region}")


def bounded(text: str, start: int, end: int) -> bool:
    """Whether what stands there is no part of a longer run of letters and digits."""
    return not (start > 0 and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def bounded_number(text: str, start: int, end: int) -> bool:
    """Whether a number is no part of a longer one: letters may touch it, as in `bucket111111111111`."""
    return not (start > 0 and text[start - 1].isdigit()) and not (end < len(text) and text[end].isdigit())


def bounded_word(text: str, start: int, end: int, shape: str) -> bool:
    """Whether an environment's word stands by itself: between separators, or as a hump of camel case."""
    if start > 0 and (before := text[start - 1]).isalnum():
        if shape == "{Env}":
            if before.isupper() and not (start > 1 and (text[start - 2].islower() or text[start - 2] == GAP)):  # `natAStage`: `A` is a hump
                return False
        elif shape == "{env}" or not before.islower():
            return False
    if end < len(text) and (after := text[end]).isalpha():
        if shape == "{ENV}":
            if not (after.isupper() and end + 1 < len(text) and text[end + 1].islower()):
                return False
        elif not after.isupper():
            return False
    return True


_SHORT: Final = re.compile(r"-(?=[0-9a-f]*[0-9])(?:[0-9a-f]{4,8}|[0-9]{5,6})$")
"""What consoles and modules append to a project's id, because ids are taken all over the world (`acme-data-4f3a`, `acme-data-412907`)."""


def project_symbols(vocabulary: Vocabulary) -> dict[str, str]:
    """What stands for each project: its id without its environment's words and without what was generated, `{project:acme-core-{env}}`.

    Where it holds no such word, its place among those of its environment that don't: `{project}`, `{project#2}`. A project of another
    environment carries that one's name.
    """
    out: dict[str, str] = {}
    nameless: Counter[str] = Counter()
    for id_, (environment, _) in sorted(vocabulary.projects.items(), key=lambda x: x[1]):
        whose = "" if environment == vocabulary.environment else f":{environment}"
        logical = _logical(vocabulary, environment, id_)
        if logical:
            out[id_] = f"{{project{whose}:{logical}}}"
        else:
            nameless[environment] += 1
            place = f"#{nameless[environment]}" if nameless[environment] > 1 else ""
            out[id_] = f"{{project{whose}{place}}}"
    return out


def _logical(vocabulary: Vocabulary, environment: str, id_: str) -> str:
    """A project's id with its environment's words as `{env}`; empty where it holds none."""
    words = {w.lower() for w in vocabulary.words.get(environment, ())}
    pieces = _SHORT.sub("", names.bare(id_)).split("-")
    return "-".join("{env}" if p in words else p for p in pieces if p) if words & {*pieces} else ""


def _shapes(word: str) -> Iterable[tuple[str, str]]:
    low = word.lower()
    yield low, "{env}"
    if low.capitalize() != low:
        yield low.capitalize(), "{Env}"
    if low.upper() not in (low, low.capitalize()):
        yield low.upper(), "{ENV}"
    if word not in (low, low.capitalize(), low.upper()):
        yield word, "{env}"
