"""Which side of a difference is less strict, told from the members' names and values: "prod at least as strict".

A *signal* is one fact about one side: either something that opens it (found where the side is weaker) or something that guards it
(missing where the side is weaker). Names are matched whole, letter case aside, so that they hold for every service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from driftscan.judge.values import number
from driftscan.model.value import ABSENT, Bag, Key, Keyed, Path, Seq, Text, Value, show_scalar


class Weight(StrEnum):
    """What is at stake."""

    EXPOSED = "exposed"
    WIDER = "wider"
    UNPROTECTED = "unprotected"
    UNWATCHED = "unwatched"


@dataclass(frozen=True, slots=True)
class Weaker:
    """side: `candidate` or `reference`; what: words that follow the side's name in a sentence."""

    side: str
    weight: Weight
    what: str


@dataclass(frozen=True, slots=True)
class _Signal:
    weight: Weight
    what: str
    opens: bool
    level: float = 1.0
    """Of guards that are numbers: the smaller is the weaker."""


_WORLD: Final = ("0.0.0.0/0", "::/0")
_NOT_INGRESS: Final = re.compile(r"egress|outbound|route|destination", re.IGNORECASE)
_EVERYBODY: Final = ("allusers", "authenticatedusers", "allauthenticatedusers")


def _names(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(text.split())})\Z", re.IGNORECASE)


_SWEEPING: Final = ("roles/owner", "roles/editor")
"""Roles that let somebody change nearly everything."""
_STRANGER: Final = re.compile(
    r"user:[^@]+@(?:gmail|googlemail)\.com"  # accounts that belong to no organization
    r"|serviceAccount:[^@{}]+@(?!gcp-sa-)[a-z][a-z0-9-]*\.iam\.gserviceaccount\.com"  # of a project that is none of the environment's
    r"|principal(?:Set)?://iam\.googleapis\.com/projects/\d+/.+"
)
"""Members of a binding that belong to somebody else. What is of one's own project is written with a symbol, or is a reference."""

_OPENS: Final = (
    (
        _names("PubliclyAccessible MapPublicIpOnLaunch AssociatePublicIpAddress EndpointPublicAccess Public"),
        "is reachable from the internet",
    ),
    (_names("DisableApiKey AllowUnauthenticatedIdentities"), "lets callers in without authentication"),
)
"""Switches that open."""

_OPEN_WORDS: Final = (
    (_names("AuthType AuthorizationType ApiKeySource"), ("none",), "lets callers in without authentication"),
    (_names("Scheme"), ("internet-facing",), "faces the internet"),
    (_names("HttpTokens"), ("optional",), "accepts instance metadata calls without a token"),
)
"""Members that open with certain words."""

_GUARDS: Final = (
    (
        _names(
            "BlockPublicAcls BlockPublicPolicy IgnorePublicAcls RestrictPublicBuckets PublicAccessBlockConfiguration ImageBlockPublicAccess"
            " PublicAccessPrevention"
        ),
        Weight.EXPOSED,
        "does not block public access",
    ),
    (
        _names(
            "StorageEncrypted Encrypted Encryption AtRestEncryptionEnabled TransitEncryptionEnabled SqsManagedSseEnabled EncryptionEnabled"
            " EbsEncryptionByDefault SSEAlgorithm SSEDescription SSEType BucketEncryption EncryptionConfig EncryptionConfiguration"
            " EncryptionAtRestOptions NodeToNodeEncryptionOptions ServerSideEncryptionConfiguration SSESpecification"
            " KmsKeyId KmsMasterKeyId KmsKey KMSKeyArn KmsKeyArn SseKmsEncryptedObjects DefaultKmsKeyId CacheDataEncrypted"
            " KmsKeyName DefaultKmsKeyName"
        ),
        Weight.UNPROTECTED,
        "has the weaker encryption",
    ),
    (
        _names("EnforceHTTPS SslPolicy MinimumProtocolVersion TLSSecurityPolicy SecureTransport RequireSsl"),
        Weight.UNPROTECTED,
        "has the weaker protection in transit",
    ),
    (
        _names(
            "DeletionProtection DeletionProtectionEnabled EnableTerminationProtection DisableApiTermination MFADelete"
            " PointInTimeRecoveryStatus PointInTimeRecoveryEnabled ContinuousBackupsStatus BackupRetentionPeriod SnapshotRetentionLimit"
            " VersioningConfiguration Versioning ObjectLockEnabled EnableKeyRotation KeyRotationEnabled"
        ),
        Weight.UNPROTECTED,
        "is less protected against loss",
    ),
    (
        _names(
            "MinimumPasswordLength RequireSymbols RequireNumbers RequireUppercaseCharacters RequireLowercaseCharacters MfaConfiguration"
            " PasswordReusePrevention PermissionsBoundary IAMDatabaseAuthenticationEnabled EndpointPrivateAccess"
        ),
        Weight.UNPROTECTED,
        "has the weaker access rules",
    ),
    (
        _names(
            "ActionsEnabled AlarmActions IsLogging IsMultiRegionTrail LogFileValidationEnabled IncludeGlobalServiceEvents LoggingEnabled"
            " LoggingConfiguration LogConfiguration AccessLogSettings EnabledCloudwatchLogsExports MonitoringInterval"
            " PerformanceInsightsEnabled TracingEnabled XrayEnabled DataTraceEnabled MetricsEnabled FlowLogs"
        ),
        Weight.UNWATCHED,
        "is watched less",
    ),
)
"""Members that guard while they are there and not switched off."""

_SWITCHES: Final = ("enabled", "status", "mode", "state")
_OFF_WORDS: Final = ("", "false", "off", "none", "no", "disabled", "suspended", "optional", "0", "inherited")


def weaker(path: Path, candidate: Value, reference: Value) -> Weaker | None:
    """The side that is less strict, by the gravest signal that only one side gives; None where names and values don't tell."""
    ours, theirs = list(_signals(path, candidate)), list(_signals(path, reference))
    for weight in Weight:
        sides = {
            "candidate": [w for w in _weaknesses(ours, theirs) if w.weight is weight],
            "reference": [w for w in _weaknesses(theirs, ours) if w.weight is weight],
        }
        if bool(sides["candidate"]) != bool(sides["reference"]):
            side = "candidate" if sides["candidate"] else "reference"
            return Weaker(side, weight, sides[side][0].what)
        if sides["candidate"]:
            return None
    return None


def exposures(body: Value) -> list[str]:
    """What opens a whole resource to everybody, in words that follow its name."""
    return list(dict.fromkeys(s.what for s in _signals((), body) if s.opens and s.weight is Weight.EXPOSED))


def _weaknesses(own: list[_Signal], other: list[_Signal]) -> list[_Signal]:
    """What makes `own` weaker than `other`: an opening that the other lacks, a guard that the other has (or has more of)."""
    openings = [s for s in own if s.opens and not any(o.opens and o.what == s.what for o in other)]
    guards = [o for o in other if not o.opens and not any(not s.opens and s.what == o.what and s.level >= o.level for s in own)]
    return openings + guards


def _signals(path: Path, value: Value) -> Iterator[_Signal]:
    if value is ABSENT:
        return
    name = _name(path)
    if isinstance(value, dict) and _denies(value):
        return
    if not _denied_path(path):
        yield from _everyone(path, name, value)
    for pattern, weight, what in _GUARDS:
        if pattern.match(name) and (level := _level(value)) > 0:
            yield _Signal(weight, what, opens=False, level=level)
    match value:
        case dict():
            for k, v in value.items():
                if k != "Principal":  # whoever it lets in depends on the whole statement
                    yield from _signals((*path, k), v)
        case Bag(items):
            for v in items:
                yield from _signals((*path, Key((show_scalar(v) if not isinstance(v, dict) else "",))), v)
        case Keyed(items):
            for key, v in items:
                yield from _signals((*path, value.step(key)), v)
        case Seq(items) | tuple(items):
            for i, v in enumerate(items):
                yield from _signals((*path, i), v)
        case list():
            for i, v in enumerate(value):
                yield from _signals((*path, i), v)
        case _:
            pass


def _name(path: Path) -> str:
    """The member that a place belongs to; of a bare switch (`VersioningConfiguration.Status`), what it switches."""
    members = [s for s in path if isinstance(s, str)]
    while len(members) > 1 and members[-1].lower() in _SWITCHES:
        members.pop()
    return members[-1] if members else ""


def _everyone(path: Path, name: str, value: Value) -> Iterator[_Signal]:
    """Openings that this one place shows."""
    texts = [
        *(path[-1].parts if path and isinstance(path[-1], Key) else ()),
        *([show_scalar(value)] if isinstance(value, str | Text) else []),
    ]
    if any(t in _WORLD for t in texts) and not any(isinstance(s, str) and _NOT_INGRESS.search(s) for s in path):
        yield _Signal(Weight.EXPOSED, "is open to the whole internet", opens=True)
    if isinstance(value, dict):
        if _has_star(value.get("Action")) and _has_star(value.get("Resource")):
            yield _Signal(Weight.EXPOSED, "allows every action on every resource", opens=True)
        if _anybody(value.get("Principal")) and not value.get("Condition"):
            yield _Signal(Weight.EXPOSED, "lets any principal in", opens=True)
        return
    if isinstance(value, str):
        if _STRANGER.fullmatch(value) and any(isinstance(s, Key) and any(p in _SWEEPING for p in s.parts) for s in path):
            yield _Signal(Weight.EXPOSED, "lets somebody from outside change nearly everything", opens=True)
        lowered = value.lower()
        if lowered.rsplit("/", 1)[-1] in _EVERYBODY:
            yield _Signal(Weight.EXPOSED, "is open to everybody", opens=True)
        if value == "*" and "Principal" in path:
            yield _Signal(Weight.EXPOSED, "lets any principal in", opens=True)
        for pattern, words, what in _OPEN_WORDS:
            if pattern.match(name) and lowered in words:
                yield _Signal(Weight.EXPOSED, what, opens=True)
    if value is True or value == "true":
        for pattern, what in _OPENS:
            if pattern.match(name):
                yield _Signal(Weight.EXPOSED, what, opens=True)


def _denies(value: dict[str, Value]) -> bool:
    """Whether what a structure names is kept out by it, or is let out only."""
    return (
        value.get("Effect") == "Deny"
        or str(value.get("RuleAction", "")).lower() == "deny"
        or bool(value.get("denied"))
        or value.get("direction") == "EGRESS"
    )


def _denied_path(path: Path) -> bool:
    return any(isinstance(s, Key) and any(p.lower() == "deny" for p in s.parts) for s in path)


def _anybody(principal: Value) -> bool:
    if isinstance(principal, dict):
        return any(_has_star(v) for v in principal.values())
    return _has_star(principal)


def _has_star(value: Value) -> bool:
    match value:
        case "*":
            return True
        case Bag(items) | Seq(items) | tuple(items):
            return "*" in items
        case list():
            return "*" in value
        case _:
            return False


def _level(value: Value) -> float:
    """How much a guard guards: 0 where it is off, the number where it is one, else 1."""
    if isinstance(value, bool):
        return float(value)
    if (n := number(value)) is not None:
        return n
    match value:
        case str():
            return 0.0 if value.strip().lower() in _OFF_WORDS else 1.0
        case None:
            return 0.0
        case dict() | list() | tuple():
            return float(_switched_on(value) if isinstance(value, dict) else bool(value))
        case Bag(items) | Seq(items) | Keyed(items):
            return float(len(items))
        case _:
            return 1.0


def _switched_on(value: dict[str, Value]) -> bool:
    """Whether a structure that guards is more than its own `Enabled: false`."""
    switches = [v for k, v in value.items() if k.lower() in _SWITCHES]
    return all(_level(v) > 0 for v in switches) if switches else bool(value)
