"""Takes out of a resource what must not be kept, before anything is stored.

Secrets and person data become one keyed digest; settings become their token sequence. Three domains keep the digests apart:
what is a secret somewhere never shows through the token of a name that happens to be spelled alike.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Final

import orjson

from driftscan.catalog import Catalog
from driftscan.catalog.paths import Member, Pattern, parse
from driftscan.catalog.spec import AROUND
from driftscan.model.resource import Resource
from driftscan.model.value import Address, Redacted, Unknown, Value
from driftscan.normalize import encodings, names, secrets
from driftscan.normalize.encodings import decoded
from driftscan.normalize.rules import SILENT, Place, Rule, root, rules
from driftscan.normalize.symbols import REGION
from driftscan.normalize.tokens import SHORT_NUMBER, contexts, tokens

UNIVERSAL: Final = frozenset(
    {
        "http",
        "https",
        "arn",
        "aws",
        "com",
        "net",
        "org",
        "io",
        "amazonaws",
        "amazon",
        "cloudfront",
        "execute",
        "api",
        "s3",
        "sqs",
        "sns",
        "iam",
    }
    | {
        "kms",
        "ecs",
        "ecr",
        "dkr",
        "rds",
        "elb",
        "lambda",
        "dynamodb",
        "logs",
        "events",
        "states",
        "secretsmanager",
        "ssm",
        "cognito",
        "idp",
    }
    | {"ec2", "cache", "es", "efs", "kinesis", "firehose", "apigateway", "restapis", "true", "false", "internal", "local", "localhost"}
    | {
        "role",
        "function",
        "table",
        "queue",
        "topic",
        "bucket",
        "secret",
        "parameter",
        "cluster",
        "service",
        "task",
        "key",
        "alias",
        "log",
        "group",
    }
    | {"stream", "endpoint", "stage", "redis", "rediss", "postgres", "postgresql", "mysql", "jdbc", "mongodb", "amqps"}
)
"""Tokens that say nothing about anybody, and that names, ARNs and URLs are made of."""

_PRIVATE: Final = re.compile(r"(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?:/\d{1,2})?")

_ASSIGNED: Final = re.compile(rf"(?:{'|'.join(sorted(names.PREFIXES))})-(?:[0-9a-f]{{8}}|[0-9a-f]{{17}})")
"""An id that a cloud gave, with a prefix that says what it is: `vpc-0123456789abcdef0`."""


def _harmless(token: str) -> bool:
    """Whether a token tells nothing outside its own network or account: a private address, a cloud's own id, a region or zone."""
    return any(form.fullmatch(token) is not None for form in (_PRIVATE, _ASSIGNED, REGION))


def universal(token: str) -> bool:
    """Whether a token may always be shown: a word of names and URLs, or one that is harmless."""
    return token in UNIVERSAL or _harmless(token)


_MAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()./-]{6,}[0-9]")
_PERSON_MEMBERS: Final = frozenset(
    {"emailaddress", "email", "phonenumber", "phone", "fullname", "addressline1", "addressline2", "addressline3", "title", "contactname"}
    | {"stateorregion", "districtorcounty", "postalcode", "city", "companyname", "givenname", "familyname"}
)
_NAMING: Final = re.compile(r"(?:Name|Id|Arn|ARN|Identifier|Principal|Principals|name|id|arn)$")
_SETTING_MEMBERS: Final = frozenset(
    {"environment", "env", "environmentvariables", "variables", "stagevariables", "parameters", "defaultarguments"}
    | {
        "nonoverridablearguments",
        "arguments",
        "userdata",
        "headerparameters",
        "querystringparameters",
        "bodyparameters",
        "configuration",
        "options",
        "labels",
    }
    | {"hyperparameters", "buildspec", "definition", "content", "command", "entrypoint", "containerenvironment"}
    | {"runtimeenvironmentvariables", "stagevariableoverrides"}
    | {"metadata", "headers", "substitutions", "args", "annotations", "buildenvironmentvariables"}
)
_NUMBERED: Final = re.compile(r"(.*?)((?:#\d+)?)", re.DOTALL)
"""A part of an id, and the number that tells resources apart which share the id."""
_PAIRS: Final = (("Name", "Value"), ("name", "value"), ("Key", "Value"), ("key", "value"), ("ParameterKey", "ParameterValue"))
_MEMO: Final = 200_000


class Redactor:
    """Redacts under one key. `key_id` names the key and tells nothing about it.

    reveal: what people declared to be no secret: `Type:path`, or the bare name of a setting (`LOG_LEVEL`; globs allowed).
    """

    def __init__(self, catalog: Catalog, key: bytes, reveal: Iterable[str] = ()) -> None:
        self._catalog, self._key = catalog, key
        self.key_id = hmac.digest(key, b"driftscan key id", "sha256").hex()[:16]
        reveal = tuple(reveal)
        self._names = tuple(r for r in reveal if ":" not in r)
        self._paths: dict[str, list[Pattern]] = {}
        for text in reveal:
            type_, colon, path = text.rpartition(":")
            if colon:
                self._paths.setdefault(type_, []).append(parse(path))
        self._roots: dict[str, Place] = {}
        self._tokens: dict[str, str] = {}
        self._plain: dict[tuple[str, bool], Value] = {}

    # ----------------------------------------------------------------------------------------- what is offered

    def redact(self, resource: Resource) -> Resource:
        """The resource without secrets, with settings as digests. A new value; what holds nothing to hide is shared with the old one."""
        type_ = resource.address.type
        return replace(
            resource,
            address=self.address(resource.address),
            parent=None if resource.parent is None else self.address(resource.parent),
            value=_Walk(self, type_).members(resource.value, self._place(type_), (), False),
        )

    def address(self, address: Address) -> Address:
        """An address whose id holds nothing to hide: where it is made of members (a subscription's topic, protocol and endpoint),
        those that the document may not keep stand in it as digests too, `person-0a1b2c3d4e5f`.
        """
        spec = self._catalog.spec(address.type)
        members = spec.identity.id if spec is not None else ()
        parts = address.id.split("|")
        if len(members) < 2 or len(members) != len(parts):
            return address
        kept = [self._part(address.type, member, part) for member, part in zip(members, parts, strict=True)]
        return address if kept == parts else replace(address, id="|".join(kept))

    def _part(self, type_: str, member: str, text: str) -> str:
        pattern = parse(member)
        if member in AROUND or not all(isinstance(s, Member) for s in pattern.steps):
            return text
        place, path = self._place(type_), tuple(s.name for s in pattern.steps if isinstance(s, Member))
        for name in path:
            place = place.member(name) if not place.silent else place
        text, number = _NUMBERED.fullmatch(text).groups()  # type: ignore[union-attr]
        found = _Walk(self, type_).any(text, place, path, path[-1], False)
        kept = f"{found.kind}-{self._digest(found.kind, text.strip().lower())[:12]}" if isinstance(found, Redacted) else text
        return kept + number

    def tokens(self, literals: Iterable[str]) -> dict[str, str]:
        """Digest -> token for every token of the literals (names, ids, ARNs, regions, words) and for the universal ones.

        Short numbers open only behind the words that they follow in a name: one that holds `8080` must not open a setting that is 8080.
        """
        known = {(t, t) for t in UNIVERSAL}
        for literal in literals:
            known |= tokens(literal)
        return {self.token(said): t for t, said in sorted(known) if said != t or not SHORT_NUMBER.fullmatch(t)}

    # ----------------------------------------------------------------------------------------- digests

    def token(self, text: str) -> str:
        """The digest of one token of a setting."""
        found = self._tokens.get(text)
        if found is None:
            found = self._digest("token", text)[:24]
            if len(self._tokens) < _MEMO:
                self._tokens[text] = found
        return found

    def _digest(self, domain: str, text: str) -> str:
        return hmac.digest(self._key, f"{domain}\0{text}".encode(), "sha256").hex()

    def secret(self, text: str) -> Redacted:
        """A secret: equal digests under one key mean equal secrets, wherever they stand."""
        return Redacted("secret", (self._digest("secret", text)[:32],), self.key_id)

    def person(self, text: str) -> Redacted:
        """A mail address, a phone number, a name. Behind the digest of a mail address stand its tokens, as in a setting: an environment's
        word in it is told by them (`text.Texts.person`), and nothing else.
        """
        text = text.strip().lower()
        parts = [self._digest("person", text)[:32]]
        if _MAIL.fullmatch(text):
            self._split(text, parts)
        return Redacted("person", tuple(parts), self.key_id)

    def setting(self, text: str) -> Value:
        """A setting as its tokens; what looks like a secret inside is one closed token, private addresses and clouds' ids stay."""
        if not text:
            return text
        parts: list[str] = []
        at = 0
        for start, end in secrets.spans(text, dense=False):
            self._split(text[at:start], parts)
            parts.append("#" + self._digest("secret", text[start:end])[:24])
            at = end
        self._split(text[at:], parts)
        return Redacted("setting", tuple(parts), self.key_id)

    def _split(self, text: str, parts: list[str]) -> None:
        for token, delimiter, context in contexts(text):
            if not token or _harmless(token):
                parts.append("=" + (token or delimiter))
            else:
                parts.append(f"#{self.token(token)}" + (f"~{self.token(context)}" if context else ""))

    def guarded(self, text: str, found: list[tuple[int, int]]) -> Redacted:
        """Text that may be kept, but for the secrets found in it."""
        parts: list[str] = []
        at = 0
        for start, end in found:
            if start > at:
                parts.append("=" + text[at:start])
            parts.append("#" + self._digest("secret", text[start:end])[:24])
            at = end
        if at < len(text):
            parts.append("=" + text[at:])
        return Redacted("setting", tuple(parts), self.key_id)

    # ----------------------------------------------------------------------------------------- what is known

    def revealed(self, name: str) -> bool:
        """Whether a setting of this name may be shown."""
        return any(fnmatchcase(name, pattern) for pattern in self._names)

    def _place(self, type_: str) -> Place:
        found = self._roots.get(type_)
        if found is None:
            found = self._roots[type_] = self._root(type_)
        return found

    def _root(self, type_: str) -> Place:
        spec = self._catalog.spec(type_)
        known = list(rules(spec)) if spec is not None else []
        known += [Rule("open", p) for p in self._paths.get(type_, ())]
        return root(known) if known else SILENT

    def plain(self, text: str, naming: bool) -> Value:
        """Text at a place that nobody calls sensitive: itself, unless it holds what looks like a secret.

        naming: it is no free text, so what looks drawn at random may be an id.
        """
        key = (text, naming)
        found = self._plain.get(key)
        if found is None:
            found = self._plain_text(text, naming)
            if len(self._plain) < _MEMO and len(text) < 4096:
                self._plain[key] = found
        return found

    def _plain_text(self, text: str, naming: bool) -> Value:
        if (inner := decoded(text)) is not None:
            value = self._plain_text(inner, naming)
            return text if value == inner else value
        found = encodings.spans(text, dense=not naming)
        return self.guarded(text, found) if found else text


class _Walk:
    """One resource on its way through."""

    def __init__(self, redactor: Redactor, type_: str) -> None:
        self.redactor, self.type = redactor, type_

    def members(self, value: Mapping[str, Value], place: Place, path: tuple[str, ...], sensitive: bool) -> dict[str, Value]:
        named = next((str(value[k]) for k, v in _PAIRS if k in value and v in value), "")
        out: dict[str, Value] = {}
        for name, inner in value.items():
            here = place.member(name) if not place.silent else place
            called = named if named and name in ("Value", "value", "ParameterValue") else name
            out[name] = self.any(inner, here, (*path, name), called, sensitive)
        return out

    def any(self, value: Value, place: Place, path: tuple[str, ...], name: str, sensitive: bool) -> Value:
        if place.open:
            return value
        sensitive = (sensitive or place.sensitive) and not (place.reveal and not place.sensitive)
        if (place.reveal or place.references) and not sensitive and secrets.names_secret(name):
            name = ""  # the catalogue knows better than the name: `TokenDomains` holds domains, `secret` may say which one
        if isinstance(value, str):
            return self.text(value, path, name, sensitive, place.document)
        if isinstance(value, dict):
            return self.members(value, place, path, sensitive)
        if isinstance(value, list | tuple):
            return [self.any(v, place.element(v) if not place.silent else place, path, name, sensitive) for v in value]
        if value is None or isinstance(value, bool | Unknown | Redacted) or not sensitive:
            return value
        return self.closed(str(value), path, name)

    def text(self, text: str, path: tuple[str, ...], name: str, sensitive: bool, document: str) -> Value:
        r = self.redactor
        if r.revealed(name) and not secrets.names_secret(name):
            found = encodings.spans(text, dense=False)
            return r.guarded(text, found) if found else text
        if sensitive:
            for _ in range(encodings.LAYERS):
                inner = decoded(text) if document == "base64" or len(text) >= 24 else None
                if inner is None:
                    break
                text = inner
            structure = _json(text)
            if structure is not None:
                return self.any(structure, SILENT, path, name, True)
            return self.closed(text, path, name)
        if secrets.names_secret(name) and not secrets.holds_nothing(text) and not _NAMING.search(name):
            return r.secret(text)
        if _person(text) and not _NAMING.search(name):
            return r.person(text)
        if name.lower() in ("phonenumber", "phone") and _PHONE.fullmatch(text):
            return r.person(text)
        return r.plain(text, _FREE.search(name) is None)

    def closed(self, text: str, path: tuple[str, ...], name: str) -> Value:
        """A value at a sensitive path: person, secret or setting; what is undecided is a secret."""
        r = self.redactor
        if not text:
            return text
        if name.lower() in _PERSON_MEMBERS or _person(text) or ("Contact" in self.type and name == "Name"):
            return r.person(text)
        if secrets.names_secret(name) and not secrets.holds_nothing(text):
            return r.secret(text)
        whole = secrets.spans(text)
        if whole == [(0, len(text))]:
            return r.secret(text)
        if any(m.lower() in _SETTING_MEMBERS for m in path) or (path[0] == "Value" and "Parameter" in self.type):
            return r.setting(text)
        return r.setting(text) if secrets.is_word(text) else r.secret(text)


_FREE: Final = re.compile(
    r"(?:Description|Comment|Message|Note|Text|Value|Body|Content|Command|Script|Input|Payload|Options|Header|Label|Annotation|Parameter|Template)s?$",
    re.IGNORECASE,
)
"""Members that hold free text: only there is a run without a pattern taken for a key. Elsewhere it is the vendor's id or digest."""


def _person(text: str) -> bool:
    """Whether a text is the mail address of a person. A service account of Google's has one, too, and is none."""
    return _MAIL.fullmatch(text) is not None and not text.endswith("gserviceaccount.com")


def _json(text: str) -> Value:
    """A JSON object or array that the text holds, or None."""
    if text[:1] not in "{[" or text[-1:] not in "}]":
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
