"""The clean twin of recorded answers: the same estate in another account and environment, every generated thing generated anew."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.model import Shape

from driftscan.catalog import ignored
from driftscan.catalog.paths import Member, Step, Where
from driftscan.catalog.spec import Spec
from driftscan.model.resource import Resource
from tests.catalog import shapes
from tests.catalog.answers import Answers

HERE, THERE = "333333333333", "444444444444"
REGIONS = ("eu-west-1", "eu-central-1")
ZONES = ("euw1-", "euc1-")
WORDS = (("stage", "prod"), ("Stage", "Prod"), ("STAGE", "PROD"))
# What is as long as a digest of content (32 and more) is no id: the same code has the same digest everywhere.
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PREFIXED = (
    r"(?<![A-Za-z0-9])[a-z]{1,10}(?:-[a-z]{2,8})?-[0-9a-f]{17}(?![A-Za-z0-9])|(?<![A-Za-z0-9])[a-z]{1,8}-[0-9a-f]{8}(?![A-Za-z0-9-])"
)
_UPPER = r"(?<![A-Za-z0-9])(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{12,32}(?![A-Za-z0-9])"
_LOWER = r"(?<![A-Za-z0-9-])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{10}(?![A-Za-z0-9-])"
_HEX = r"(?<![A-Za-z0-9])(?=[a-f]*\d)[0-9a-f]{16,31}(?![A-Za-z0-9])"
GENERATED = re.compile("|".join((_UUID, _PREFIXED, _UPPER, _HEX, _LOWER)))


def another(token: str, salt: str = "") -> str:
    """Another generated token of the same form: letters stay letters of their kind, the prefix stays. salt: a further one."""
    head, dash, tail = ("", "", token) if re.fullmatch(_UUID, token) else token.rpartition("-")
    noise = hashlib.sha256((token + salt).encode()).hexdigest() * 2
    out = []
    for i, c in enumerate(tail):
        n = int(noise[i % 128], 16)
        if c.isdigit():
            out.append(str((int(c) + 1 + n) % 10))
        elif c in "abcdef":
            out.append("abcdef"[("abcdef".index(c) + 1 + n) % 6])
        elif c.isupper():
            out.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(ord(c) - 65 + 1 + n) % 26])
        elif c.islower():
            out.append("abcdefghijklmnopqrstuvwxyz"[(ord(c) - 97 + 1 + n) % 26])
        else:
            out.append(c)
    return head + dash + "".join(out)


def rewriter(regional: bool, extra: Mapping[str, str]) -> Callable[[str], str]:
    """Text of this environment -> the same text of the other one. The same text always gives the same text."""

    def rewrite(text: str) -> str:
        if text in extra:
            return extra[text]
        for old, new in extra.items():
            text = text.replace(old, new)
        text = GENERATED.sub(lambda m: m[0] if m[0] == HERE else another(m[0]), text)
        text = text.replace(HERE, THERE)
        if regional:
            text = text.replace(*REGIONS).replace(*ZONES)
        for old, new in WORDS:
            text = re.sub(rf"(?<![A-Za-z]){old}(?![A-Za-z])", new, text)
        return text

    return rewrite


def rewritten(value: Any, shape: Shape | None, rewrite: Callable[[str], str]) -> Any:
    """A document with every string rewritten but enumerated values, moments and names of members."""
    match value:
        case dict():
            members = shape.members if shape is not None and shape.type_name == "structure" else None
            if members is not None:
                return {k: rewritten(v, members.get(k), rewrite) for k, v in value.items()}
            below = shape.value if shape is not None and shape.type_name == "map" else None
            return {rewrite(k): rewritten(v, below, rewrite) for k, v in value.items()}
        case list():
            return [rewritten(v, shape.member if shape is not None and shape.type_name == "list" else None, rewrite) for v in value]
        case str():
            if shape is not None and (shape.type_name in ("timestamp", "blob") or getattr(shape, "enum", None)):
                return value
            return rewrite(value)
        case _:
            return value


def twin(spec: Spec, answers: Answers, regional: bool | None = None) -> Answers:
    """The answers of the other environment. regional: they lie in another region; not said, a type of the account keeps its region."""
    rewrite = rewriter(spec.scope == "region" if regional is None else regional, answers.twin)
    calls: dict[str, list[dict[str, Any]]] = {}
    for key, entries in answers.calls.items():
        service, _, op = key.partition(":")
        model = shapes.operation(service, op)
        calls[key] = [
            {
                k: rewritten(v, model.input_shape if k == "args" else model.output_shape, rewrite) if k in ("args", "answer") else v
                for k, v in entry.items()
            }
            for entry in entries
        ]
    return Answers(calls)


def disturbed(spec: Spec, resource: Resource) -> Resource:
    """What may differ without a difference: lists in another order, and every value that is dropped because it moves by itself."""
    value = _shuffled(spec, resource.value, ())
    kept = {k.path.members for c in (*spec.filter.keep, *spec.filter.skip) for k in c} | set(_conditions(spec))
    for entry in ignored(spec):
        if entry.reason in ("time", "counter", "state", "noise") and entry.path.members not in kept:
            for at, old in entry.path.select(value):
                if any(p.covers(tuple(s for s in at if isinstance(s, str))) for p in spec.compare.config):
                    continue
                new = _moved(old)
                if new is not old:
                    value = put(value, at, new)
    return Resource(resource.address, value, resource.arn, resource.parent, resource.reads)


def _conditions(spec: Spec) -> Iterator[tuple[Step, ...]]:
    """The members by which a spec tells elements apart (`A[K=V]`): what is dropped or kept depends on them."""
    for entry in ignored(spec):
        for n, step in enumerate(entry.path.steps):
            if isinstance(step, Where) and step.key is not None:
                yield (*(s for s in entry.path.steps[:n] if not isinstance(s, Where)), Member(step.key))


def _moved(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 7
        case str() if re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
            return "2026-07" + value[7:]
        case str():
            return value + " moved"
    return value


def _shuffled(spec: Spec, value: Any, at: tuple[str, ...]) -> Any:
    match value:
        case dict():
            return {k: _shuffled(spec, v, (*at, k)) for k, v in reversed(value.items())}
        case list():
            items = [_shuffled(spec, v, at) for v in value]
            return items if any(p.matches(at) for p in spec.compare.ordered) else items[::-1]
        case _:
            return value


def put(value: Any, at: tuple[str | int, ...], new: Any, *, remove: bool = False) -> Any:
    """A copy of a document with another value at one place, or without it."""
    if not at:
        return new
    head, rest = at[0], at[1:]
    if isinstance(value, dict):
        if not rest and remove:
            return {k: v for k, v in value.items() if k != head}
        return {k: put(v, rest, new, remove=remove) if k == head else v for k, v in value.items()}
    if not rest and remove:
        return [v for i, v in enumerate(value) if i != head]
    return [put(v, rest, new, remove=remove) if i == head else v for i, v in enumerate(value)]
