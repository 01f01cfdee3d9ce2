"""What names a secret, and what looks like one."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import Final

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_WORDS: Final = frozenset(
    {"password", "passwd", "passwort", "passphrase", "pwd", "pass", "secret", "secrets", "token", "apikey", "credential", "credentials"}
    | {"privatekey", "secretkey", "accesskey", "authkey", "bearer", "authorization", "cookie", "pat", "otp", "salt", "signature"}
)
_SECRET_PAIRS: Final = frozenset(
    {("api", "key"), ("private", "key"), ("access", "key"), ("secret", "key"), ("auth", "key"), ("signing", "key"), ("encryption", "key")}
    | {("master", "key"), ("shared", "key"), ("account", "key"), ("license", "key"), ("activation", "code"), ("webhook", "url")}
    | {("connection", "string"), ("origin", "verify"), ("pass", "word"), ("app", "key"), ("service", "key"), ("host", "key")}
)
_ABOUT: Final = frozenset(
    {"arn", "name", "names", "url", "uri", "endpoint", "path", "prefix", "suffix", "ttl", "expiry", "expiration", "length", "validity"}
    | {"type", "region", "bucket", "table", "enabled", "rotation", "policy", "count", "file", "issuer", "audience", "algorithm", "provider"}
    | {"header", "version", "minutes", "seconds", "hours", "days", "age", "size", "required", "status", "id", "ids", "field", "lifetime"}
    | {"mode"}
)
_PLAIN: Final = frozenset(
    {"", "hours", "minutes", "days", "seconds", "required", "optional", "enabled", "disabled", "none", "null", "true", "false", "yes", "no"}
    | {"default", "aws_managed", "customer_managed", "on", "off"}
)
_REFERENCE: Final = re.compile(
    r"arn:[\w-]+:[\w-]+:[\w-]*:\d*:\S+|\{\{resolve:.*\}\}"
    r"|(?://[a-z]+\.googleapis\.com/)?projects/[\w:.-]+/(?:[\w.~%+-]+/?)+"
    r"|\$\{[\w:.-]+\}|\$\([\w:.-]+\)?|\$[A-Z_][A-Z0-9_]*|\$\$?(?:\.[\w-]+)+|\$[a-z]+(?:\.[\w-]+)+"
)


def names_secret(name: str) -> bool:
    """Whether the value of something so named is a secret: `DB_PASSWORD`, `apiKey`; not `SECRET_ARN`, `TokenValidity`."""
    words = [w.lower() for w in _WORDS.findall(name)]
    if words == ["sig"]:  # of a signed URL; `SigV4` is none
        return True
    if not words or (words[-1] in _ABOUT and "webhook" not in words):
        return False
    return bool(_SECRET_WORDS.intersection(words)) or any(pair in _SECRET_PAIRS for pair in pairwise(words))


def is_word(value: str) -> bool:
    """Whether a value is a word of a vendor's, such as `none` or `enabled`: two environments that hold it share no secret."""
    return value.lower() in _PLAIN


def holds_nothing(value: str) -> bool:
    """Whether a value under a secret's name is none: a reference to where the secret lies, an enumerated word, nothing at all."""
    return is_word(value) or _REFERENCE.fullmatch(value) is not None


_KEY: Final = (
    r"[\w.-]*(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|secret[_-]?key|"
    r"account[_-]?key|shared[_-]?access[_-]?(?:key|signature)|auth[_-]?key|signing[_-]?key|credentials?|\bsig)"
)
_VALUE: Final = r"\"[^\"\\\r\n]+|'[^'\\\r\n]+|[^\s\"'\\;,&<>|)}\]$({][^\s\"'\\;,&<>|)}\]]*"
_PATTERNS: Final = (
    # what says itself what it is
    r"(?P<pem>-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z))",
    r"(?P<aws>(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,}(?![A-Za-z0-9]))",
    r"(?P<jwt>(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)",
    (
        r"(?P<vendor>(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|xapp-[\w-]{10,}"
        r"|[srp]k_(?:live|test)_[A-Za-z0-9]{10,}|sk-[\w-]{20,}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|npm_[A-Za-z0-9]{30,}"
        r"|pypi-[\w-]{30,}|dop_v1_[0-9a-f]{40,}|hv[bs]\.[\w-]{20,}|AGE-SECRET-KEY-1[A-Z0-9]{20,}|shp(?:at|ca|pa|ss)_[0-9a-f]{20,}"
        r"|dckr_pat_[\w-]{16,}|sq0(?:atp|csp)-[\w-]{20,}|key-[0-9a-f]{32}|whsec_[A-Za-z0-9+/]{24,}|GOCSPX-[\w-]{20,}|hf_[A-Za-z0-9]{30,}|[0-9]{8,10}:AA[\w-]{30,}))"
    ),
    r"hooks\.slack\.com/services/(?P<slack>[\w/]+)",
    # a user's part of a URL: what stands after the colon, or all of it where there is none
    r"(?<=://)(?:[^\s/@:\"'\\]*:)?(?P<userinfo>[^\s/@\"'\\]+)(?=@[\w\[.-])",
    # name = value, "name": "value", name: value, --name value
    rf"(?P<name>(?<![\w.-]){_KEY})(?:\\*[\"'])?\s*(?:=|(?<=[\"'])\s*:|:(?=\s))\s*(?:\\*(?=[\"']))?(?P<value>{_VALUE})",
    rf"--(?P<option>{_KEY})[ =](?P<argument>{_VALUE})",
    r"(?i:\b(?:bearer|basic)\s+)(?P<scheme>[\w.~+/-]{12,}=*)",
    r"(?P<dense>(?<![\w+/.=-])[A-Za-z0-9+/]{20,}={0,2}(?![\w+/-]))",
)
_ANY: Final = re.compile("|".join(_PATTERNS), re.DOTALL | re.IGNORECASE)
_EXACT_CASE: Final = {"aws": re.compile(r"(?:AKIA|ASIA)[A-Z0-9]+"), "jwt": re.compile(r"eyJ.*", re.DOTALL)}
_HINT: Final = re.compile(
    r"PRIVATE KEY|AKIA|ASIA|eyJ|gh[pousr]_|github_pat|glpat|xox|xapp-|k_(?:live|test)|sk-|AIza|ya29|SG\.|npm_|pypi-|dop_v1|hv[bs]\."
    r"|AGE-SECRET|shp|dckr_pat"
    r"|sq0|whsec_|GOCSPX|hf_|key-|:AA|hooks\.slack|://[^\s/]*@|pass|pwd|secret|token|key|credential|sig|bearer|basic|[A-Za-z0-9+/]{20}",
    re.IGNORECASE,
)
_PARTNER: Final = re.compile(r"(?<![A-Za-z0-9+/])(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])")
"""The secret half of a pair of AWS keys: forty characters of base64 that only the key id beside it tells from a digest."""
_BESIDE: Final = 200
"""How many characters from its key id the other half may stand."""
_GROUPS: Final = ("pem", "aws", "jwt", "vendor", "slack", "userinfo", "value", "argument", "scheme", "dense")


def spans(text: str, *, dense: bool = True) -> list[tuple[int, int]]:
    """Where the text holds something that looks like a secret: (start, end) in order, without overlap.

    dense: take long runs without a pattern too (where a vendor's own ids and digests stand, they would be taken for keys).
    """
    if _HINT.search(text) is None:
        return []
    out: list[tuple[int, int]] = []
    pairs: list[tuple[int, int]] = []
    at = 0
    while (m := _ANY.search(text, at)) is not None:
        kind = next(g for g in _GROUPS if m.group(g) is not None)
        start, end = m.span(kind)
        if kind in ("value", "argument") and text[start] in "\"'":
            start += 1
        found = text[start:end]
        at = max(end, m.start() + 1)
        if kind in _EXACT_CASE and not _EXACT_CASE[kind].fullmatch(found):
            at = m.start() + 1
            continue
        if kind in ("value", "argument"):
            name = m.group("name") or m.group("option")
            if not names_secret(name) or holds_nothing(found):
                at = start if start > m.start() else m.start() + 1
                continue
        if kind == "dense" and not (dense and looks_dense(found)):
            continue
        out.append((start, end))
        if kind == "aws":
            pairs.append((start, end))
    return _with_partners(text, out, pairs) if pairs else out


def _with_partners(text: str, found: list[tuple[int, int]], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans and the secret keys that stand beside key ids."""
    out = set(found)
    for start, end in pairs:
        near = _PARTNER.finditer(text, max(0, start - _BESIDE), end + _BESIDE)
        out |= {m.span() for m in near if not any(m.start() < e and s < m.end() for s, e in out)}
    return sorted(out)


def looks_dense(text: str) -> bool:
    """Whether a run of at least 20 characters looks drawn at random from letters of both cases and digits.

    A name in camel case falls into words of three letters and more, a random string into pieces of one or two.
    """
    body = text.rstrip("=")
    if len(body) < 20 or not (any(c.isupper() for c in body) and any(c.islower() for c in body) and sum(c.isdigit() for c in body) >= 2):
        return False
    counts = Counter(body)
    entropy = -sum(n / len(body) * math.log2(n / len(body)) for n in counts.values())
    return len(body) <= 2.5 * len(_WORDS.findall(body)) and entropy >= 3.5
