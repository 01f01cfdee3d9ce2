"""What is read of each resource type, what is compared, what is dropped and why, from the catalogue."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from driftscan import catalog
from driftscan.catalog.decisions import Decision, decisions
from driftscan.catalog.permissions import action, calls
from driftscan.catalog.provenance import rules
from driftscan.catalog.spec import REASONS, Spec
from sitegen.text import code, plain, table

HOW = {"counted": "counted, never compared", "population": "grouped: such resources come and go", "compared": "compared"}

SAID = """\
{types} AWS resource types are read. Their documents have {members:,} members by the vendor's own models: {compared:,} are compared,
{redacted:,} are compared by digest, {dropped:,} are dropped, each with one of the reasons below. `driftscan types` and
`driftscan types --ignored` print the same; a report counts what it dropped.

## Why a member may be dropped

{reasons}
## Who made a resource

What people or their code made is compared. What the vendor or a platform makes by itself is counted; what another resource makes, and
members of a population, are grouped under their owner. The first of these rules that fits decides, then the type's own specification:

{made}
## Types

{table}"""


@cache
def _all() -> Mapping[str, tuple[Spec, list[Decision]]]:
    return {name: (spec, decisions(spec)) for name, spec in sorted(catalog.load().of("aws").items())}


def _how(spec: Spec) -> str:
    return "counted" if not spec.pair else "population" if spec.population else "compared"


def _service(name: str) -> str:
    return name.split("::")[1].lower()


def _anchor(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _counts(found: list[Decision]) -> dict[str, int]:
    return {outcome: sum(d.outcome == outcome for d in found) for outcome in ("compared", "redacted", "dropped")}


def catalogue() -> str:
    """All types: how much of them is compared, why members are dropped, who made what."""
    rows, totals = [], {"compared": 0, "redacted": 0, "dropped": 0}
    for name, (spec, found) in _all().items():
        n = _counts(found)
        totals = {k: totals[k] + n[k] for k in totals}
        link = f"[`{name}`](catalogue/{_service(name)}.md#{_anchor(name)})"
        how = re.split("[,:]", HOW[_how(spec)])[0]
        rows.append((link, plain(spec.title), spec.scope, how, str(n["compared"]), str(n["redacted"]), str(n["dropped"])))
    made = [(plain(r.title), r.provenance.value, ", ".join(map(code, r.types))) for r in rules()]
    return SAID.format(
        types=len(rows),
        members=sum(totals.values()),
        **totals,
        reasons=table(("reason", "meaning"), [(code(k), plain(v)) for k, v in REASONS.items()]),
        made=table(("what", "made by", "types"), made),
        table=table(("type", "what", "scope", "how", "compared", "by digest", "dropped"), rows),
    )


def services() -> dict[str, str]:
    """One page per service."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in _all():
        groups[_service(name)].append(name)
    return {service: _page(service, names) for service, names in sorted(groups.items())}


def _page(service: str, names: list[str]) -> str:
    title = names[0].split("::")[1]
    parts = [f"# {title}\n", "[All types](../catalogue.md)\n"]
    for name in names:
        spec, found = _all()[name]
        parts.append(_type(name, spec, found))
    assert service == _service(names[0])
    return "\n".join(parts)


def _type(name: str, spec: Spec, found: list[Decision]) -> str:
    n = _counts(found)
    used = [(code(f"{s}:{o}"), code(action(s, o))) for s, o in calls(spec)]
    dropped: dict[str, list[str]] = defaultdict(list)
    for d in found:
        if d.outcome == "dropped":
            dropped[d.reason].append(d.path)
    matched = " or ".join(" + ".join(map(code, keys)) if keys else "being the only one of its place" for keys in spec.identity.match)
    facts = [
        ("what it is", plain(spec.title)), ("scope", spec.scope), ("how", HOW[_how(spec)]), ("aspect", spec.aspect),
        ("paired by name with", matched or "nothing: stacks, tags or form decide"),
        ("lists whose order counts", ", ".join(code(p) for p in spec.compare.ordered) or "none"),
    ]  # fmt: skip
    parts = [
        f"## {name} {{#{_anchor(name)}}}\n",
        "".join(f"- {name}: {said}\n" for name, said in facts),
        table(("call", "permission"), used),
    ]
    if dropped:
        parts.append("Not compared:\n")
        parts.append(table(("reason", "members"), [(code(r), ", ".join(map(code, ps))) for r, ps in sorted(dropped.items())]))
    if digests := [d.path for d in found if d.outcome == "redacted"]:
        parts.append(f"Compared by digest: {', '.join(map(code, digests))}\n")
    if compared := [d.path for d in found if d.outcome == "compared"]:
        parts.append(f'??? note "Compared: {n["compared"]} members"\n\n    {", ".join(map(code, compared))}\n')
    return "\n".join(parts)
