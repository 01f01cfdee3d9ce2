"""Values: what a vendor answered, and what normalisation makes of it.

A *raw* value is what JSON can hold (`None`, `bool`, `int`, `float`, `str`, `list`, `dict` with string keys) plus two
markers: `Unknown` (could not be read) and `Redacted` (was read, must not be kept).

A *canonical* value is made by `normalize` and holds, instead of lists, the container that says what the list means
(`Seq`, `Bag`, `Keyed`), and instead of plain strings, where something was recognised inside, `Text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

import orjson

from driftscan.errors import DriftscanError

Value: TypeAlias = Any
"""A raw or canonical value; see the module's docstring for which members each may hold."""


class _Absent:
    """The absence of a value, which is not `null`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Could not be read: `code` is the vendor's error code, or `in flux`, `unread type`, `unresolved id`."""

    code: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """Was read and must not be kept (DESIGN section 11).

    kind: `secret` (one digest), `setting` (its token sequence) or `person` (one digest, and for a mail address its token sequence).
    parts: for a secret or person one hex digest; for a setting, and behind the digest of a mail address, its tokens in order, delimiters
    and revealed words as `"=text"` in clear, every other token as `"#hexdigest"`, a short number as `"#hexdigest~hexdigest"` (its own, and
    with the words before it: only where a name of the snapshot holds both may it be recognised).
    key_id: names the key; digests of different keys are never comparable.
    """

    kind: str
    parts: tuple[str, ...]
    key_id: str

    @property
    def closed(self) -> Redacted:
        """A secret or person as one digest and nothing else."""
        return replace(self, parts=self.parts[:1]) if len(self.parts) > 1 else self


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """The one name of a resource: type, scope, provider id.

    provider `aws` or `gcp`; account: account id or project id; region: region, location, or `global`;
    id: the provider's identifier, unique inside (type, account, region).
    """

    type: str
    account: str
    region: str
    id: str
    provider: str = "aws"

    @classmethod
    def of(cls, type: str, account: str, region: str, id: str) -> Address:
        """An address whose provider is told by its type: `AWS::SQS::Queue`, `storage.googleapis.com/Bucket`."""
        return cls(type, account, region, id, "gcp" if "/" in type else "aws")

    def __hash__(self) -> int:
        return hash((self.id, self.account))  # it is looked up millions of times, and these two tell nearly all apart

    def __str__(self) -> str:
        return f"{self.type} {self.account}/{self.region}/{self.id}"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another resource, found in a canonical value.

    target: the address where a snapshot holds it, or names it in a stack listing; else None: an id that follows a
    known form and that nothing read explains. `type` is what the id claims to be (may be empty), `text` the original
    spelling (never part of a digest), `attribute` which of the target's names was used (`arn`, `id`, `url`, ...).
    """

    target: Address | None
    type: str
    text: str
    attribute: str = ""


NETWORK: Final = "network"
"""The attribute of a reference that stands for where a network lies, at the front of an address that is relative to it."""
PLACED: Final = "{network}"
"""How such a reference is spelled."""


@dataclass(frozen=True, slots=True)
class Word:
    """An environment's word inside a string. `env`: whose word; `text`: as written; `shape`: `{env}`, `{Env}` or `{ENV}`."""

    env: str
    text: str
    shape: str


@dataclass(frozen=True, slots=True)
class Opaque:
    """One token of a redacted setting that nothing recognised explains; equal digests under one key mean equal text.

    text: the token where it may be shown, because a name of the snapshot holds it; never part of a comparison.
    """

    digest: str
    key_id: str
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A string in which something was recognised: literal parts (symbols such as `{account}` already in them) and markers."""

    parts: tuple[str | Ref | Word | Opaque, ...]


@dataclass(frozen=True, slots=True)
class Seq:
    """A list whose order means something."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Bag:
    """A list whose order means nothing, elements in the order of their placeholder digests; duplicates count."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A set of structures, paired by key. `items`: (key parts, element) in key order; each key part is canonical.

    members: it is a map of which some member's name holds a word or a reference, so that names are paired like other texts; each
    key is one name, and paths show it as a member.
    """

    items: tuple[tuple[tuple[Value, ...], Value], ...]
    members: bool = False

    def step(self, key: tuple[Value, ...]) -> Step:
        """The path step to the element of a key, as its own environment spells it; a member's name with placeholders for words."""
        return show_name(key[0]) if self.members else Key(tuple(show_scalar(k) for k in key))


# --------------------------------------------------------------------------------------------- paths


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A path step that selects an element of a `Keyed` or `Bag` by what identifies it (shown as `[tcp/22/22]`)."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join(self.parts)


Step: TypeAlias = str | int | Key
Path: TypeAlias = tuple[Step, ...]
"""`str` is a member, `int` an index into a `Seq`, `Key` an element of a set."""


def show_path(path: Path) -> str:
    """A path for people: `IpPermissions[tcp/22/22].IpRanges[0.0.0.0/0]`, `Tags["kubernetes.io/name"]`, `Layers[0]`."""
    out = ""
    for step in path:
        if isinstance(step, Key | int):
            out += f"[{step}]"
        elif step and all(c.isalnum() or c in "_-:" for c in step):
            out += f".{step}" if out else step
        else:
            out += f"[{orjson.dumps(step).decode()}]"
    return out


def pointer(path: Path) -> str:
    """A path for machines: a JSON Pointer (RFC 6901) into the canonical document."""
    return "".join("/" + str(s).replace("~", "~0").replace("/", "~1") for s in path)


def member_path(path: Path) -> tuple[str, ...]:
    """The path without element selectors: what a finding's id, a group and an aspect are made of."""
    return tuple(s for s in path if isinstance(s, str))


# --------------------------------------------------------------------------------------------- at rest

_STRICT: Final = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
"""What would come back as something else (a time, a dataclass) is refused."""
_MARKERS: Final = ("$unknown", "$redacted", "$literal")


def encode(value: Value) -> bytes:
    """A raw value as JSON bytes, keys sorted: equal values give equal bytes.

    Markers become objects with one reserved key; a real object that looks like one is wrapped in `$literal`.
    """
    markers = 0

    def marker(found: Value) -> Value:
        nonlocal markers
        if isinstance(found, Unknown | Redacted):
            markers += 1
            return _wire(found)
        raise TypeError(f"a {type(found).__name__} is no raw value")

    data = orjson.dumps(value, default=marker, option=_STRICT)
    if data.count(b'{"$') == markers:
        return data
    return orjson.dumps(_wire(value), option=orjson.OPT_SORT_KEYS)  # some real key looks like a marker


def decode(data: bytes) -> Value:
    """The raw value that `encode` wrote. Raises DriftscanError where the bytes are no JSON."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as e:
        raise DriftscanError(f"a stored value is no JSON: {e}", "run `driftscan verify`") from e
    return _unwire(value) if b'{"$' in data else value


def _wire(value: Value) -> Value:
    match value:
        case dict():
            out = {k: _wire(v) for k, v in value.items()}
            return {"$literal": out} if len(out) == 1 and next(iter(out)) in _MARKERS else out
        case list() | tuple():
            return [_wire(v) for v in value]
        case Unknown(code):
            return {"$unknown": code}
        case Redacted(kind, parts, key_id):
            return {"$redacted": [kind, key_id, list(parts)]}
        case _:
            return value


def _unwire(value: Value) -> Value:
    if isinstance(value, dict):
        if len(value) == 1:
            ((key, inner),) = value.items()
            if key == "$unknown":
                return Unknown(inner)
            if key == "$redacted":
                return Redacted(inner[0], tuple(inner[2]), inner[1])
            if key == "$literal":
                return {k: _unwire(v) for k, v in inner.items()}
        return {k: _unwire(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_unwire(v) for v in value]
    return value


def walk(value: Value, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Every leaf of a canonical or raw value with its path; markers and empty containers are leaves."""
    match value:
        case dict() if value:
            for k, v in value.items():
                yield from walk(v, (*path, k))
        case list() | tuple() if value:
            for i, v in enumerate(value):
                yield from walk(v, (*path, i))
        case Seq(items) if items:
            for i, v in enumerate(items):
                yield from walk(v, (*path, i))
        case Bag(items) if items:
            for v in items:
                yield from walk(v, (*path, Key((show_scalar(v),))))
        case Keyed(items) if items:
            for key, v in items:
                yield from walk(v, (*path, value.step(key)))
        case _:
            yield path, value


def show_scalar(value: Value) -> str:
    """A canonical leaf as people read it, in the spelling of its own environment: `arn:aws:sqs:{region}:{account}:orders-stage`."""
    match value:
        case str():
            return value
        case Text(parts):
            return "".join(show_scalar(p) for p in parts)
        case Ref(_, _, text, _) | Word(_, text, _):
            return text
        case Opaque(digest, _, text):
            return text or f"«{digest[:8]}»"
        case Redacted(kind, parts, _):
            return (
                "".join(p[1:] if p[:1] == "=" else f"«{p.lstrip('#')[:8]}»" for p in parts)
                if kind == "setting"
                else f"«{kind} {parts[0][:8]}»"
            )
        case Unknown(code):
            return f"unknown ({code})"
        case True:
            return "true"
        case False:
            return "false"
        case None:
            return "null"
        case _:
            return str(value)


def show_name(value: Value) -> str:
    """A member's name as paths show it: `{env}` where a word stands, so that it is the same in every environment."""
    if isinstance(value, Text):
        return "".join(show_name(p) for p in value.parts)
    return value.shape if isinstance(value, Word) else show_scalar(value)
