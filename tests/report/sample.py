"""A report that holds one of everything: every verdict, kind, severity and marker. All tests of formats print this one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from driftscan.catalog import Catalog
from driftscan.catalog.load import read
from driftscan.model.drift import Comparison, Severity, Side, Verdict
from driftscan.model.finding import (
    Finding,
    FindingChange,
    FindingGroup,
    Judgement,
    Kind,
    LedgerRow,
    Locator,
    Moved,
    Resolved,
    RuleNote,
    RuleUse,
    State,
    Subject,
)
from driftscan.model.report import Agreement, EntryCommit, Report, Run, Share, TrendPoint
from driftscan.model.resource import Resource
from driftscan.model.settings import ComparisonRule, Expected, Location, Settings, Waiver
from driftscan.model.snapshot import Gap, Header, Listing, MemorySnapshot, Status
from driftscan.model.value import (
    ABSENT,
    Address,
    Bag,
    Key,
    Opaque,
    Path,
    Redacted,
    Ref,
    Seq,
    Text,
    Unknown,
    Value,
    Word,
    member_path,
    show_path,
)
from driftscan.report import build

STAGE, PROD = "333333333333", "444444444444"
REGION = "eu-west-1"
KEY = "k-2026"

SPECS = {
    "sqs/queue.toml": """
type = "AWS::SQS::Queue"
title = "SQS queue"
aspect = "capacity"
[list]
service = "sqs"
operation = "ListQueues"
items = "QueueUrls[]"
as = "QueueUrl"
[identity]
id = "QueueUrl"
match = ["QueueUrl"]
[compare.ignore]
time = ["CreatedTimestamp", "LastModifiedTimestamp"]
counter = ["ApproximateNumberOfMessages"]
""",
    "lambda/function.toml": """
type = "AWS::Lambda::Function"
title = "Lambda function"
aspect = "artifact"
[list]
service = "lambda"
operation = "ListFunctions"
items = "Functions[]"
[identity]
arn = "FunctionArn"
id = "FunctionName"
match = ["FunctionName"]
[compare.ignore]
noise = ["RevisionId"]
""",
}


def catalog() -> Catalog:
    """Two types, so that the sample does not change with the catalogue that ships."""
    specs = [read(text, f"aws/{file}") for file, text in SPECS.items()]
    return Catalog({s.type: s for s in sorted(specs, key=lambda s: s.type)}, _hex("catalogue"))


def _hex(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


# --------------------------------------------------------------------------------------------- findings


def change(
    path: Path, candidate: Value = ABSENT, reference: Value = ABSENT, verdict: Verdict = Verdict.DRIFT, **more: Any
) -> FindingChange:
    kind = {"severity": Severity.MEDIUM, "aspect": "capacity", "value_digest": _hex(candidate, reference)[:16], **more}
    return FindingChange(path, verdict, candidate=candidate, reference=reference, **kind)


def _locator(account: str, type: str, name: str) -> Locator:
    service = type.split("::")[1].lower()
    return Locator(account, REGION, name, f"arn:aws:{service}:{REGION}:{account}:{name}")


def finding(
    kind: Kind,
    severity: Severity,
    aspect: str,
    type: str,
    key: str,
    title: str,
    *changes: FindingChange,
    verdict: Verdict = Verdict.DRIFT,
    **more: Any,
) -> Finding:
    """A finding about the counterpart resources `<key>-stage` and `<key>-prod`."""
    paired = kind == Kind.CHANGED
    subject = Subject(
        type,
        key,
        match="iac" if paired else "",
        confidence=1.0 if paired else 0.0,
        candidate=None if kind in (Kind.MISSING, Kind.GAP) else _locator(STAGE, type, f"{key}-stage"),
        reference=None if kind in (Kind.EXTRA, Kind.GAP) else _locator(PROD, type, f"{key}-prod"),
    )
    about = {
        "comparison": "stage..prod",
        "value_digest": _hex(key, title)[:16],
        "group": _hex(kind, type, verdict, *(member_path(c.path) for c in changes))[:12],
        "subject": subject,
        **more,
    }
    return Finding(_hex(kind, type, key, title)[:16], kind, verdict, severity, aspect, title=title, changes=changes, **about)


DENIED = Gap(
    PROD,
    REGION,
    "AWS::DynamoDB::GlobalTable",
    "dynamodb",
    "ListGlobalTables",
    "AccessDeniedException",
    "dynamodb:ListGlobalTables",
    "grant dynamodb:ListGlobalTables to driftscan-reader in 444444444444",
)
KEYLESS = Gap(
    STAGE,
    REGION,
    "AWS::SQS::Queue",
    "kms",
    "DescribeKey",
    "AccessDenied",
    "kms:DescribeKey",
    "grant kms:DescribeKey to driftscan-reader",
    Address("AWS::SQS::Queue", STAGE, REGION, "audit-stage"),
    ("KmsMasterKeyId",),
)


def findings() -> list[Finding]:
    """One of everything, as `judge` would order it."""
    noon = datetime(2026, 11, 12, 12, 30, tzinfo=UTC)
    queue, function = "AWS::SQS::Queue", "AWS::Lambda::Function"
    endpoint = Text(("https://", Opaque("aa11bb22cc33dd44", KEY), ".", Word("prod", "prod", "{env}"), ".example.org/v1"))
    out = [
        finding(
            Kind.CHANGED,
            Severity.CRITICAL,
            "network",
            "AWS::EC2::SecurityGroup",
            "payments-db",
            "Security group payments-db: IpPermissions[tcp/22/22].IpRanges[0.0.0.0/0] is in stage, not in prod",
            change(
                ("IpPermissions", Key(("tcp", "22", "22")), "IpRanges", Key(("0.0.0.0/0",))),
                {"CidrIp": "0.0.0.0/0", "Description": "temporary"},
                severity=Severity.CRITICAL,
                aspect="network",
                moved=Moved.CANDIDATE,
                since=noon,
                severity_reason="opens a port to the internet",
            ),
            owner="payments",
            state=State.NEW,
            severity_reason="opens a port to the internet",
            moved=Moved.CANDIDATE,
            since=noon,
        ),
        finding(
            Kind.CHANGED,
            Severity.CRITICAL,
            "data-protection",
            "AWS::S3::Bucket",
            "invoices",
            "S3 bucket invoices: PublicAccessBlockConfiguration.BlockPublicPolicy is true in stage, false in prod, and 1 more difference",
            change(
                ("PublicAccessBlockConfiguration", "BlockPublicPolicy"),
                True,
                False,
                severity=Severity.CRITICAL,
                moved=Moved.REFERENCE,
                since=noon,
            ),
            change(
                ("PublicAccessBlockConfiguration", "RestrictPublicBuckets"),
                True,
                False,
                severity=Severity.CRITICAL,
                moved=Moved.REFERENCE,
                since=noon,
            ),
            owner="finance",
            state=State.RECURRING,
            first_seen="2026-09",
            severity_reason="prod is weaker than stage",
            moved=Moved.REFERENCE,
        ),
        finding(
            Kind.CHANGED,
            Severity.HIGH,
            "iam",
            "AWS::IAM::Role",
            "orders-worker",
            "IAM role orders-worker: Policies.inline.Statement[Allow/sqs].Action is 1 element in stage, 2 elements in prod, "
            "and 2 more differences",
            change(
                ("Policies", "inline", "Statement", Key(("Allow", "sqs")), "Action"),
                Bag(("sqs:*",)),
                Bag(("sqs:DeleteMessage", "sqs:ReceiveMessage")),
                severity=Severity.HIGH,
                aspect="iam",
            ),
            change(("Tags", "CostCenter"), ABSENT, "4711", severity=Severity.LOW, aspect="metadata"),
            change(
                ("MaxSessionDuration",),
                3600,
                7200,
                Verdict.EXPECTED,
                severity=Severity.LOW,
                aspect="iam",
                rule="short-sessions",
                reason="stage signs out sooner",
            ),
            owner="orders",
            state=State.WORSE,
            first_seen="2026-10",
        ),
        finding(
            Kind.CHANGED,
            Severity.HIGH,
            "artifact",
            function,
            "orders-api",
            "Lambda function orders-api: Environment.Variables.PAYMENTS_URL is https://«aa11bb22».prod.example.org/v1 in stage, "
            "https://«99ff».example.org/v1 in prod, and 2 more differences",
            change(
                ("Environment", "Variables", "PAYMENTS_URL"),
                endpoint,
                Text(("https://", Opaque("99ff", KEY), ".example.org/v1")),
                severity=Severity.HIGH,
            ),
            change(
                ("Environment", "Variables", "API_TOKEN"),
                Redacted("secret", ("77aa88bb99cc",), KEY),
                Redacted("secret", ("0c1d2e3f4a5b",), KEY),
            ),
            change(
                ("Layers", 0),
                Ref(Address("AWS::Lambda::LayerVersion", STAGE, REGION, "base:7"), "AWS::Lambda::LayerVersion", "base:7"),
                "base:6",
            ),
            owner="orders",
            state=State.REOPENED,
            first_seen="2026-08",
        ),
        finding(
            Kind.MISSING,
            Severity.HIGH,
            "capacity",
            queue,
            "orders-dlq",
            "SQS queue orders-dlq is missing in stage",
            change(("QueueArn",), reference="arn:aws:sqs:eu-west-1:{account}:orders-prod-dlq", severity=Severity.HIGH),
            owner=None,
            state=State.NEW,
            moved=Moved.UNKNOWN,
        ),
        finding(
            Kind.EXTRA,
            Severity.MEDIUM,
            "network",
            "AWS::EC2::NatGateway",
            "nat-c",
            "NAT gateway nat-c is only in stage",
            state=State.NEW,
            moved=Moved.CANDIDATE,
            since=noon,
        ),
        finding(
            Kind.CHANGED,
            Severity.MEDIUM,
            "capacity",
            queue,
            "orders",
            "SQS queue orders: VisibilityTimeout is 30 in stage, 60 in prod, and 1 more difference",
            change(("VisibilityTimeout",), 30, 60),
            change(("Policy", "Statement"), Seq(()), None),
            state=State.RECURRING,
            first_seen="2026-10",
            owner="orders",
        ),
        finding(
            Kind.CHANGED,
            Severity.MEDIUM,
            "artifact",
            function,
            "billing",
            "Stalled promotion: Lambda function billing: Code.ImageUri is registry/billing@sha256:2222 in stage, "
            "registry/billing@sha256:1111 in prod",
            change(("Code", "ImageUri"), "registry/billing@sha256:2222", "registry/billing@sha256:1111", moved=Moved.CANDIDATE),
            promotion="stalled promotion",
            reason="older than promotion.max_age (14 days)",
            moved=Moved.CANDIDATE,
        ),
    ]
    out += [
        finding(
            Kind.CHANGED,
            Severity.LOW,
            "metadata",
            "AWS::DynamoDB::Table",
            name,
            f"DynamoDB table {name}: Tags.CostCenter is 4711 in prod, not set in stage",
            change(("Tags", "CostCenter"), ABSENT, "4711", severity=Severity.LOW, aspect="metadata"),
        )
        for name in ("carts", "customers", "orders", "sessions")
    ]
    out += [
        finding(
            Kind.CHANGED,
            Severity.INFO,
            "capacity",
            "AWS::RDS::DBInstance",
            "orders",
            "RDS database orders: DBInstanceClass is db.t4g.medium in stage, db.r7g.xlarge in prod",
            change(
                ("DBInstanceClass",),
                "db.t4g.medium",
                "db.r7g.xlarge",
                Verdict.EXPECTED,
                rule="smaller-databases",
                reason="stage runs smaller",
            ),
            verdict=Verdict.EXPECTED,
            rule="smaller-databases",
            reason="stage runs smaller",
            location=Location("driftscan.yaml", 31),
        ),
        finding(
            Kind.CHANGED,
            Severity.INFO,
            "metadata",
            function,
            "report",
            "Lambda function report: Layers is in another order in stage than in prod",
            change(("Layers",), Seq(("a", "b")), Seq(("b", "a")), Verdict.EXPECTED, rule="order"),
            verdict=Verdict.EXPECTED,
            rule="order",
            reason="the two lists differ in nothing but order",
        ),
        finding(
            Kind.CHANGED,
            Severity.LOW,
            "artifact",
            function,
            "checkout",
            "Lambda function checkout: Code.ImageUri is registry/checkout@sha256:4444 in stage, registry/checkout@sha256:3333 in prod",
            change(
                ("Code", "ImageUri"),
                "registry/checkout@sha256:4444",
                "registry/checkout@sha256:3333",
                Verdict.EXPECTED,
                rule="promotion",
                moved=Moved.CANDIDATE,
            ),
            verdict=Verdict.EXPECTED,
            rule="promotion",
            promotion="in promotion",
            reason="3 days old",
            moved=Moved.CANDIDATE,
            since=noon,
        ),
        finding(
            Kind.CHANGED,
            Severity.MEDIUM,
            "capacity",
            queue,
            "imports",
            "SQS queue imports: VisibilityTimeout is 30 in stage, 60 in prod",
            change(("VisibilityTimeout",), 30, 60, Verdict.WAIVED, waiver="W-12"),
            verdict=Verdict.WAIVED,
            waiver="W-12",
            location=Location("waivers.yaml", 4),
            reason="load test",
        ),
        finding(
            Kind.CHANGED,
            Severity.MEDIUM,
            "data-protection",
            queue,
            "audit",
            "SQS queue audit: KmsMasterKeyId could not be compared, it is unknown in stage (AccessDenied)",
            change(
                ("KmsMasterKeyId",),
                Unknown("AccessDenied"),
                Text(("alias/", Word("prod", "prod", "{env}"))),
                Verdict.UNKNOWN,
                code="AccessDenied",
            ),
            verdict=Verdict.UNKNOWN,
        ),
        finding(
            Kind.CHANGED,
            Severity.LOW,
            "capacity",
            function,
            "resize",
            "Lambda function resize: State could not be compared, it is unknown in stage (in flux)",
            change(("State",), Unknown("in flux"), "Active", Verdict.UNKNOWN, code="in flux"),
            verdict=Verdict.UNKNOWN,
        ),
        finding(
            Kind.GAP,
            Severity.HIGH,
            "capacity",
            "AWS::DynamoDB::GlobalTable",
            "*",
            "DynamoDB global tables could not be read in prod (AccessDeniedException)",
            verdict=Verdict.UNKNOWN,
            comparison="prod",
            reason=DENIED.hint,
            gaps=(DENIED,),
        ),
        finding(
            Kind.GAP,
            Severity.HIGH,
            "capacity",
            "AWS::DynamoDB::Backup",
            "kms",
            "stage: kms DescribeKey failed with AccessDenied, so that SQS queue could not be read whole",
            verdict=Verdict.UNKNOWN,
            comparison="stage",
            reason=KEYLESS.hint,
            gaps=(KEYLESS,),
        ),
    ]
    twins = tuple(tuple(_locator(a, "AWS::Logs::LogGroup", f"/app/{i}") for i in "ab") for a in (STAGE, PROD))
    unsafe = finding(
        Kind.AMBIGUOUS,
        Severity.LOW,
        "observability",
        "AWS::Logs::LogGroup",
        "/app",
        "Log group /app: 2 in stage and 2 in prod could be each other's counterparts",
        verdict=Verdict.UNKNOWN,
    )
    out.append(replace(unsafe, subject=replace(unsafe.subject, candidate=None, reference=None, among=(twins[0], twins[1]))))
    return out


# --------------------------------------------------------------------------------------------- ledger, snapshots


def _ledger(items: Sequence[Finding], equal: dict[str, int]) -> tuple[LedgerRow, ...]:
    """Adds up by construction: each finding is one resource of its type, each ambiguous one two of each side."""
    rows = []
    for type in sorted({f.subject.type for f in items if f.kind != Kind.GAP} | set(equal)):
        mine = [f for f in items if f.subject.type == type]
        pairs = {v: sum(f.kind == Kind.CHANGED and f.verdict == v for f in mine) for v in Verdict}
        extra, missing = (sum(f.kind == k for f in mine) for k in (Kind.EXTRA, Kind.MISSING))
        ambiguous = 2 * sum(f.kind == Kind.AMBIGUOUS for f in mine)
        both = equal.get(type, 0) + sum(pairs.values()) + ambiguous
        rows.append(
            LedgerRow(
                type,
                both + extra,
                both + missing,
                equal.get(type, 0),
                pairs[Verdict.EXPECTED],
                pairs[Verdict.WAIVED],
                pairs[Verdict.UNKNOWN],
                pairs[Verdict.DRIFT],
                extra,
                missing,
                (ambiguous, ambiguous),
            )
        )
    return tuple(rows)


EQUAL = {"AWS::SQS::Queue": 41, "AWS::Lambda::Function": 63, "AWS::IAM::Role": 120, "AWS::EC2::SecurityGroup": 38, "AWS::SNS::Topic": 17}


def _snapshot(
    environment: str, account: str, counts: dict[str, int], gaps: tuple[Gap, ...], listings: tuple[Listing, ...]
) -> MemorySnapshot:
    items = {}
    for type, n in sorted(counts.items()):
        for i in range(n):
            address = Address(type, account, REGION, f"{type.split('::')[-1].lower()}-{i:03}")
            value = {"CreatedTimestamp": "1700000000", "ApproximateNumberOfMessages": "3", "RevisionId": _hex(address)[:8]}
            items[address] = Resource(address, value)
    header = Header(
        environment=environment,
        accounts=(account,),
        regions=((account, (REGION,)),),
        window=("2026-11-30T06:00:04Z", "2026-11-30T06:07:41Z"),
        as_of="2026-11-30T06:00:00Z",
        tool_version="0.1.0",
        catalog_digest=_hex("catalogue"),
        config_digest=_hex("config"),
        key_id=KEY,
        identities={account: f"arn:aws:sts::{account}:assumed-role/driftscan-reader/driftscan-2026-11"},
        calls={"sqs:ListQueues": 2, "lambda:ListFunctions": 3},
        previous=_hex("before", environment),
    )
    return MemorySnapshot(header, listings, gaps, items, id=_hex("snapshot", environment)[:16], digest=_hex("digest", environment))


def settings() -> Settings:
    return Settings(
        organization="acme",
        store="./store",
        environments=(),
        comparisons=(ComparisonRule("stage", "prod", location=Location("driftscan.yaml", 18)),),
        expected=(
            Expected(
                "smaller-databases",
                "AWS::RDS::DBInstance",
                "DBInstanceClass",
                "at_most_reference",
                "stage runs smaller",
                "platform",
                location=Location("driftscan.yaml", 31),
            ),
        ),
        waivers=(
            Waiver(
                "W-12",
                "stage..prod/AWS::SQS::Queue/imports/VisibilityTimeout",
                "a@example.org",
                "b@example.org",
                "OPS-7",
                "load test",
                date(2026, 12, 31),
                30,
                60,
                location=Location("waivers.yaml", 4),
            ),
        ),
    )


def run() -> Run:
    return Run(
        id="2026-11-30T06-00-00Z-1f0c",
        period="2026-11",
        as_of="2026-11-30T06:00:00Z",
        started="2026-11-30T06:00:00Z",
        finished="2026-11-30T06:08:02Z",
        tool_version="0.1.0",
        catalog_digest=_hex("catalogue"),
        config_digest=_hex("config"),
        previous_run="2026-10-31T06-00-00Z-9be2",
        organization="acme",
    )


def _group_title(f: Finding) -> str:
    """`Table: Tags.CostCenter is 4711 in prod, not set in stage`."""
    return f"{f.subject.type.split('::')[-1]}: {f.title.split(': ')[-1]}"


def judged(items: Sequence[Finding], equal: dict[str, int] | None = None, **more: Any) -> Judgement:
    """The judgement of stage..prod that holds these findings; its ledger adds up."""
    ledger = _ledger(items, EQUAL if equal is None else equal)
    same = sum(r.equal for r in ledger)
    one_sided = [f for f in items if f.kind in (Kind.EXTRA, Kind.MISSING)]
    pairs = [f for f in items if f.kind == Kind.CHANGED]
    shapes: dict[str, list[Finding]] = {}
    for f in items:
        shapes.setdefault(f.group, []).append(f)
    groups = [
        FindingGroup(
            g,
            f"{_group_title(members[0])} on {len(members)} resources",
            members[0].subject.type,
            show_path(members[0].changes[0].path) if members[0].changes else "",
            members[0].verdict,
            members[0].severity,
            tuple(f.id for f in members),
        )
        for g, members in sorted(shapes.items())
        if len(members) > 1
    ]
    expected = sum(f.verdict == Verdict.EXPECTED for f in [*pairs, *one_sided])
    return Judgement(
        "stage",
        "prod",
        tuple(items),
        ledger,
        tuple(groups),
        **{
            "rules": (),
            "paired": same + len(pairs),
            "equal": same,
            "agreeing": same + expected,
            "comparable": same + sum(f.verdict != Verdict.UNKNOWN for f in [*pairs, *one_sided]),
            "extra": sum(f.kind == Kind.EXTRA for f in items),
            "missing": sum(f.kind == Kind.MISSING for f in items),
            **more,
        },
    )


def parts(
    items: Sequence[Finding] | None = None, equal: dict[str, int] | None = None
) -> tuple[list[MemorySnapshot], list[tuple[Comparison, Judgement]]]:
    """Two snapshots and their judged comparison, as `build` takes them."""
    items = findings() if items is None else items
    judgement = judged(
        items,
        equal,
        rules=(
            RuleNote("smaller-databases", "expected", RuleUse.USED, 1, "decided 1 change", Location("driftscan.yaml", 31)),
            RuleNote("own-networks", "expected", RuleUse.UNUSED, 0, "has not fired in this run", Location("driftscan.yaml", 34)),
            RuleNote("W-03", "waiver", RuleUse.EXPIRED, 0, "ended on 2026-10-31; the finding is drift again", Location("waivers.yaml", 11)),
        ),
        resolved=(
            Resolved(_hex("gone")[:16], "cloud", "2026-10", "2026-07", "SQS queue mails: VisibilityTimeout is 5 in stage, 30 in prod"),
            Resolved(_hex("ruled")[:16], "rule", "2026-10", "2026-10", "KMS key logs is only in stage"),
            Resolved(_hex("who")[:16], None, "2026-10"),
        ),
    )
    counts = [{r.type: getattr(r, side) for r in judgement.ledger if getattr(r, side)} for side in ("candidate", "reference")]
    snapshots = []
    for environment, account, mine, gaps in (("stage", STAGE, counts[0], (KEYLESS,)), ("prod", PROD, counts[1], (DENIED,))):
        listings = [Listing(account, REGION, type, Status.COMPLETE, n) for type, n in mine.items()]
        listings.append(
            Listing(
                account,
                REGION,
                "AWS::DynamoDB::GlobalTable",
                Status.DENIED if environment == "prod" else Status.COMPLETE,
                0 if environment == "prod" else 2,
            )
        )
        listings.append(Listing(account, REGION, "AWS::Macie::Session", Status.OFF))
        held = mine if environment == "prod" else {**mine, "AWS::DynamoDB::GlobalTable": 2}
        snapshots.append(_snapshot(environment, account, held, gaps, tuple(sorted(listings))))
    row = LedgerRow("AWS::DynamoDB::GlobalTable", 2, 0, uncounted=(2, 0))
    judgement = replace(judgement, ledger=tuple(sorted((*judgement.ledger, row), key=lambda r: r.type)))
    sides = [Side(s.header.environment, s.id, {}, {}) for s in snapshots]
    return snapshots, [(Comparison(sides[0], sides[1], (), (), (), ()), judgement)]


def _point(period: str, agreeing: int, severities: tuple[int, ...], unknown: int, waived: int) -> TrendPoint:
    return TrendPoint(period, f"run-{period}", (Agreement("stage..prod", agreeing, 291),), severities, unknown, waived, Share(20, 21))


PAST = (
    _point("2026-06", 281, (1, 2, 4, 9, 0), 3, 0),
    _point("2026-07", 283, (0, 2, 3, 7, 0), 3, 0),
    _point("2026-08", 284, (0, 1, 3, 6, 0), 2, 1),
    _point("2026-10", 279, (1, 3, 5, 6, 0), 4, 1),
)
"""Four earlier months; September was missed."""


@lru_cache(maxsize=4)
def report(hostile: str = "", everything: bool = False) -> Report:
    """The sample; with `hostile`, that text is appended to every string field (to enumerations only where `everything`)."""
    if hostile:
        return poison(report(), hostile, everything)
    snapshots, comparisons = parts()
    return committed(build(run(), snapshots, comparisons, catalog(), settings(), past=PAST))


def committed(made: Report) -> Report:
    """The waivers with the commits of their entries, as a run finds them; a rule's entry is not committed."""
    commit = EntryCommit("0a1b2c3d4e5f", "2026-10-05", "Ann Example", "Waive versioning of the load test's bucket")
    said = {"waived": commit, "expected": EntryCommit(status="uncommitted")}
    accepted = tuple(replace(a, commit=said.get(a.verdict, ABSENT)) for a in made.summary.accepted)
    return replace(made, summary=replace(made.summary, accepted=accepted))


def drift(n: int, severity: Severity, **more: Any) -> list[Finding]:
    """So many changed queues."""
    return [
        finding(Kind.CHANGED, severity, "capacity", "AWS::SQS::Queue", f"q{i}", f"queue {i}", change(("A",), 1, 2), **more)
        for i in range(n)
    ]


def history() -> Report:
    """Two snapshots of stage, a month apart, with one difference."""
    snapshots, ((comparison, judgement),) = parts(drift(1, Severity.HIGH))
    old = replace(snapshots[1].header, environment="stage", window=("2026-10-31T06:00:00Z", "2026-10-31T06:05:00Z"))
    snapshots = [snapshots[0], replace(snapshots[1], header=old)]
    comparison = replace(comparison, reference=replace(comparison.reference, environment="stage"))
    items = tuple(replace(f, comparison="stage..stage") for f in judgement.findings)
    judgement = replace(judgement, candidate="stage", reference="stage", findings=items)
    return build(run(), snapshots, [(comparison, judgement)], catalog(), settings())


def two_comparisons() -> Report:
    """The sample, and a second comparison that shares its gap in prod."""
    snapshots, ((comparison, judgement),) = parts()
    shared = [f for f in judgement.findings if f.kind == Kind.GAP and f.comparison == "prod"]
    second = replace(judged(shared), candidate="test")
    side = replace(comparison.candidate, environment="test", snapshot_id="none")
    other = (replace(comparison, candidate=side, reference=side), second)
    return build(run(), snapshots, [(comparison, judgement), other], catalog(), settings())


ENUMERATIONS = frozenset({"kind", "verdict", "severity", "state", "op", "moved", "tone", "status", "cause", "promotion", "use"})
MARKERS = frozenset({"unknown", "redacted", "literal"})


def poison(value: Any, hostile: str, everything: bool = False, name: str = "") -> Any:
    """`value` with `hostile` at the end of every string in it; the same everywhere, so that ids still point at each other."""
    if isinstance(value, str) and name == "comparison":
        return "..".join(part + hostile for part in value.split(".."))  # as the names of its two environments
    if isinstance(value, str):
        return (
            value
            if name in ENUMERATIONS and not everything and name
            else type(value)(value)
            if isinstance(value, _enums())
            else value + hostile
        )
    if is_dataclass(value):
        return replace(value, **{f.name: poison(getattr(value, f.name), hostile, everything, f.name) for f in fields(value)})  # type: ignore[type-var]
    if isinstance(value, dict):
        if set(value) == {"redacted"}:
            return {"redacted": {k: poison(v, hostile, everything, k) for k, v in value["redacted"].items()}}
        return {k if k in MARKERS else k + hostile: poison(v, hostile, everything) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(poison(v, hostile, everything) for v in value)
    return value


def _enums() -> tuple[type, ...]:
    return (Verdict, Severity)
