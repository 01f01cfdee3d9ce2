"""What the tests of the store are made of: resources, headers, months."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Gap, Header, Listing, Status
from driftscan.model.value import Address, Redacted, Unknown, Value
from driftscan.store import Store, StoredSnapshot

ACCOUNT = "444444444444"
LISTING = Listing(ACCOUNT, "eu-west-1", "AWS::SQS::Queue", Status.COMPLETE, 3)
GAP = Gap(ACCOUNT, "eu-west-1", "AWS::S3::Bucket", "s3", "ListBuckets", "AccessDenied", "s3:ListAllMyBuckets", "grant it")


def address(number: int, type: str = "AWS::SQS::Queue") -> Address:
    return Address(type, ACCOUNT, "eu-west-1", f"queue-{number:05}")


def resource(number: int, type: str = "AWS::SQS::Queue", *, at: str = "2026-01-01T00:00:00Z", **members: Value) -> Resource:
    value = {"QueueName": f"queue-{number:05}", "VisibilityTimeout": str(number % 900), **members}
    return Resource(address(number, type), value, f"arn:aws:sqs:eu-west-1:{ACCOUNT}:queue-{number:05}", None, (Read("sqs:ListQueues", at),))


def header(month: int = 1, environment: str = "prod", tokens: dict[str, str] | None = None) -> Header:
    at = f"20{26 + (month - 1) // 12}-{(month - 1) % 12 + 1:02}-01T00:00:00Z"
    return Header(
        environment,
        (ACCOUNT,),
        ((ACCOUNT, ("eu-west-1", "us-east-1")),),
        (at, at),
        at,
        "0.1.0",
        "c" * 64,
        "d" * 64,
        "key-1",
        {ACCOUNT: "arn:aws:sts::444444444444:assumed-role/driftscan-reader/x"},
        {"sqs:ListQueues": 2},
        tokens or {},
    )


def write(store: Store, resources: Iterable[Resource], month: int = 1, environment: str = "prod", **tokens: str) -> StoredSnapshot:
    """One month in one unit."""
    with store.lock():
        writer = store.begin(environment, f"run-{environment}-{month}", "plan")
        writer.add("unit", resources, [LISTING], [GAP])
        return writer.finish(header(month, environment, tokens))


def three_months(store: Store, environment: str = "prod", count: int = 60) -> list[list[Resource]]:
    """Three months in which resources stay, change, come and go. Returns what each month holds, in address order."""
    months = []
    for month in (1, 2, 3):
        at = f"2026-{month:02}-01T00:00:00Z"
        held = []
        for number in range(month, count + month):
            type = ("AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::EC2::VPC")[number % 3]
            held.append(resource(number, type, at=at, Changed=month if number % 10 == 0 else 0))
        write(store, held, month, environment, abcd="orders", ef=f"month {month}")
        months.append(sorted(held, key=lambda r: r.address))
    return months


# --------------------------------------------------------------------------------------------- any resource


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text
    | st.builds(Unknown, text)
    | st.builds(Redacted, st.sampled_from(["secret", "setting"]), st.lists(text, max_size=3).map(tuple), text)
)
_names = st.sampled_from(["$unknown", "$redacted", "$literal", "Name"]) | text
values = st.recursive(_leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3), max_leaves=8)
documents = st.dictionaries(_names, values, max_size=4)
part = st.sampled_from(["a", "b", "", "\x00", "\x01", "\x02", "a\x00", "a\x01b", "ä", "\U0001f600"]) | text
addresses = st.builds(Address, part, part, part, part, st.sampled_from(["aws", "gcp"]))
reads = st.lists(st.builds(Read, text, text), max_size=3).map(tuple)
resources = st.builds(Resource, addresses, documents, st.none() | text, st.none() | addresses, reads)
estates = st.lists(resources, max_size=8, unique_by=lambda r: r.address)
