"""All findings as compressed JSON inside the page: an index to list, search, filter and sort by, and details in parts, read on demand.

Each part is base64 of raw deflate, made by libdeflate, whose bytes are the same on every machine. The page's script is the only reader.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import deflate

from driftscan.formats.sides import SAME, Shown, sides, whole
from driftscan.formats.text import printable
from driftscan.model.report import Report, ReportChange, ReportFinding, ReportLocator
from driftscan.model.value import ABSENT

PART: Final = 1_000
"""Findings whose details stand in one part."""
LEVEL: Final = 10
SELF: Final = "\x01"
ID: Final = "\x02"
"""Stand for the last part of the finding's key inside its title and its resources' ids, and for a resource's id inside its ARN."""
_KEPT: Final = {"title": SELF, "aspects": "\n"}
"""Characters of ours inside the texts of a column."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The index and the parts, as text."""

    index: str
    parts: tuple[str, ...]


class _Words:
    """Texts that repeat, each once: a column holds their places."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))

    def __iter__(self) -> Any:
        return iter(self.places)


def payload(report: Report, labels: Callable[[ReportFinding], Sequence[str]], tables: Mapping[str, Sequence[Sequence[str]]]) -> Payload:
    """Every finding of the report, in its order. labels: of a finding, what its candidate and its reference are called.

    tables: rows of the page's long tables that do not stand in it.
    """
    words = {
        name: _Words()
        for name in ("severity", "verdict", "kind", "state", "type", "owner", "comparison", "first", "aspects", "title", "group")
    }
    columns: dict[str, list[Any]] = {name: [] for name in ("id", "key", *words)}
    names: dict[str, Sequence[str]] = {}
    for f in report.findings:
        key = f.resource.key
        names.setdefault(f.comparison, [printable(x) for x in labels(f)])
        columns["id"].append(printable(f.id))
        columns["key"].append(printable(key))
        for name, text in (
            ("severity", f.severity),
            ("verdict", f.verdict),
            ("kind", f.kind),
            ("state", f.state),
            ("type", f.resource.type),
            ("owner", f.owner or ""),
            ("comparison", f.comparison),
            ("first", f.first_seen),
            (
                "aspects",
                "\n".join(sorted({c.aspect for c in f.changes if c.verdict == f.verdict} if f.kind == "changed" else ()) or [f.aspect]),
            ),
            ("title", _without(f.title, name_of(key))),
            ("group", f.group),
        ):
            columns[name].append(words[name].place(text))
    known = {name: [printable(text, keep=_KEPT.get(name, "")) for text in held] for name, held in words.items()}
    rest = {name: [[printable(cell) for cell in row] for row in rows] for name, rows in tables.items() if rows}
    called = {printable(k): v for k, v in names.items()}
    texts = {name: "\n".join(columns.pop(name)) for name in ("id", "key")}
    index = {"words": known, "columns": columns, "texts": texts, "labels": called, "part": PART, "tables": rest}
    parts = [_pack(_part(report.findings[at : at + PART])) for at in range(0, len(report.findings), PART)]
    return Payload(_pack(index), tuple(parts))


def _pack(value: Any) -> str:
    return base64.b64encode(deflate.deflate_compress(_json(value).encode("utf-8", "backslashreplace"), LEVEL)).decode()


def name_of(key: str) -> str:
    """What of a key the titles and ids repeat: its last part."""
    return key.rsplit("/", 1)[-1]


def _without(text: str, name: str) -> str:
    return text.replace(SELF, "\\x01").replace(name, SELF) if name else text.replace(SELF, "\\x01")


def _part(findings: Sequence[ReportFinding]) -> list[Any]:
    """[shared, rows]: what occurs more than once in the rows stands in shared, and its place plus one in the rows."""
    rows = [_detail(f) for f in findings]
    texts = [[_json(x) if x else "0" for x in row] for row in rows]
    often = Counter(text for row in texts for text in row)
    places: dict[str, int] = {}
    shared: list[Any] = []
    for row, said in zip(rows, texts, strict=True):
        for i, text in enumerate(said):
            if row[i] and often[text] > 1:
                if text not in places:
                    shared.append(row[i])
                    places[text] = len(shared)
                row[i] = places[text]
    return [shared, rows]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _detail(f: ReportFinding) -> list[Any]:
    """[changes, reference, candidate, why, match, extra]; see report.js, which draws it. Trailing nothings are left out."""
    r = f.resource
    match = [printable(r.match.reason), f"{r.match.confidence:.2f}"] if r.match is not ABSENT else 0
    place = f"{f.location.file}:{f.location.line}" if f.location is not ABSENT else ""
    foot = [printable(x) for x in (f.aspect, f"rule {f.rule}" if f.rule else "", f"waiver {f.waiver}" if f.waiver else "", place) if x]
    why = [printable(x) for x in (f.remark, f.severity_reason)]
    row = [
        [_change(c, f) for c in f.changes],
        _locator(r.reference, name_of(r.key)),
        _locator(r.candidate, name_of(r.key)),
        why if any(why) else 0,
        match,
        foot if len(foot) > 1 else 0,
        _others(f),
    ]
    while row and not row[-1]:
        row.pop()
    return row


def _change(c: ReportChange, f: ReportFinding) -> list[Any]:
    """[path, reference, candidate, moved, verdict where it is another, remark]."""
    if f.one_sided:
        own = whole(c.reference if f.kind == "missing" else c.candidate)
        row: list[Any] = [printable(c.path), _shown(own)]
    else:
        rule = f.by_rule
        candidate, reference = (whole(c.candidate), whole(c.reference)) if rule else sides(c.candidate, c.reference)
        remark = printable(c.remark) if c.remark != f.remark else ""
        moved = "" if c.moved == "unknown" else c.moved + (f" {c.since[:10]}" if c.since is not ABSENT else "")
        row = [
            printable(c.path),
            _shown(reference),
            _shown(candidate),
            printable(moved),
            c.verdict if c.verdict != f.verdict else "",
            remark,
        ]
    while not row[-1] and len(row) > 2:
        row.pop()
    return row


def _shown(value: Shown) -> Any:
    """A text; 0 where nothing stands; else [kind, mark, text, mark, text, ...]."""
    if value.kind == "absent":
        return 0
    if not value.kind and len(value.segments) == 1 and value.segments[0][0] == SAME:
        return value.segments[0][1]
    return [value.kind, *(x for segment in value.segments for x in segment)]


def _locator(x: Any, name: str) -> Any:
    """[id, account, region, ARN, parent]."""
    if not isinstance(x, ReportLocator):
        return 0
    id, arn, name = printable(x.id), "" if x.arn is ABSENT else printable(x.arn), printable(name)
    row = [id.replace(name, SELF) if name else id, printable(x.account), printable(x.region)]
    if arn:
        row.append(arn.replace(id, ID) if id else arn)
    if x.parent is not ABSENT:
        row += [] if arn else [""]
        row.append(f"{printable(x.parent.type)} {printable(x.parent.id)}")
    return row


def _others(f: ReportFinding) -> Any:
    """Other resources that the finding names: [[label, place, place, ...], ...]."""
    groups: list[tuple[str, Iterable[str]]] = []
    if f.among is not ABSENT:
        groups += [("reference", map(_place, f.among.reference)), ("candidate", map(_place, f.among.candidate))]
    if f.consequences is not ABSENT:
        groups.append(("hangs", (f"{printable(x.type)} {_place(x)}{_paths(x)}" for x in f.consequences)))
    return [[label, *places] for label, places in groups] or 0


def _paths(x: Any) -> str:
    return "" if x.paths is ABSENT else f" at {', '.join(map(printable, x.paths))}"


def _place(x: Any) -> str:
    return f"{printable(x.id)} ({printable(x.account)} / {printable(x.region)})"
