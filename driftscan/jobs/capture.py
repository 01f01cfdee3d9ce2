"""A snapshot pinned as rules: what is there now is what has to be there."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

import orjson
from ruamel.yaml import YAML

from driftscan.errors import UsageError
from driftscan.jobs.baselines import ground_of
from driftscan.jobs.context import Context
from driftscan.judge.baselines import Ground
from driftscan.judge.expectation import Speech
from driftscan.judge.spelling import hidden, written
from driftscan.model.resource import Canonical, Provenance
from driftscan.model.snapshot import Snapshot
from driftscan.model.value import Opaque, Redacted, Text, Unknown, Value

_PLAIN: Final = re.compile(r"[\w-]+")


def capture(context: Context, snapshot: Snapshot, types: Sequence[str] = (), environments: Iterable[str] = ()) -> str:
    """The rules that hold for a snapshot and for nothing else, as the text of a baseline file.

    types: globs, empty: all that are compared. environments: whom the rules are for, default: the snapshot's own; `*` is everyone.
    Values are written with symbols for what is the environment's own (`{env}`, `{region}`, `{ref TYPE KEY}`), so that they hold for
    the next snapshot and, where nothing but those differs, for another environment. What was kept as a digest is pinned by it; what
    could not be read is not pinned. Raises UsageError where nothing fits.
    """
    ground = ground_of(context, snapshot)
    wanted = [t for t in ground.types if _compared(ground, t) and (not types or any(fnmatchcase(t, g) for g in types))]
    rules: list[dict[str, Any]] = []
    for type in wanted:
        rules += _of_type(ground, type, sorted(environments or (ground.environment.name,)))
    if not rules:
        raise UsageError(f"nothing in {snapshot.id} fits", "see `driftscan types`, and write --types 'AWS::S3::*'")
    document = {
        "version": 1,
        "layer": "application",
        "description": f"Captured from {snapshot.header.environment} as of {snapshot.header.as_of}, snapshot {snapshot.id}.",
        "rules": rules,
    }
    out = io.StringIO()
    yaml = YAML()
    yaml.width = 140
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(document, out)
    return out.getvalue()


def _compared(ground: Ground, type: str) -> bool:
    spec = ground.spec(type)
    return spec is not None and spec.pair and not spec.population


def _of_type(ground: Ground, type: str, environments: list[str]) -> list[dict[str, Any]]:
    """One rule per logical key, and one on how many there are."""
    spec = ground.catalog.spec(type)
    if spec is None:
        return []
    by_key: dict[str, list[Canonical]] = {}
    placed = spec.singleton or () in spec.identity.match  # it goes by its place alone, which differs from environment to environment
    for form in ground.forms(type):
        if form.seal.provenance is Provenance.DECLARED:
            by_key.setdefault("" if placed else ground.keys[form.seal.address], []).append(form)
    if not by_key:
        return []
    where: dict[str, Any] = {} if environments == ["*"] else {"environment": environments}
    out: list[dict[str, Any]] = []
    for key, sharing in sorted(by_key.items()):
        called, selection = _called(key, by_key)
        for told, forms in _apart(sharing, ground.speech):
            select = {"type": type, **where, **({"key": selection} if key else {}), **({"where": told} if told else {})}
            rule: dict[str, Any] = {
                "id": "/".join([type, *([called] if key else []), *map(str, told.values())]),
                "select": select,
                "count": {"exactly": len(forms)},
            }
            expect, optional, whole = _members(forms, ground.speech)
            if expect:
                rule["expect"] = expect
            if optional:
                rule["optional"] = optional
            if whole:
                rule["closed"] = True
            out.append({**rule, "severity": "medium", "reason": "pinned as it was captured"})
    total = sum(len(forms) for forms in by_key.values())
    one = {
        "id": f"{type} in number",
        "select": {"type": type, **where},
        "count": {"exactly": total},
        "severity": "medium",
        "reason": "no more were captured",
    }
    return [*out, one]


def _apart(forms: Sequence[Canonical], speech: Speech) -> list[tuple[dict[str, Any], list[Canonical]]]:
    """Resources that share a key, told apart by a member that is a text of its own in each, where there is one."""
    if len(forms) > 1:
        for name in sorted(set.intersection(*(set(f.body) for f in forms))):
            texts = [pinned(f.body[name], speech) for f in forms]
            if _PLAIN.fullmatch(name) and all(isinstance(t, str) and t for t in texts) and len(set(texts)) == len(forms):
                return [({name: t}, [f]) for t, f in sorted(zip(texts, forms, strict=True), key=lambda p: p[0])]
    return [({}, list(forms))]


def _called(key: str, by_key: Mapping[str, Sequence[Canonical]]) -> tuple[str, str]:
    """What a key is called in an id, and as a selection that fits nothing else: its name, where nothing else goes by it."""
    names = {form.seal.name for form in by_key[key]}
    others = {n for k, forms in by_key.items() if k != key for n in (k, *(f.seal.name for f in forms))}
    for text in (*(n for n in names if len(names) == 1), key):
        if text and text.strip() == text and not text.startswith("=") and not {"*", "?"} & set(text) and text not in others:
            return text, text
    return key, f"={key}"


def _members(forms: Sequence[Canonical], speech: Speech) -> tuple[dict[str, Any], list[str], bool]:
    """What has to stand at the members of resources that share a key, which of them may be missing, and whether they are all known."""
    expect: dict[str, Any] = {}
    optional: list[str] = []
    whole = True
    for name in sorted({name for form in forms for name in form.body}):
        values = [form.body[name] for form in forms if name in form.body]
        if any(isinstance(inner, Unknown) for value in values for inner in hidden(value)):
            whole = False
            continue
        path = name if _PLAIN.fullmatch(name) else f"'{name}'"
        distinct: dict[bytes, Any] = {}
        for value in values:
            made = pinned(value, speech)
            distinct.setdefault(orjson.dumps(made, option=orjson.OPT_SORT_KEYS), made)
        literals = [distinct[k] for k in sorted(distinct)]
        expect[path] = {"enum": literals} if len(literals) > 1 else {"const": literals[0]} if isinstance(literals[0], dict) else literals[0]
        if len(values) < len(forms):
            optional.append(path)
    return expect, optional, whole


def pinned(value: Value, speech: Speech) -> Any:
    """A canonical value as a literal that only it fits."""

    def leaf(inner: Value) -> Any:
        masked = [p.key_id for p in inner.parts if isinstance(p, Opaque)] if isinstance(inner, Text) else []
        if isinstance(inner, Redacted | Opaque):
            masked = [inner.key_id]
        if masked:
            kind = inner.kind if isinstance(inner, Redacted) else "setting"
            return {"redacted": {"kind": kind, "text": speech.leaf(inner), "key_id": masked[0]}}
        return speech.leaf(inner)

    return written(value, leaf)
