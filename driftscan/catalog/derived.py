"""Facts about a type that nobody decided: taken from the vendors' models, written down in `derived.json`, exceptions in the specs.

A vendor's timestamp, the resource's own ARN and generated id, and what CloudFormation calls read-only are not compared unless `config` says
so; of Google's types what the general rule drops (`general`). `derived.json`, `leaves.json` and `gcp.json` are generated (`python -m
tests.catalog.derive`), so comparing needs no SDK.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from driftscan.catalog import general, paths
from driftscan.catalog.paths import Member, Pattern
from driftscan.catalog.spec import Ignored, Spec

HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Derived:
    """times: timestamp leaves. read_only: what CloudFormation calls read-only, under the API's names. sensitive: what the model flags.

    enums: leaves of which the model lists the values, `LIVE` or `TEST` among them: there that is the vendor's word, no environment's.
    maps: places (`A.*`) whose members are data: names that people chose, regions, ARNs. dropped: what the general rule for Google's types
    drops. by_name: what it drops by name, unless one of `kept` means the very place. moments: times of which only that they are set counts.
    """

    times: tuple[Pattern, ...] = ()
    read_only: tuple[Pattern, ...] = ()
    sensitive: tuple[Pattern, ...] = ()
    enums: tuple[Pattern, ...] = ()
    maps: tuple[Pattern, ...] = ()
    dropped: tuple[Ignored, ...] = ()
    by_name: tuple[Ignored, ...] = ()
    kept: tuple[Pattern, ...] = ()
    moments: tuple[Pattern, ...] = ()


@cache
def _facts() -> Mapping[str, Mapping[str, list[str]]]:
    file = HERE / "derived.json"
    return json.loads(file.read_bytes()) if file.exists() else {}


@cache
def derived(type: str) -> Derived:
    """The facts about a type; empty for one of AWS's that the catalogue lacks."""
    if general.covers(type):
        said = general.facts(type)
        return Derived((), (), (), said.enums, said.maps, said.dropped, general.by_name(type), general.kept(type), general.moments(type))
    facts = _facts().get(type, {})
    times, read_only, sensitive, enums, maps = (
        tuple(paths.parse(p) for p in facts.get(k, ())) for k in ("times", "readOnly", "sensitive", "enums", "maps")
    )
    return Derived(times, read_only, sensitive, enums, maps)


def own(spec: Spec) -> tuple[Pattern, ...]:
    """The members that hold the resource's own ARN and generated id: identity's plain paths that no `match` uses."""
    named = {part for alternative in spec.identity.match for part in alternative}
    ids = spec.identity.id if len(spec.identity.id) == 1 else ()
    texts = [t for t in (spec.identity.arn, *ids) if t is not None and "{" not in t and t not in named]
    return tuple(paths.parse(t) for t in dict.fromkeys(texts))


def ignored(spec: Spec) -> tuple[Ignored, ...]:
    """Everything that is not compared and why: the spec's own paths, then the derived ones that `config` did not take back.

    What is dropped by name is not among them (`by_name`).
    """
    kept = {_names(p) for p in spec.compare.config}
    said = {_names(i.path) for i in spec.compare.ignore if not i.path.conditional}
    named = {_names(paths.parse(part)) for alternative in spec.identity.match for part in alternative if not part.startswith("tags.")}
    facts = derived(spec.type)
    out = list(spec.compare.ignore)
    found = [Ignored(p, r) for ps, r in ((own(spec), "identity"), (facts.times, "time"), (facts.read_only, "derived")) for p in ps]
    for entry in (*found, *facts.dropped):
        names = _names(entry.path)
        if names not in kept and names not in said and names not in named:
            said.add(names)
            out.append(entry)
    return tuple(out)


def by_name(spec: Spec, names: tuple[str, ...]) -> str:
    """The reason for which a member path is dropped by one of its names, "" where it is not."""
    facts = derived(spec.type)
    for n in range(1, len(names) + 1) if facts.by_name else ():
        found = next((e for e in facts.by_name if e.path.matches(names[:n])), None)
        if found is not None and not any(k.matches(names[:n]) for k in (*spec.compare.config, *facts.kept)):
            return found.reason
    return ""


def _names(pattern: Pattern) -> tuple[str, ...]:
    return tuple(s.name if isinstance(s, Member) else "*" for s in pattern.members)
